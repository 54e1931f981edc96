package chronicle.query;

import static chronicle.error.v1.ErrorReason.POSITION_UNKNOWN;

import chronicle.runtime.Failure;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Answers as of a moment. The read model alone answers where it has gone past the moment; otherwise
 * the ledger says which position the moment stands for, and the read waits for it. So an answer,
 * once given, never changes.
 */
final class TimeTravel {
  private final BalanceQueries queries;
  private final Moments moments;
  private final LedgerClient ledgers;
  private final Freshness freshness;

  TimeTravel(BalanceQueries queries, Moments moments, LedgerClient ledgers, Freshness freshness) {
    this.queries = queries;
    this.moments = moments;
    this.ledgers = ledgers;
    this.freshness = freshness;
  }

  /**
   * The position that a moment stands for, settled for ever, once the read model reflects it and
   * what the wait asks for.
   */
  Moment resolve(String ledger, AsOf asOf, Wait wait) {
    return switch (asOf) {
      case AsOf.Now() -> freshness.read(ledger, wait, () -> moments.now(ledger));
      case AsOf.Position(var position) -> {
        var seen = moments.atPosition(ledger, position);
        requireRecorded(ledger, seen, position);
        yield seen.filter(moment -> reflects(moment, position, wait))
            .orElseGet(() -> resolved(ledger, position, wait));
      }
      case AsOf.Time(var time) -> {
        var seen = moments.atTime(ledger, time).filter(Moment::settled);
        yield resolved(
            ledger,
            seen.map(Moment::position).orElseGet(() -> ledgers.resolve(ledger, time)),
            wait);
      }
    };
  }

  private Moment resolved(String ledger, long position, Wait wait) {
    return freshness.read(
        ledger, wait.atLeast(position), () -> moments.atPosition(ledger, position));
  }

  /** As of a position, rounded down to the end of a command. */
  Balances atPosition(String ledger, long position, List<String> accounts, Wait wait) {
    var seen = queries.atPosition(ledger, position, accounts);
    requireRecorded(ledger, seen, position);
    return seen.filter(balances -> reflects(balances, position, wait))
        .orElseGet(() -> await(ledger, position, accounts, wait));
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

  private static boolean reflects(Snapshot seen, long position, Wait wait) {
    return seen.checkpoint() >= wait.atLeast(position).minPosition();
  }

  private Balances await(String ledger, long position, List<String> accounts, Wait wait) {
    return freshness.read(
        ledger, wait.atLeast(position), () -> queries.atPosition(ledger, position, accounts));
  }

  private void requireRecorded(String ledger, Optional<? extends Snapshot> seen, long position) {
    if (seen.isPresent() && seen.get().checkpoint() >= position) {
      return;
    }
    var head = ledgers.head(ledger);
    if (position > head) {
      throw Failure.of(POSITION_UNKNOWN, "The log ends at position " + head)
          .with("ledger", ledger)
          .with("position", Long.toString(head));
    }
  }
}
