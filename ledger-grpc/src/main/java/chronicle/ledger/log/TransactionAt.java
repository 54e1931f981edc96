package chronicle.ledger.log;

import chronicle.ledger.domain.Event.TransactionEvent;
import chronicle.ledger.domain.Transaction;
import chronicle.ledger.domain.Transaction.Expired;
import chronicle.ledger.domain.Transaction.Pending;
import chronicle.ledger.domain.Transaction.Posted;
import chronicle.ledger.domain.Transaction.Unknown;
import chronicle.ledger.domain.Transaction.Voided;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A transaction's state, and where the events stand by which it ceased to be pending; none yet
 * where their number is 0.
 */
record TransactionAt(Transaction state, long closingPosition, int closingCount) {
  static final TransactionAt UNKNOWN = new TransactionAt(Transaction.UNKNOWN, 0, 0);

  /** The state after the events of one command that carry the transaction's id. */
  TransactionAt evolve(List<RecordedEvent> events) {
    boolean closes = state instanceof Pending;
    Transaction next = state;
    for (RecordedEvent event : events) {
      if (!(event.event() instanceof TransactionEvent part)) {
        throw new IllegalStateException("not of a transaction: " + event);
      }
      next = next.evolve(event.account(), part, event.cause().effectiveTime());
    }
    return closes
        ? new TransactionAt(next, events.getFirst().position(), events.size())
        : new TransactionAt(next, closingPosition, closingCount);
  }

  TransactionAt withState(Transaction other) {
    return new TransactionAt(other, closingPosition, closingCount);
  }

  /** How its row calls its state; an unknown one has no row. */
  TransactionRow.Status status() {
    return switch (state) {
      case Unknown _ -> throw new IllegalStateException("an unknown transaction has no status");
      case Pending _ -> TransactionRow.Status.PENDING;
      case Posted _ -> TransactionRow.Status.POSTED;
      case Voided _ -> TransactionRow.Status.VOIDED;
      case Expired _ -> TransactionRow.Status.EXPIRED;
    };
  }

  /** When it ends by itself; empty where it does not, or not any more. */
  Optional<Instant> dueTime() {
    return state instanceof Pending pending ? pending.expireTime() : Optional.empty();
  }
}
