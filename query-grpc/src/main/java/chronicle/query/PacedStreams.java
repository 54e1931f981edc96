package chronicle.query;

import static chronicle.error.v1.ErrorReason.RATE_LIMITED;

import chronicle.runtime.Failure;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.concurrent.Semaphore;

/**
 * Streams of replies, each at the pace of its reader on a thread of its own, and so many at a time.
 */
final class PacedStreams {
  private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

  private final String what;
  private final int streamsMax;
  private final Semaphore free;

  /** At most so many; what one is, is the name of its thread. */
  PacedStreams(String what, int streamsMax) {
    this.what = what;
    this.streamsMax = streamsMax;
    this.free = new Semaphore(streamsMax);
  }

  /** Sends all replies of one stream, in order; returns early when the reader has gone. */
  @FunctionalInterface
  interface Body<A> {
    void send(PacedObserver<A> observer) throws InterruptedException;
  }

  /**
   * Runs a stream's body on another thread in the context of the call, and ends the call with it;
   * RATE_LIMITED where there are as many as there may be.
   */
  <A> void start(ServerCallStreamObserver<A> observer, Body<A> body) {
    if (!free.tryAcquire()) {
      throw Failure.of(RATE_LIMITED, "This server has as many as it may of: " + what)
          .retryAfter(RETRY_DELAY);
    }
    var paced = new PacedObserver<>(observer);
    Thread.ofVirtual().name(what).start(Context.current().wrap(() -> run(paced, body)));
  }

  /** How many there are. */
  int active() {
    return streamsMax - free.availablePermits();
  }

  private <A> void run(PacedObserver<A> observer, Body<A> body) {
    try {
      body.send(observer);
      observer.complete();
    } catch (RuntimeException e) {
      observer.fail(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      free.release();
    }
  }
}
