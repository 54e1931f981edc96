package chronicle.chaos.audit;

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
    line(text, "Ledger %s, seed %d, %d clients", plan.ledger(), plan.seed(), plan.clients());
    line(text, "%,d calls: %s", calls.size(), tally);
    long commands = log.events().stream().map(it -> it.getCommandId()).distinct().count();
    long lastNanos =
        calls.stream()
            .filter(call -> Command.of(call.request()).isPresent())
            .mapToLong(Call::endNanos)
            .max()
            .orElse(1);
    line(
        text,
        "%,d commands with %,d events in the log, %,.0f commands a second",
        commands,
        log.events().size(),
        commands * (double) TimeUnit.SECONDS.toNanos(1) / lastNanos);
    text.append('\n');
    for (Rule rule : Rule.values()) {
      long broken = report.violationCounts().getOrDefault(rule, 0L);
      line(
          text,
          "%-4s %-18s %,9d checks  %s",
          rule.guarantee(),
          rule.name().toLowerCase(Locale.ROOT),
          report.checks().getOrDefault(rule, 0L),
          broken == 0 ? "" : broken + " VIOLATIONS");
    }
    text.append('\n');
    report.violations().forEach(it -> line(text, "VIOLATION %s", it));
    report.incomplete().forEach(it -> line(text, "INCOMPLETE %s: %s", it.rule(), it.why()));
    line(
        text,
        "%s",
        switch (report.verdict()) {
          case CLEAN -> "Everything was checked, and holds.";
          case VIOLATED -> "Promises were broken.";
          case INCOMPLETE -> "Nothing was seen broken, but not everything could be checked.";
        });
    return text.toString();
  }

  private static void line(StringBuilder text, String format, Object... arguments) {
    text.append(format.formatted(arguments).stripTrailing()).append('\n');
  }
}
