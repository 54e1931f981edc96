package chronicle.query;

import static chronicle.error.v1.ErrorReason.POSITION_UNKNOWN;

import chronicle.runtime.Failure;
import java.time.Instant;
import java.util.Optional;

/**
 * Answers as of a moment. The read model alone answers where it has gone past the moment; otherwise
 * the ledger says which position the moment stands for, and the read waits for it. So an answer,
 * once given, never changes.
 */
final class TimeTravel {
  private final Moments moments;
  private final Timeline timeline = new Timeline();
  private final LedgerClient ledgers;
  private final Freshness freshness;

  TimeTravel(Moments moments, LedgerClient ledgers, Freshness freshness) {
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
        yield seen.filter(moment -> reflects(moment, position, wait.minPosition()))
            .orElseGet(() -> resolved(ledger, position, wait));
      }
      case AsOf.Time(var time) -> resolved(ledger, position(ledger, time), wait);
    };
  }

  private Moment resolved(String ledger, long position, Wait wait) {
    return freshness.read(
        ledger, wait.atLeast(position), () -> moments.atPosition(ledger, position));
  }

  /**
   * Reads balances as of a position, rounded down to the end of a command, or at a place already
   * known to be one; empty where the read model does not know the ledger.
   */
  @FunctionalInterface
  interface BalancesAt {
    Optional<Balances> read(long position, Optional<Place> known);
  }

  /** Where a position lies, where that is known without a look; see {@link #holds}. */
  Optional<Place> known(String ledger, long position) {
    return timeline.find(ledger, position);
  }

  /** Where a record time lies, where that is known without a look; see {@link #holds}. */
  Optional<Place> known(String ledger, Instant time) {
    return timeline.find(ledger, time);
  }

  /** Whether what was read at a place known is of the same log, and reflects what it must. */
  static boolean holds(Balances seen, Place place, long minPosition) {
    return seen.incarnation().equals(place.incarnation())
        && reflects(seen, place.position(), minPosition);
  }

  /** As of a position, rounded down to the end of a command. */
  Balances atPosition(String ledger, long position, BalancesAt balances, Wait wait) {
    return known(ledger, position)
        .flatMap(place -> at(place, balances, wait))
        .orElseGet(() -> lookedUp(ledger, position, balances, wait));
  }

  private Balances lookedUp(String ledger, long position, BalancesAt balances, Wait wait) {
    var seen = balances.read(position, Optional.empty());
    requireRecorded(ledger, seen, position);
    learn(ledger, position);
    return seen.filter(it -> reflects(it, position, wait.minPosition()))
        .orElseGet(() -> await(ledger, position, balances, wait));
  }

  /** As of a record time: all that was recorded at or before it. */
  Balances atTime(String ledger, Instant time, BalancesAt balances, Wait wait) {
    return known(ledger, time)
        .flatMap(place -> at(place, balances, wait))
        .orElseGet(() -> await(ledger, position(ledger, time), balances, wait));
  }

  private static Optional<Balances> at(Place place, BalancesAt balances, Wait wait) {
    return balances
        .read(place.position(), Optional.of(place))
        .filter(seen -> holds(seen, place, wait.minPosition()));
  }

  /** The last position recorded at or before a time, settled for ever. */
  private long position(String ledger, Instant time) {
    var position = moments.atTime(ledger, time, timeline.around(ledger, time));
    position.ifPresent(it -> learn(ledger, it));
    return position.orElseGet(() -> ledgers.resolve(ledger, time));
  }

  /** What is asked about once may never be again, and is not worth a thousand rows. */
  private void learn(String ledger, long position) {
    if (position > 0 && timeline.isAskedAgain(ledger, position)) {
      moments.stretch(ledger, position).ifPresent(stretch -> timeline.add(ledger, stretch));
    }
  }

  private static boolean reflects(Snapshot seen, long position, long minPosition) {
    return seen.checkpoint() >= Math.max(position, minPosition);
  }

  private Balances await(String ledger, long position, BalancesAt balances, Wait wait) {
    return freshness.read(
        ledger, wait.atLeast(position), () -> balances.read(position, Optional.empty()));
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
