package chronicle.chaos.load;

import java.time.Duration;
import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;

/**
 * What one run of a workload did.
 *
 * @param units what was done: commands, or balances read
 * @param errors calls that failed
 * @param latencyMicros of each call, where it was recorded one by one
 */
public record Measurement(long units, long errors, double seconds, Histogram latencyMicros) {
  private static final long LATENCY_MICROS_MAX = 60_000_000;
  private static final int DIGITS = 3;

  /** What was done in that time, from a histogram of all calls, one unit each. */
  public static Measurement of(Histogram latencyMicros, long errors, Duration time) {
    return new Measurement(
        latencyMicros.getTotalCount(), errors, time.toNanos() / 1e9, latencyMicros);
  }

  /** An empty histogram for latencies; recorded values must be clamped to its range. */
  public static Histogram histogram() {
    return new Histogram(LATENCY_MICROS_MAX, DIGITS);
  }

  /** Adds a latency to a histogram, clamped to its range. */
  public static void record(Histogram histogram, long nanos) {
    histogram.recordValue(Math.clamp(nanos / 1000, 0, LATENCY_MICROS_MAX));
  }

  /** The rate in units. */
  public double perSecond() {
    return units / seconds;
  }

  /** The latency below which that share of the calls stayed; empty where none was recorded. */
  public OptionalDouble millisAt(double percentile) {
    return latencyMicros.getTotalCount() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(latencyMicros.getValueAtPercentile(percentile) / 1000.0);
  }
}
