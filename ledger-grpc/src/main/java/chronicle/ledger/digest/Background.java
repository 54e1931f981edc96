package chronicle.ledger.digest;

import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Work that another thread does. */
final class Background<T> {
  private final FutureTask<T> work;

  private Background(FutureTask<T> work) {
    this.work = work;
  }

  /** Begins it. */
  static <T> Background<T> start(String name, Callable<T> work) {
    var task = new FutureTask<>(work);
    Thread.ofVirtual().name(name).start(task);
    return new Background<>(task);
  }

  /** Waits for the result; throws what the work threw. */
  T result() {
    try {
      return work.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException thrown ? thrown : new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while folding", e);
    }
  }
}
