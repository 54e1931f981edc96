package chronicle.mesh;

import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/**
 * A server of the mesh, started and stopped, and harmed in the ways in which machines harm servers.
 */
public sealed interface Part extends AutoCloseable
    permits CockroachNode, EmbeddedPostgres, EnvoyGateway, JavaService, NatsServer, RedisServer {
  /** The process behind it. */
  ServerProcess process();

  /**
   * Starts it and returns once it serves; throws {@link MeshException} with the end of its log if
   * it does not get there.
   */
  default void start() {
    launch();
    awaitReady();
  }

  /** Starts it and does not wait; {@link #awaitReady} does. */
  default void launch() {
    process().launch();
  }

  /**
   * Returns once it serves; throws {@link MeshException} with the end of its log if it does not get
   * there.
   */
  default void awaitReady() {
    process().awaitReady();
  }

  /** Ends it in good order; its data and its address stay. Does nothing if it does not run. */
  default void stop() {
    process().stop();
  }

  /** Ends it with all its children at once ({@code kill -9}); its data and its address stay. */
  default void kill() {
    process().kill();
  }

  /** Freezes it: connections stay open, nothing answers. */
  default void pause() {
    process().pause();
  }

  /** Lets it go on after {@link #pause}. */
  default void resume() {
    process().resume();
  }

  /** Stops it and starts it again. */
  default void restart() {
    stop();
    start();
  }

  /** Whether its process runs, frozen or not. */
  default boolean isAlive() {
    return process().isAlive();
  }

  /** A word for it, unique in its mesh. */
  default String name() {
    return process().name();
  }

  /** What it prints, from all its starts. */
  default Path log() {
    return process().log();
  }

  /** The ports it listens on. */
  List<Integer> ports();

  /** Where clients and people find it, in words. */
  String where();

  /** What it needs to start and this machine has not: programs, files. */
  List<String> missing();

  /** Why it can't start: what is missing, and the ports that are taken. */
  default List<String> problems() {
    var taken =
        ports().stream()
            .filter(port -> !Ports.isFree(port))
            .map(port ->
                "Port %d, for %s, is taken%s."
                    .formatted(port, name(), Ports.listener(port).map(" by "::concat).orElse("")));
    return Stream.concat(missing().stream(), taken).toList();
  }

  /** Stops it. */
  @Override
  default void close() {
    stop();
  }
}
