package chronicle.projector;

import java.sql.SQLException;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** Work on the read model that another thread does. */
final class Tasks {
  private Tasks() {}

  /** Begins it on a thread of its own. */
  static <T> Future<T> start(String name, Callable<T> work) {
    var task = new FutureTask<>(work);
    Thread.ofVirtual().name(name).start(task);
    return task;
  }

  /** Waits for the result; throws what the work threw. */
  static <T> T await(Future<T> task) throws SQLException, InterruptedException {
    try {
      return task.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case SQLException thrown -> throw thrown;
        case RuntimeException thrown -> throw thrown;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  /** Waits until it is over, however it ends. */
  static void end(Future<?> task) throws InterruptedException {
    try {
      task.get();
    } catch (ExecutionException e) {
      // Whoever wanted its result has heard.
    }
  }
}
