package chronicle.ledger.log;

import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.Details;
import java.time.Instant;

/**
 * What the events of one command share, and of one command of an atomic batch. The times are in
 * whole microseconds; the transaction id is empty where no transaction is affected, the reversed
 * one where none is reversed; {@code size} is the number of events of the whole command or batch.
 */
public record Cause(
    CommandId commandId,
    String transactionId,
    String reversesTransactionId,
    int size,
    Instant recordTime,
    Instant effectiveTime,
    String actor,
    String traceparent,
    Details details) {}
