package chronicle.runtime;

import java.time.Duration;
import java.util.random.RandomGenerator;

/**
 * Delays that double from {@code first} to {@code max}, each drawn from the upper half of its step
 * so that many waiters spread out.
 */
public record Backoff(Duration first, Duration max) {
  private static final int DOUBLINGS_MAX = 30;

  /** Refuses a first delay that is not positive, and a longest one that is below it. */
  public Backoff {
    if (!first.isPositive() || max.compareTo(first) < 0) {
      throw new IllegalArgumentException("not 0 < first <= max: " + first + ", " + max);
    }
  }

  /**
   * The delay after the given attempt failed, the first being 0: never more than {@code max}, never
   * below half its step.
   */
  public Duration delay(int attempt, RandomGenerator random) {
    var step = step(attempt).toNanos();
    return Duration.ofNanos(step - random.nextLong(step / 2 + 1));
  }

  private Duration step(int attempt) {
    var doubled = first.multipliedBy(1L << Math.min(attempt, DOUBLINGS_MAX));
    return doubled.compareTo(max) < 0 ? doubled : max;
  }
}
