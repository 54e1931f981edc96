package chronicle.chaos.audit;

import chronicle.chaos.audit.Report.Incomplete;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Collects what checks find. */
final class Findings {
  private final Map<Rule, Long> checks = new EnumMap<>(Rule.class);
  private final Map<Rule, Long> counts = new EnumMap<>(Rule.class);
  private final List<Violation> violations = new ArrayList<>();
  private final List<Incomplete> incomplete = new ArrayList<>();

  /** Counts one check of the rule, and what it found if it does not hold. */
  void require(boolean holds, Rule rule, String subject, Supplier<String> sentence) {
    checks.merge(rule, 1L, Long::sum);
    if (!holds && counts.merge(rule, 1L, Long::sum) <= Report.VIOLATIONS_MAX) {
      violations.add(new Violation(rule, subject, sentence.get()));
    }
  }

  void incomplete(Rule rule, String why) {
    incomplete.add(new Incomplete(rule, why));
  }

  Report report() {
    return new Report(checks, violations, counts, incomplete);
  }
}
