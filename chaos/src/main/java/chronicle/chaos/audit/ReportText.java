package chronicle.chaos.audit;

import chronicle.event.v1.Event;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;

/** A report for people. */
public final class ReportText {
  private ReportText() {}

  /** The whole report: what was done, each rule with the number of its checks, what was found. */
  public static String of(Plan plan, History history, Log log, Report report) {
    var text = new StringBuilder();
    var calls = history.calls();
    var tally = new Progress();
    calls.forEach(call -> tally.count(call.outcome()));
    line(
        text,
        "Ledger %s, seed %d, %d clients".formatted(plan.ledger(), plan.seed(), plan.clients()));
    line(text, "%,d calls: %s".formatted(calls.size(), tally));
    line(text, throughput(calls, log));
    text.append('\n');
    for (Rule rule : Rule.values()) {
      line(text, rule(rule, report));
    }
    text.append('\n');
    report.violations().forEach(it -> line(text, "VIOLATION " + it));
    report
        .incomplete()
        .forEach(it -> line(text, "INCOMPLETE %s: %s".formatted(it.rule(), it.why())));
    line(
        text,
        switch (report.verdict()) {
          case CLEAN -> "Everything was checked, and holds.";
          case VIOLATED -> "Promises were broken.";
          case INCOMPLETE -> "Nothing was seen broken, but not everything could be checked.";
        });
    return text.toString();
  }

  private static String throughput(List<Call> calls, Log log) {
    long commands = log.events().stream().map(Event::getCommandId).distinct().count();
    long lastNanos =
        calls.stream()
            .filter(call -> Command.of(call.request()).isPresent())
            .mapToLong(Call::endNanos)
            .max()
            .orElse(1);
    return "%,d commands with %,d events in the log, %,.0f commands a second"
        .formatted(
            commands,
            log.events().size(),
            commands * (double) TimeUnit.SECONDS.toNanos(1) / lastNanos);
  }

  private static String rule(Rule rule, Report report) {
    long broken = report.violationCounts().getOrDefault(rule, 0L);
    return "%-4s %-18s %,9d checks  %s"
        .formatted(
            rule.guarantee(),
            rule.name().toLowerCase(Locale.ROOT),
            report.checks().getOrDefault(rule, 0L),
            broken == 0 ? "" : broken + " VIOLATIONS");
  }

  private static void line(StringBuilder text, String line) {
    text.append(line.stripTrailing()).append('\n');
  }
}
