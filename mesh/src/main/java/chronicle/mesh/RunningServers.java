package chronicle.mesh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/**
 * The servers that run now; when the JVM ends they are stopped, the last started first, and none is
 * added.
 */
final class RunningServers {
  /** Makes the process. */
  interface Spawning {
    void spawn() throws IOException;
  }

  private final Deque<ServerProcess> processes = new ArrayDeque<>();
  private boolean over;

  RunningServers() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stopAll, "stop-servers"));
  }

  synchronized void add(ServerProcess process, Spawning spawning) {
    if (over) {
      throw new MeshException("The mesh is stopping: " + process.name() + " is not started.");
    }
    try {
      spawning.spawn();
      processes.addFirst(process);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  synchronized void remove(ServerProcess process) {
    processes.remove(process);
  }

  private void stopAll() {
    for (var process : close()) {
      process.stop();
    }
  }

  private synchronized List<ServerProcess> close() {
    over = true;
    return List.copyOf(processes);
  }
}
