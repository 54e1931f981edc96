package chronicle.projector;

import java.sql.SQLException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;

/** Work on the read model that another thread does. */
final class Tasks {
  private Tasks() {}

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
}
