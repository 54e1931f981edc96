package chronicle.ledger.service;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;

/**
 * A stream of replies at the pace of its reader, for one thread that may block; made while the
 * call's handler runs.
 */
final class PacedObserver<A> {
  private final ServerCallStreamObserver<A> observer;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();

  PacedObserver(ServerCallStreamObserver<A> observer) {
    this.observer = observer;
    observer.setOnReadyHandler(this::wake);
    observer.setOnCancelHandler(this::wake);
  }

  /** Sends once the reader has room; false when it has gone away. */
  boolean send(A reply) {
    var _ = await(this::hasRoom, Long.MAX_VALUE);
    if (isGone()) {
      return false;
    }
    observer.onNext(reply);
    return true;
  }

  void complete() {
    if (!isGone()) {
      observer.onCompleted();
    }
  }

  /** Whether the reader takes a reply now. */
  boolean hasRoom() {
    return observer.isReady();
  }

  boolean isGone() {
    return observer.isCancelled();
  }

  /**
   * Waits until a condition holds or the reader has gone away; false when the time was up first.
   * What makes the condition true is followed by {@link #wake}.
   */
  boolean await(BooleanSupplier condition, long nanosMax) {
    lock.lock();
    try {
      long left = nanosMax;
      while (!condition.getAsBoolean() && !isGone()) {
        if (left <= 0) {
          return false;
        }
        left = changed.awaitNanos(left);
      }
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("a call's thread was interrupted", e);
    } finally {
      lock.unlock();
    }
  }

  /** Has a condition that is waited for looked at again. */
  void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
