package chronicle.runtime;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;

import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallExecutorSupplier;
import io.grpc.ServerServiceDefinition;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionService;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A listening gRPC server with health and reflection (v1 and v1alpha), its services behind one
 * edge; NOT_SERVING until told.
 */
public final class GrpcServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(GrpcServer.class);
  private static final long KEEP_ALIVE_SECONDS = 60;
  private static final long KEEP_ALIVE_TIMEOUT_SECONDS = 10;
  private static final long CLIENT_KEEP_ALIVE_SECONDS_MIN = 10;
  private static final long ABORT_SECONDS_MAX = 5;

  private final Server server;
  private final HealthStatusManager health;
  private final List<String> names;
  private final GrpcSettings settings;
  private final Optional<ExecutorService> threads;

  private GrpcServer(
      Server server,
      HealthStatusManager health,
      List<String> names,
      GrpcSettings settings,
      Optional<ExecutorService> threads) {
    this.server = server;
    this.health = health;
    this.names = names;
    this.settings = settings;
    this.threads = threads;
  }

  /** Listens at once; throws where the port is taken or a validation rule is wrong. */
  public static GrpcServer start(
      GrpcSettings settings, Telemetry telemetry, List<BindableService> services) {
    return start(settings, telemetry, services, List.of());
  }

  /**
   * As {@link #start(GrpcSettings, Telemetry, List)}; reflection also describes services that other
   * servers behind the same gateway serve, and whose methods are UNIMPLEMENTED here.
   */
  public static GrpcServer start(
      GrpcSettings settings,
      Telemetry telemetry,
      List<BindableService> services,
      List<BindableService> elsewhere) {
    var definitions = services.stream().map(BindableService::bindService).toList();
    var edge =
        new CallEdge(new RequestRules(definitions), settings.validatedByHandlers(), telemetry);
    var health = new HealthStatusManager();
    var threads = threads(settings.threading());
    var builder = builder(settings).directExecutor();
    threads.ifPresent(it -> builder.callExecutor(supplier(it, settings.neverBlocking())));
    definitions.forEach(definition -> builder.addService(edge.guard(definition)));
    elsewhere.forEach(builder::addService);
    builder
        .addService(health.getHealthService())
        .addService(ProtoReflectionServiceV1.newInstance())
        .addService(alphaReflection());
    var names = definitions.stream().map(GrpcServer::name).toList();
    var server = new GrpcServer(listen(builder), health, names, settings, threads);
    server.serving(false);
    log.atInfo()
        .setMessage("Listening")
        .addKeyValue("host", settings.host())
        .addKeyValue("port", server.port())
        .log();
    return server;
  }

  /**
   * Whether health checks, of the whole server and of each service, say SERVING; nothing else
   * changes.
   */
  public void serving(boolean serving) {
    var status = serving ? ServingStatus.SERVING : ServingStatus.NOT_SERVING;
    health.setStatus(HealthStatusManager.SERVICE_NAME_ALL_SERVICES, status);
    names.forEach(name -> health.setStatus(name, status));
  }

  /** The port it listens at. */
  public int port() {
    return server.getPort();
  }

  /**
   * Says NOT_SERVING, takes no more calls, lets open ones finish for a bounded time, then cuts them
   * off.
   */
  @Override
  public void close() {
    health.enterTerminalState();
    server.shutdown();
    try {
      if (!server.awaitTermination(settings.drainMax().toMillis(), MILLISECONDS)) {
        server.shutdownNow();
        server.awaitTermination(ABORT_SECONDS_MAX, SECONDS);
      }
    } catch (InterruptedException e) {
      server.shutdownNow();
      Thread.currentThread().interrupt();
    }
    threads.ifPresent(ExecutorService::shutdownNow);
  }

  private static NettyServerBuilder builder(GrpcSettings settings) {
    return NettyServerBuilder.forAddress(new InetSocketAddress(settings.host(), settings.port()))
        .maxInboundMessageSize(settings.messageBytesMax())
        .maxInboundMetadataSize(settings.metadataBytesMax())
        .maxConcurrentCallsPerConnection(settings.callsPerConnectionMax())
        .maxConnectionAge(settings.connectionAgeMax().toMillis(), MILLISECONDS)
        .maxConnectionAgeGrace(settings.connectionAgeGrace().toMillis(), MILLISECONDS)
        .keepAliveTime(KEEP_ALIVE_SECONDS, SECONDS)
        .keepAliveTimeout(KEEP_ALIVE_TIMEOUT_SECONDS, SECONDS)
        .permitKeepAliveTime(CLIENT_KEEP_ALIVE_SECONDS_MIN, SECONDS)
        .permitKeepAliveWithoutCalls(true);
  }

  private static Optional<ExecutorService> threads(GrpcSettings.Threading threading) {
    return switch (threading) {
      case EVENT_LOOP -> Optional.empty();
      case VIRTUAL_THREADS ->
          Optional.of(
              Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("call-", 0).factory()));
    };
  }

  /** Where a call's handler runs: on those threads, or where it is already. */
  private static ServerCallExecutorSupplier supplier(Executor threads, Set<String> neverBlocking) {
    return new ServerCallExecutorSupplier() {
      @Override
      public <Q, A> @Nullable Executor getExecutor(ServerCall<Q, A> call, Metadata headers) {
        return neverBlocking.contains(call.getMethodDescriptor().getFullMethodName())
            ? null
            : threads;
      }
    };
  }

  // ghz and older grpcurl ask for v1alpha, which grpc-java calls deprecated.
  @SuppressWarnings("deprecation")
  private static BindableService alphaReflection() {
    return ProtoReflectionService.newInstance();
  }

  private static String name(ServerServiceDefinition definition) {
    return definition.getServiceDescriptor().getName();
  }

  private static Server listen(NettyServerBuilder builder) {
    try {
      return builder.build().start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
