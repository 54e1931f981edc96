package chronicle.ledger.log;

import chronicle.ledger.domain.Account;
import java.time.Instant;
import java.util.List;

/**
 * An account's state, and the position and record time of the event that led to it; position 0
 * before the first.
 */
public record AccountAt(Account state, long position, Instant recordTime) {
  /** Before the first event. */
  public static final AccountAt UNOPENED = new AccountAt(Account.UNOPENED, 0, Instant.EPOCH);

  /**
   * Returns the state after one more event, asserting that the log and the fold agree on version
   * and balances.
   */
  public AccountAt evolve(RecordedEvent event) {
    Account next = state.evolve(event.event());
    if (next.version() != event.accountVersion()
        || !RecordedEvent.Balances.of(next).equals(event.balancesAfter())) {
      throw new IllegalStateException(
          "the fold of account %s leaves the log at position %d"
              .formatted(event.account(), event.position()));
    }
    return new AccountAt(next, event.position(), event.cause().recordTime());
  }

  AccountAt evolve(List<RecordedEvent> events) {
    AccountAt account = this;
    for (RecordedEvent event : events) {
      account = account.evolve(event);
    }
    return account;
  }

  static AccountAt fold(List<RecordedEvent> events) {
    return UNOPENED.evolve(events);
  }
}
