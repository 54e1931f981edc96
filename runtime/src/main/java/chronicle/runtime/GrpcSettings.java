package chronicle.runtime;

import io.grpc.MethodDescriptor;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * How a process serves gRPC.
 *
 * @param host the address to bind
 * @param port the port to bind; 0 for any free one
 * @param threading where handlers run
 * @param validatedByHandlers full names of the methods whose handlers refuse by themselves all that
 *     the {@code buf.validate} rules refuse; every other request is checked before its handler sees
 *     it
 * @param neverBlocking full names of the methods whose handlers never block: they run on the event
 *     loop, whatever the threading
 * @param messageBytesMax the largest request, decompressed
 * @param metadataBytesMax the largest set of request headers
 * @param callsPerConnectionMax how many calls a connection may have open; more wait in the client
 * @param connectionAgeMax after what time a connection is asked to go, so that load balances anew
 * @param connectionAgeGrace how long calls, streams too, may run on after that before they are cut
 *     off
 * @param drainMax how long open calls may run on when the server closes
 */
public record GrpcSettings(
    String host,
    int port,
    Threading threading,
    Set<String> validatedByHandlers,
    Set<String> neverBlocking,
    int messageBytesMax,
    int metadataBytesMax,
    int callsPerConnectionMax,
    Duration connectionAgeMax,
    Duration connectionAgeGrace,
    Duration drainMax) {

  /** Where handlers run. */
  public enum Threading {
    /** On the network's event loop: the fastest, for handlers that never block. */
    EVENT_LOOP,
    /** Each call on virtual threads, which may block. */
    VIRTUAL_THREADS
  }

  /** Refuses a port that is none. */
  public GrpcSettings {
    if (port < 0 || port > 65_535) {
      throw new IllegalArgumentException("not a port: " + port);
    }
  }

  /**
   * Validated requests of up to 4 MiB and 8 KiB of headers, connections of up to an hour with a
   * minute's grace, a drain of 10 s.
   */
  public static GrpcSettings of(String host, int port, Threading threading) {
    return new GrpcSettings(
        host,
        port,
        threading,
        Set.of(),
        Set.of(),
        4 * 1024 * 1024,
        8 * 1024,
        4_096,
        Duration.ofHours(1),
        Duration.ofMinutes(1),
        Duration.ofSeconds(10));
  }

  /**
   * The same with methods whose handlers refuse by themselves all that the rules refuse: there the
   * rules only word the refusal, naming every field, and a good request pays nothing for them.
   */
  public GrpcSettings validatedByHandlers(MethodDescriptor<?, ?>... methods) {
    return with(names(methods), neverBlocking);
  }

  /** The same with methods whose handlers never block, and so need no thread of their own. */
  public GrpcSettings neverBlocking(MethodDescriptor<?, ?>... methods) {
    return with(validatedByHandlers, names(methods));
  }

  private GrpcSettings with(Set<String> validated, Set<String> unblocked) {
    return new GrpcSettings(
        host,
        port,
        threading,
        validated,
        unblocked,
        messageBytesMax,
        metadataBytesMax,
        callsPerConnectionMax,
        connectionAgeMax,
        connectionAgeGrace,
        drainMax);
  }

  private static Set<String> names(MethodDescriptor<?, ?>... methods) {
    return Arrays.stream(methods)
        .map(MethodDescriptor::getFullMethodName)
        .collect(Collectors.toUnmodifiableSet());
  }
}
