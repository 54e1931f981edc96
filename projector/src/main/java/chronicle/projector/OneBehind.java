package chronicle.projector;

import chronicle.event.v1.Event;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;

/** Writes each batch of a projection while the next one is folded. Belongs to one thread. */
final class OneBehind {
  private final Projection projection;
  private Future<Boolean> writing = CompletableFuture.completedFuture(true);

  OneBehind(Projection projection) {
    this.projection = projection;
  }

  /**
   * As {@link Projection#apply}, but that the answer and what is thrown may be those of the batch
   * before.
   */
  boolean apply(List<Event> events) throws SQLException, InterruptedException {
    Projection.Batch batch;
    try {
      batch = projection.fold(events);
    } catch (Unprojectable e) {
      if (written() && !projection.moved()) {
        throw e;
      }
      projection.relocate();
      return false;
    }
    if (!written()) {
      return false;
    }
    var write = new FutureTask<>(() -> projection.write(batch));
    writing = write;
    Thread.ofVirtual().name("write-batch").start(write);
    return true;
  }

  /** Waits for the last batch; false where another projector went ahead of it. */
  boolean written() throws SQLException, InterruptedException {
    try {
      if (!writing.get()) {
        projection.relocate();
        return false;
      }
      return true;
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case SQLException thrown -> throw thrown;
        case RuntimeException thrown -> throw thrown;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }
}
