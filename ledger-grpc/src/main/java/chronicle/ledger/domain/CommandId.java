package chronicle.ledger.domain;

/**
 * The id of a command, which is its idempotency key and the id of the transaction it creates:
 * {@code [A-Za-z0-9][A-Za-z0-9._-]{0,63}}, else {@link IllegalArgumentException}; the ledger's own
 * commands begin with {@code ~}: with one and a transaction's id the transaction's expiry, with two
 * all else.
 */
public record CommandId(String value) {
  /** Refuses a malformed id. */
  public CommandId {
    int own = value.startsWith("~~") ? 2 : value.startsWith("~") ? 1 : 0;
    Identifiers.require(value.substring(own), "command_id", "._-");
  }

  /** Returns the client's command id; also refuses the ids that only the ledger itself may use. */
  public static CommandId of(String value) {
    Identifiers.require(value, "command_id", "._-");
    return new CommandId(value);
  }

  @Override
  public String toString() {
    return value;
  }
}
