package chronicle.query;

import com.google.protobuf.Duration;
import io.grpc.Context;
import java.util.concurrent.TimeUnit;

/**
 * How fresh an answer must be, and until when a call waits for it to be.
 *
 * @param minPosition the position that the answer reflects at least
 * @param untilNanos on the clock of {@link System#nanoTime}
 */
record Wait(long minPosition, long untilNanos) {
  private static final java.time.Duration UNSET = java.time.Duration.ofSeconds(5);
  // A refusal that says how far the read model has come is worth more than a deadline exceeded.
  private static final long ANSWER_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(200);
  private static final int ANSWER_SHARE = 10;

  /** No wait, for whatever the read model reflects. */
  static Wait none() {
    return new Wait(0, System.nanoTime());
  }

  /** What a request asks for, within the current call's deadline. */
  static Wait of(long minPosition, boolean given, Duration maxWait) {
    var wait =
        given ? java.time.Duration.ofSeconds(maxWait.getSeconds(), maxWait.getNanos()) : UNSET;
    var deadline = Context.current().getDeadline();
    var nanos =
        deadline == null
            ? wait.toNanos()
            : Math.min(
                wait.toNanos(), beforeDeadline(deadline.timeRemaining(TimeUnit.NANOSECONDS)));
    return new Wait(minPosition, System.nanoTime() + nanos);
  }

  private static long beforeDeadline(long nanos) {
    return nanos - Math.min(nanos / ANSWER_SHARE, ANSWER_NANOS_MAX);
  }

  /** The same wait for an answer that reflects this position too. */
  Wait atLeast(long position) {
    return new Wait(Math.max(minPosition, position), untilNanos);
  }
}
