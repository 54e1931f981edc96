package chronicle.chaos.lab;

import chronicle.chaos.audit.Report;
import chronicle.chaos.audit.Rule;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/**
 * What came of a scenario.
 *
 * @param marks what happened when
 * @param acknowledged of the random commands
 * @param deposits those acknowledged of the ones offered steadily, by which the rate is measured
 * @param lags how far the read model had come, again and again
 * @param report the history held against the log
 * @param findings all that was wrong; none if every promise held
 */
record Result(
    Scenario scenario,
    long seed,
    Phases phases,
    List<Timeline.Mark> marks,
    Acknowledgements acknowledged,
    Acknowledgements deposits,
    List<LagProbe.Sample> lags,
    Report report,
    List<String> findings) {
  boolean isClean() {
    return findings.isEmpty();
  }

  double perSecondBefore() {
    return perSecond(phases.begun(), phases.harmed());
  }

  double perSecondDuring() {
    return perSecond(phases.harmed(), phases.whole());
  }

  double perSecondAfter() {
    return perSecond(phases.whole(), phases.ended());
  }

  /** The longest time without an acknowledged deposit since the harm began. */
  Duration gap() {
    return deposits.longestGap(phases.harmed(), phases.ended());
  }

  long lost() {
    return report.violationCounts().getOrDefault(Rule.RECEIPTS, 0L);
  }

  long duplicated() {
    return report.violationCounts().getOrDefault(Rule.ONCE, 0L);
  }

  /** The furthest that the read model was behind, in positions. */
  long lagEventsMax() {
    return acknowledged.behind(lags).stream().mapToLong(Long::longValue).max().orElse(0);
  }

  /** The longest that an acknowledged command waited for the read model. */
  Duration lagMax() {
    return acknowledged.lags(lags).stream().max(Comparator.naturalOrder()).orElse(Duration.ZERO);
  }

  /** How long, after everything was whole, the read model took to have all until then. */
  Duration catchUp() {
    return Duration.ofNanos(phases.caughtUp() - phases.whole());
  }

  private double perSecond(long fromNanos, long toNanos) {
    return deposits.between(fromNanos, toNanos) * 1e9 / (toNanos - fromNanos);
  }
}
