package chronicle.chaos.bench;

import chronicle.chaos.load.Measurement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * All that was measured in one configuration.
 *
 * @param growth of the log before anything else, where that was asked for
 * @param processes what the services had taken at the end
 * @param budgets what each way of writing costs, where that was asked for
 * @param failures of calls, by what they said
 * @param faults of the ledger after it all: nothing, or the bench has failed
 */
record Section(
    Configuration configuration,
    Map<String, String> settings,
    Optional<Growth> growth,
    List<Row> rows,
    List<ProcessState> processes,
    List<Budget> budgets,
    Map<String, Long> failures,
    List<String> faults) {
  /**
   * One measurement.
   *
   * @param batch commands per commit of the ledger meanwhile
   * @param catchUp how long after it the read model was at the head
   */
  record Row(int round, Trial trial, Measurement measurement, double batch, Duration catchUp) {
    /** One line for the person who waits. */
    String line() {
      return "  round %d  %-24s %4d %,11.0f/s  p50 %8s ms  p99 %8s ms  failed %d"
          .formatted(
              round,
              trial.key(),
              trial.inFlight(),
              measurement.perSecond(),
              Report.millis(measurement.millisAt(50)),
              Report.millis(measurement.millisAt(99)),
              measurement.errors());
    }
  }

  /** A rate beside another's. */
  record Ratio(String to, double value) {}

  /** The trials in the order in which they were measured. */
  List<Trial> trials() {
    return rows.stream().map(Row::trial).distinct().toList();
  }

  /** The measurements of a trial, one a round. */
  Stream<Row> of(Trial trial) {
    return rows.stream().filter(row -> row.trial().equals(trial));
  }

  /** The median over the rounds of a trial's rate. */
  double perSecond(Trial trial) {
    return median(of(trial).mapToDouble(row -> row.measurement().perSecond()).toArray())
        .orElseThrow();
  }

  /** The median over the rounds of a latency of a trial. */
  OptionalDouble millisAt(Trial trial, double percentile) {
    return median(
        of(trial)
            .flatMapToDouble(row -> row.measurement().millisAt(percentile).stream())
            .toArray());
  }

  /** The ratios to all that the trial is compared with and that was measured. */
  List<Ratio> ratios(Trial trial) {
    return trial.against().stream()
        .flatMap(to -> ratio(trial.key(), to).stream().mapToObj(value -> new Ratio(to, value)))
        .toList();
  }

  /**
   * The median over the rounds of a rate divided by another's in the same round, unless that was
   * nothing.
   */
  OptionalDouble ratio(String key, String to) {
    return median(
        rows.stream()
            .filter(row -> row.trial().key().equals(key))
            .flatMapToDouble(row ->
                rateIn(row.round(), to).map(rate -> row.measurement().perSecond() / rate).stream()
                    .mapToDouble(it -> it))
            .toArray());
  }

  private Optional<Double> rateIn(int round, String key) {
    return rows.stream()
        .filter(row -> row.round() == round && row.trial().key().equals(key))
        .findFirst()
        .map(row -> row.measurement().perSecond())
        .filter(rate -> rate > 0);
  }

  /** The middle one of the values, or the mean of the middle two. */
  static OptionalDouble median(double... values) {
    var sorted = Arrays.stream(values).sorted().toArray();
    var middle = sorted.length / 2;
    return sorted.length == 0
        ? OptionalDouble.empty()
        : OptionalDouble.of(
            sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2);
  }
}
