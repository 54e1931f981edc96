package chronicle.ledger.log;

import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.Transaction.Posted;
import java.time.Instant;
import java.util.Optional;

/**
 * What the store keeps of a transaction that was pending or has been reversed; one without a row
 * was posted at once, and stands.
 */
public record TransactionRow(
    CommandId id,
    Status status,
    Optional<Instant> dueTime,
    long closingPosition,
    int closingCount,
    Optional<CommandId> reversedBy) {

  /** What has become of a transaction. */
  public enum Status {
    /** Money is held. */
    PENDING,
    /** Money has moved. */
    POSTED,
    /** What was held was released by a command. */
    VOIDED,
    /** What was held was released when its time was up. */
    EXPIRED
  }

  static TransactionRow of(CommandId id, TransactionAt transaction) {
    return new TransactionRow(
        id,
        transaction.status(),
        transaction.dueTime(),
        transaction.closingPosition(),
        transaction.closingCount(),
        transaction.state() instanceof Posted posted ? posted.reversedBy() : Optional.empty());
  }
}
