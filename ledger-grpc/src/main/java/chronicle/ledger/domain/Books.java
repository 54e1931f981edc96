package chronicle.ledger.domain;

/** The states that a decision may look at; looking changes nothing. */
public interface Books {
  /** The ledger as a whole. */
  Book book();

  /** The account's state; {@link Account#UNOPENED} where there is none. */
  Account account(AccountId id);

  /** The transaction's state; {@link Transaction#UNKNOWN} where there is none. */
  Transaction transaction(CommandId id);
}
