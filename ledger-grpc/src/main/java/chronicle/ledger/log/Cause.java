package chronicle.ledger.log;

import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.Details;
import java.time.Instant;

/**
 * What the events of one command share. The times are in whole microseconds; the transaction id is
 * empty where no transaction is affected; {@code size} is the number of events.
 */
public record Cause(
    CommandId commandId,
    String transactionId,
    int size,
    Instant recordTime,
    Instant effectiveTime,
    String actor,
    String traceparent,
    Details details) {}
