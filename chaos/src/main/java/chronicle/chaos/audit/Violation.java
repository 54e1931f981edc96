package chronicle.chaos.audit;

/**
 * A promise that was broken: which, by what (a command's id, {@code position 17}, or a read's
 * question), and how.
 */
public record Violation(Rule rule, String subject, String sentence) {
  @Override
  public String toString() {
    return "%s %s, %s: %s".formatted(rule.guarantee(), rule, subject, sentence);
  }
}
