package chronicle.projector;

import java.math.BigInteger;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What one event did to one account: a row of {@code entries}.
 *
 * @param amount 0 where nothing was posted
 * @param externalPostedAfter what the counterparty has posted after it, where that is an external
 *     account
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
    Map<String, String> metadata,
    Optional<BigInteger> externalPostedAfter) {

  /** What the event did to the external account where it moved money across the ledger's border. */
  Optional<Entry> otherSide() {
    return externalPostedAfter.map(posted ->
        new Entry(
            position,
            /* accountId= */ counterpartyAccount,
            0,
            eventType,
            currencyCode,
            -amount,
            posted,
            0,
            posted,
            commandId,
            transactionId,
            transactionIndex,
            transactionSize,
            /* counterpartyAccount= */ accountId,
            recordTime,
            effectiveTime,
            reference,
            metadata,
            Optional.empty()));
  }
}
