package chronicle.ledger.log;

import chronicle.ledger.domain.Account;
import java.util.List;

/** An account's state and the position of the event that led to it; 0 before the first. */
record AccountAt(Account state, long position) {
  static final AccountAt UNOPENED = new AccountAt(Account.UNOPENED, 0);

  /**
   * Returns the state after one more event, asserting that the log and the fold agree on version
   * and balances.
   */
  AccountAt evolve(RecordedEvent event) {
    Account next = state.evolve(event.event());
    if (next.version() != event.accountVersion()
        || !RecordedEvent.Balances.of(next).equals(event.balancesAfter())) {
      throw new IllegalStateException(
          "the fold of account %s leaves the log at position %d"
              .formatted(event.account(), event.position()));
    }
    return new AccountAt(next, event.position());
  }

  static AccountAt fold(List<RecordedEvent> events) {
    AccountAt account = UNOPENED;
    for (RecordedEvent event : events) {
      account = account.evolve(event);
    }
    return account;
  }
}
