package chronicle.ledger.domain;

/**
 * The id of an account: {@code [A-Za-z0-9][A-Za-z0-9._-]{0,63}}, else {@link
 * IllegalArgumentException}; or {@link #LEDGER}.
 */
public record AccountId(String value) {
  /** Stands where an event is about the ledger itself; no client can name it. */
  public static final AccountId LEDGER = new AccountId("");

  /** Refuses a malformed id. */
  public AccountId {
    if (!value.isEmpty()) {
      Identifiers.require(value, "account", "._-");
    }
  }

  /**
   * Returns the account of that id; an empty or malformed id is an {@link
   * IllegalArgumentException}.
   */
  public static AccountId of(String value) {
    if (value.isEmpty()) {
      Identifiers.require(value, "account", "._-"); // which refuses it
    }
    return new AccountId(value);
  }

  /** Whether this stands for the ledger itself. */
  public boolean isLedger() {
    return value.isEmpty();
  }

  @Override
  public String toString() {
    return value;
  }
}
