package chronicle.chaos.bench;

import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * All that was measured in one configuration.
 *
 * @param failures of calls, by what they said
 * @param faults of the ledger after it all: nothing, or the bench has failed
 */
record Section(
    Configuration configuration,
    Map<String, String> settings,
    List<Row> rows,
    Map<String, Long> failures,
    List<String> faults) {
  /**
   * One measurement.
   *
   * @param catchUp how long after it the read model was at the head
   */
  record Row(
      int round, Workload workload, Measurement measurement, double batch, Duration catchUp) {
    /** One line for the person who waits. */
    String line() {
      return "  round %d  %-34s %,9.0f/s  p50 %7s ms  p99 %7s ms  failed %d"
          .formatted(
              round,
              workload.name(),
              measurement.perSecond(),
              Report.millis(measurement.millisAt(50)),
              Report.millis(measurement.millisAt(99)),
              measurement.errors());
    }
  }

  /** The workloads in the order in which they were measured. */
  List<Workload> workloads() {
    return rows.stream().map(Row::workload).distinct().toList();
  }

  Stream<Row> of(Workload workload) {
    return rows.stream().filter(row -> row.workload().equals(workload));
  }

  /** The median over the rounds of a rate divided by another's in the same round. */
  OptionalDouble ratio(Workload workload, Workload to) {
    return median(
        of(workload)
            .mapToDouble(row -> row.measurement().perSecond() / rateIn(row.round(), to))
            .toArray());
  }

  private double rateIn(int round, Workload workload) {
    return of(workload)
        .filter(row -> row.round() == round)
        .findFirst()
        .orElseThrow()
        .measurement()
        .perSecond();
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
