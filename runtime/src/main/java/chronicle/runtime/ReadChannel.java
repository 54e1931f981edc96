package chronicle.runtime;

import io.grpc.ClientInterceptor;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.NameResolverRegistry;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A channel for calls that do no harm when they are repeated, to any one of several servers. A
 * server that is dead, or that says it does not serve, is left at once; one that is frozen or cut
 * off within 12 s. A call that finds its server UNAVAILABLE is made again at the next one, once.
 */
public final class ReadChannel {
  // gRPC's least.
  private static final long KEEP_ALIVE_SECONDS = 10;
  private static final long KEEP_ALIVE_TIMEOUT_SECONDS = 2;

  /** Of the whole server, by grpc.health.v1; a server without health is taken to serve. */
  private static final Map<String, ?> HEALTH = Map.of("serviceName", "");

  private static final ServerList SERVERS = new ServerList();

  private static final Map<String, ?> RETRY =
      Map.of(
          "maxAttempts",
          2.0,
          "initialBackoff",
          "0.02s",
          "maxBackoff",
          "0.1s",
          "backoffMultiplier",
          2.0,
          "retryableStatusCodes",
          List.of("UNAVAILABLE"));

  private static final Map<String, ?> SERVICE_CONFIG =
      Map.of(
          "loadBalancingConfig", List.of(Map.of("round_robin", Map.of())),
          "healthCheckConfig", HEALTH,
          "methodConfig", List.of(Map.of("name", List.of(Map.of()), "retryPolicy", RETRY)));

  private ReadChannel() {}

  /**
   * A channel without TLS; {@code target} is a gRPC target or a comma list of {@code host:port}.
   * Connects when first used.
   */
  public static ManagedChannel to(String target, ClientInterceptor... interceptors) {
    NameResolverRegistry.getDefaultRegistry().register(SERVERS);
    return ManagedChannelBuilder.forTarget(
            target.contains(",") ? ServerList.target(target) : target)
        .usePlaintext()
        .defaultServiceConfig(SERVICE_CONFIG)
        .enableRetry()
        .keepAliveTime(KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
        .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, TimeUnit.SECONDS)
        .intercept(interceptors)
        .build();
  }
}
