package chronicle.ledger.service;

import chronicle.error.v1.ErrorReason;
import chronicle.ledger.log.EventStoreException;
import chronicle.ledger.log.UnreadableEventException;
import chronicle.runtime.Failure;
import io.grpc.Context;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** What the handlers of calls share: answering, deadlines, and the place of what may block. */
final class Call {
  private static final Duration DEADLINE_DEFAULT = Duration.ofSeconds(10);
  private static final Duration MARGIN_MAX = Duration.ofMillis(50);
  private static final int MARGIN_PARTS = 10;
  private static final Duration RETRY_DELAY = Duration.ofMillis(100);

  private Call() {}

  /**
   * When the call being handled must be answered, on the clock of {@link System#nanoTime}: shortly
   * before the client's deadline, so that it hears our reason; 10 s from now for a client that set
   * none.
   */
  static long deadlineNanos() {
    var deadline = Context.current().getDeadline();
    long left =
        deadline == null
            ? DEADLINE_DEFAULT.toNanos()
            : deadline.timeRemaining(TimeUnit.NANOSECONDS);
    return System.nanoTime() + left - Math.min(left / MARGIN_PARTS, MARGIN_MAX.toNanos());
  }

  /** The same for one command of a stream, which may stay open for long: 10 s from now at most. */
  static long deadlineNanosInStream() {
    long most = System.nanoTime() + DEADLINE_DEFAULT.toNanos();
    long own = deadlineNanos();
    return own - most < 0 ? own : most;
  }

  /** Answers a call with what the supplier gives or throws, on a thread that may block. */
  static <A> void answering(StreamObserver<A> observer, Supplier<A> supplier) {
    blocking(observer, () -> answer(observer, supplier.get()));
  }

  /** Runs what may block; what it throws ends the call. */
  static void blocking(StreamObserver<?> observer, Runnable task) {
    Thread.ofVirtual()
        .name("call")
        .start(
            Context.current()
                .wrap(() -> {
                  try {
                    task.run();
                  } catch (RuntimeException e) {
                    fail(observer, e);
                  }
                }));
  }

  static <A> void answer(StreamObserver<A> observer, A reply) {
    observer.onNext(reply);
    observer.onCompleted();
  }

  static void fail(StreamObserver<?> observer, RuntimeException cause) {
    observer.onError(failure(cause));
  }

  /** What a caller is told of an exception. */
  static RuntimeException failure(RuntimeException cause) {
    return switch (cause) {
      case EventStoreException _ ->
          Failure.of(ErrorReason.EVENT_STORE_UNAVAILABLE, "The event store can't be reached.")
              .retryAfter(RETRY_DELAY)
              .causedBy(cause);
      case UnreadableEventException _ ->
          Failure.of(ErrorReason.LEDGER_STOPPED, String.valueOf(cause.getMessage()))
              .causedBy(cause);
      default -> cause;
    };
  }
}
