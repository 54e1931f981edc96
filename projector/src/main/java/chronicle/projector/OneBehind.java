package chronicle.projector;

import chronicle.event.v1.Event;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * Writes each batch of a projection while the next one is folded, and many in one transaction.
 * Belongs to one thread.
 */
final class OneBehind {
  private final Projection projection;
  private Future<Boolean> writing = CompletableFuture.completedFuture(true);
  private @Nullable Group group;

  OneBehind(Projection projection) {
    this.projection = projection;
  }

  /**
   * As {@link Projection#apply}, but that the answer and what is thrown may be those of the batch
   * before, and that nothing is there to see before {@link #finish}.
   */
  boolean apply(List<Event> events) throws SQLException, InterruptedException {
    Projection.Batch batch;
    try {
      batch = projection.foldAhead(events);
    } catch (Unprojectable e) {
      if (finish() && !projection.moved()) {
        throw e;
      }
      projection.relocate();
      return false;
    }
    if (!written()) {
      return false;
    }
    writing = Tasks.start("write-batch", () -> write(batch));
    return true;
  }

  /** Waits until all is committed; false where another projector went ahead of some of it. */
  boolean finish() throws SQLException, InterruptedException {
    if (!written()) {
      return false;
    }
    var left = group;
    if (left != null) {
      commit(left);
      projection.settle();
    }
    return true;
  }

  private boolean written() throws SQLException, InterruptedException {
    if (!Tasks.await(writing)) {
      projection.relocate();
      return false;
    }
    if (group == null) {
      projection.settle();
    }
    return true;
  }

  private boolean write(Projection.Batch batch) throws SQLException {
    var open = group == null ? projection.begin() : group;
    group = open;
    var added = false;
    try {
      added = open.add(batch);
    } finally {
      if (!added) {
        close(open);
      }
    }
    if (added && open.isFull()) {
      commit(open);
    }
    return added;
  }

  private void commit(Group full) throws SQLException {
    try {
      projection.commit(full);
    } finally {
      close(full);
    }
  }

  private void close(Group ended) throws SQLException {
    group = null;
    ended.close();
  }
}
