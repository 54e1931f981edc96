package chronicle.chaos.audit;

import chronicle.chaos.audit.Report.Incomplete;
import chronicle.event.v1.Event;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

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
    if (LogCheck.hasOrder(log.events(), findings)) {
      check(calls, log, findings);
    } else {
      for (Rule rule : Rule.values()) {
        if (rule != Rule.POSITIONS) {
          findings.incomplete(rule, "A log whose positions have a gap can't be replayed.");
        }
      }
    }
    return findings.report();
  }

  private static void check(List<Call> calls, Log log, Findings findings) {
    var replay = Replay.of(log.events());
    LogCheck.check(replay, findings);
    Map<String, List<Event>> byCommand =
        log.events().stream().collect(Collectors.groupingBy(Event::getCommandId));
    var attempts = Attempts.of(calls, byCommand);
    new CommandCheck(replay, attempts, findings).check(calls);
    var realTime = new RealTimeCheck(replay, attempts, findings);
    realTime.check(calls, attempts);
    new ReadCheck(replay, realTime, findings).check(calls);
    log.stream().ifPresent(messages -> StreamCheck.check(messages, replay, findings));
  }
}
