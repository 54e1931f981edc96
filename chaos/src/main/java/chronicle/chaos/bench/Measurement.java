package chronicle.chaos.bench;

import java.util.OptionalDouble;
import org.HdrHistogram.Histogram;

/**
 * What one run of a workload did.
 *
 * @param latencyMicros of each command, where it was recorded one by one
 */
record Measurement(long commands, long errors, double seconds, Histogram latencyMicros) {
  private static final long LATENCY_MICROS_MAX = 60_000_000;
  private static final int DIGITS = 3;

  /** An empty histogram for latencies; recorded values must be clamped to its range. */
  static Histogram histogram() {
    return new Histogram(LATENCY_MICROS_MAX, DIGITS);
  }

  static void record(Histogram histogram, long nanos) {
    histogram.recordValue(Math.min(nanos / 1000, LATENCY_MICROS_MAX));
  }

  double perSecond() {
    return commands / seconds;
  }

  /** The latency below which that share of the commands stayed; empty where none was recorded. */
  OptionalDouble millisAt(double percentile) {
    return latencyMicros.getTotalCount() == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(latencyMicros.getValueAtPercentile(percentile) / 1000.0);
  }
}
