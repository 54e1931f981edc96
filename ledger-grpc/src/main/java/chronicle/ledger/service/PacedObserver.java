package chronicle.ledger.service;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

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
    if (!observer.isReady()) {
      awaitRoom();
    }
    if (observer.isCancelled()) {
      return false;
    }
    observer.onNext(reply);
    return true;
  }

  void complete() {
    if (!observer.isCancelled()) {
      observer.onCompleted();
    }
  }

  private void awaitRoom() {
    lock.lock();
    try {
      while (!observer.isReady() && !observer.isCancelled()) {
        changed.awaitUninterruptibly();
      }
    } finally {
      lock.unlock();
    }
  }

  private void wake() {
    lock.lock();
    try {
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }
}
