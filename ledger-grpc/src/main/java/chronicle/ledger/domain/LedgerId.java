package chronicle.ledger.domain;

/**
 * The id of a ledger: {@code [A-Za-z0-9][A-Za-z0-9_-]{0,63}}, else {@link
 * IllegalArgumentException}.
 */
public record LedgerId(String value) {
  /** The ledger that exists from the start, and that an empty ledger field means. */
  public static final LedgerId MAIN = new LedgerId("main");

  /** Refuses a malformed id. */
  public LedgerId {
    Identifiers.require(value, "ledger", "_-");
  }

  @Override
  public String toString() {
    return value;
  }
}
