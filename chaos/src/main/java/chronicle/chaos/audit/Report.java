package chronicle.chaos.audit;

import java.util.List;
import java.util.Map;

/**
 * What a check came to.
 *
 * @param checks how many times each rule was checked; a rule that is not there was not
 * @param violations what was broken, at most {@link #VIOLATIONS_MAX} of each rule
 * @param violationCounts how often each rule was broken; a rule that is not there was not
 * @param incomplete why a check could not be done, or not wholly
 */
public record Report(
    Map<Rule, Long> checks,
    List<Violation> violations,
    Map<Rule, Long> violationCounts,
    List<Incomplete> incomplete) {
  /** How many violations of one rule are told of in full. */
  public static final int VIOLATIONS_MAX = 20;

  /** Keeps copies. */
  public Report {
    checks = Map.copyOf(checks);
    violations = List.copyOf(violations);
    violationCounts = Map.copyOf(violationCounts);
    incomplete = List.copyOf(incomplete);
  }

  /** A check that could not be done, or not wholly, and why. */
  public record Incomplete(Rule rule, String why) {}

  /** What it all comes to. */
  public enum Verdict {
    /** Everything was checked, and nothing was broken. */
    CLEAN,
    /** Something was broken. */
    VIOLATED,
    /** Nothing was seen broken, but not everything could be checked. */
    INCOMPLETE
  }

  /** What it all comes to; an incomplete check is never clean. */
  public Verdict verdict() {
    if (!violations.isEmpty()) {
      return Verdict.VIOLATED;
    }
    return incomplete.isEmpty() ? Verdict.CLEAN : Verdict.INCOMPLETE;
  }
}
