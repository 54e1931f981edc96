package chronicle.query;

import io.grpc.stub.ServerCallStreamObserver;
import java.util.concurrent.Semaphore;

/**
 * A stream of replies at the pace of its reader, for one thread that may block; made while the
 * call's handler runs.
 */
final class PacedObserver<A> {
  private final ServerCallStreamObserver<A> observer;
  private final Semaphore changed = new Semaphore(0);

  PacedObserver(ServerCallStreamObserver<A> observer) {
    this.observer = observer;
    observer.setOnReadyHandler(changed::release);
    observer.setOnCancelHandler(changed::release);
  }

  boolean gone() {
    return observer.isCancelled();
  }

  /** Sends once the reader has room; false when it has gone away. */
  boolean send(A reply) throws InterruptedException {
    while (!observer.isReady() && !observer.isCancelled()) {
      changed.acquire();
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

  void fail(RuntimeException cause) {
    if (!observer.isCancelled()) {
      observer.onError(cause);
    }
  }
}
