package chronicle.query;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Leaves a server that failed alone for a while; then one call at a time tries it, until one
 * succeeds.
 */
final class Breaker {
  private final long restNanos;
  private final AtomicLong retryNanos = new AtomicLong();
  private final AtomicBoolean opened = new AtomicBoolean();

  Breaker(Duration rest) {
    restNanos = rest.toNanos();
  }

  /** Whether the server is to be asked now. */
  boolean allows(long nowNanos) {
    if (!isOpen()) {
      return true;
    }
    var retry = retryNanos.get();
    return nowNanos - retry >= 0 && retryNanos.compareAndSet(retry, nowNanos + restNanos);
  }

  void succeeded() {
    // Read first: all calls write here else, and few need to.
    if (isOpen()) {
      opened.set(false);
    }
  }

  /** Whether it had not failed before, or had succeeded since. */
  boolean failed(long nowNanos) {
    retryNanos.set(nowNanos + restNanos);
    return opened.compareAndSet(false, true);
  }

  /** Whether the server is at rest. */
  boolean isOpen() {
    return opened.get();
  }
}
