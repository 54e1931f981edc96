package chronicle.query;

import static chronicle.error.v1.ErrorReason.POSITION_UNKNOWN;

import chronicle.runtime.Failure;
import java.time.Instant;
import java.util.List;

/**
 * Balances as of a moment. The read model alone answers where it has gone past the moment;
 * otherwise the ledger says which position the moment stands for, and the read waits for it. So an
 * answer, once given, never changes.
 */
final class TimeTravel {
  private final BalanceQueries queries;
  private final LedgerClient ledgers;
  private final Freshness freshness;

  TimeTravel(BalanceQueries queries, LedgerClient ledgers, Freshness freshness) {
    this.queries = queries;
    this.ledgers = ledgers;
    this.freshness = freshness;
  }

  /** As of a position, rounded down to the end of a command. */
  Balances atPosition(String ledger, long position, List<String> accounts, Wait wait) {
    var seen = queries.atPosition(ledger, position, accounts);
    if (seen.isEmpty() || seen.get().checkpoint() < position) {
      requireRecorded(ledger, position);
    } else if (seen.get().checkpoint() >= wait.minPosition()) {
      return seen.get();
    }
    return await(ledger, position, accounts, wait);
  }

  /** As of a record time: all that was recorded at or before it. */
  Balances atTime(String ledger, Instant time, List<String> accounts, Wait wait) {
    var seen = queries.atTime(ledger, time, accounts).filter(Balances::settled);
    if (seen.isPresent() && seen.get().checkpoint() >= wait.minPosition()) {
      return seen.get();
    }
    var position = seen.map(Balances::readPosition).orElseGet(() -> ledgers.resolve(ledger, time));
    return await(ledger, position, accounts, wait);
  }

  private Balances await(String ledger, long position, List<String> accounts, Wait wait) {
    return freshness.read(
        ledger, wait.atLeast(position), () -> queries.atPosition(ledger, position, accounts));
  }

  private void requireRecorded(String ledger, long position) {
    var head = ledgers.head(ledger);
    if (position > head) {
      throw Failure.of(POSITION_UNKNOWN, "The log ends at position " + head)
          .with("ledger", ledger)
          .with("position", Long.toString(head));
    }
  }
}
