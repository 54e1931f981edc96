package chronicle.ledger.domain;

import chronicle.ledger.domain.Event.AccountCreated;
import chronicle.ledger.domain.Event.LedgerCreated;
import chronicle.ledger.domain.Event.MoneyDeposited;
import chronicle.ledger.domain.Event.MoneyTransferredIn;
import chronicle.ledger.domain.Event.MoneyTransferredOut;
import chronicle.ledger.domain.Event.MoneyWithdrawn;

/**
 * What holds for a ledger as a whole: a fold of the events about the ledger itself; version 0 is no
 * ledger yet.
 */
public record Book(long version) {
  /** The book before the first event. */
  public static final Book UNOPENED = new Book(0);

  /** Whether the ledger has been created. */
  public boolean isOpen() {
    return version > 0;
  }

  /** Whether an account may be kept in the currency. */
  public boolean knows(String currency) {
    return Assets.isIso4217(currency);
  }

  /**
   * Returns the book after one more event; one that is not about the ledger throws {@link
   * IllegalStateException}.
   */
  public Book evolve(Event event) {
    return switch (event) {
      case LedgerCreated _ -> new Book(version + 1);
      case AccountCreated _,
          MoneyDeposited _,
          MoneyWithdrawn _,
          MoneyTransferredOut _,
          MoneyTransferredIn _ ->
          throw new IllegalStateException("not about the ledger: " + event);
    };
  }
}
