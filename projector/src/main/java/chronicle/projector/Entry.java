package chronicle.projector;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Map;

/**
 * What one event did to one account: a row of {@code entries}; an amount of 0 means that nothing
 * was posted.
 */
record Entry(
    long position,
    String accountId,
    long accountVersion,
    String eventType,
    String currencyCode,
    long amount,
    BigInteger postedAfter,
    long heldAfter,
    BigInteger availableAfter,
    String commandId,
    String transactionId,
    int transactionIndex,
    int transactionSize,
    String counterpartyAccount,
    Instant recordTime,
    Instant effectiveTime,
    String reference,
    Map<String, String> metadata) {}
