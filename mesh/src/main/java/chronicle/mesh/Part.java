package chronicle.mesh;

import java.nio.file.Path;

/**
 * A server of the mesh, started and stopped, and harmed in the ways in which machines harm servers.
 */
public sealed interface Part extends AutoCloseable permits EmbeddedPostgres, NatsServer {
  /** The process behind it. */
  ServerProcess process();

  /**
   * Starts it and returns once it serves; throws {@link MeshException} with the end of its log if
   * it does not get there.
   */
  default void start() {
    process().start();
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

  default boolean isAlive() {
    return process().isAlive();
  }

  default String name() {
    return process().name();
  }

  default Path log() {
    return process().log();
  }

  @Override
  default void close() {
    stop();
  }
}
