package chronicle.chaos.audit;

import chronicle.chaos.audit.Report.Incomplete;
import java.util.List;

/** Holds a history against the log, by every {@link Rule}. */
public final class Checker {
  private Checker() {}

  /**
   * Checks the calls of all clients of one ledger, from its creation on, against its log. What
   * could not be gathered is told in {@code incomplete}, and is in the report.
   */
  public static Report check(List<Call> calls, Log log, List<Incomplete> incomplete) {
    var findings = new Findings();
    incomplete.forEach(it -> findings.incomplete(it.rule(), it.why()));
    for (int i = 0; i < log.events().size(); i++) {
      int position = i + 1;
      findings.require(
          log.events().get(i).getPosition() == position,
          Rule.POSITIONS,
          "position " + position,
          () -> "The log has another position there.");
    }
    return findings.report();
  }
}
