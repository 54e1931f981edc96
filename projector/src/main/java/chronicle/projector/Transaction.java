package chronicle.projector;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * A transaction as of the last event that affected it, as its row says.
 *
 * @param position of the first of the events that made it
 * @param lastPosition of the last of them
 * @param end where what was pending was posted, voided or expired, by the position of the first
 *     such event
 * @param reverses the transaction that it reverses
 * @param openHolds how many of its holds are open
 */
record Transaction(
    String transactionId,
    long position,
    long lastPosition,
    Status status,
    Optional<Instant> expireTime,
    Optional<Long> end,
    Optional<String> reverses,
    Optional<Reversal> reversal,
    int openHolds,
    Instant recordTime,
    Instant effectiveTime,
    String reference,
    Map<String, String> metadata) {

  /** What has become of it; all but PENDING is for ever. */
  enum Status {
    PENDING,
    POSTED,
    VOIDED,
    EXPIRED
  }

  /** The transaction that reversed another, and the position of its first event. */
  record Reversal(String transactionId, long position) {}

  /** With one more of the events that make it. */
  Transaction grown(long position, int holds) {
    return new Transaction(
        transactionId,
        this.position,
        position,
        status,
        expireTime,
        end,
        reverses,
        reversal,
        openHolds + holds,
        recordTime,
        effectiveTime,
        reference,
        metadata);
  }

  /** After one of its holds ended. */
  Transaction ended(Status status, long position) {
    return new Transaction(
        transactionId,
        this.position,
        lastPosition,
        status,
        expireTime,
        Optional.of(end.orElse(position)),
        reverses,
        reversal,
        openHolds - 1,
        recordTime,
        effectiveTime,
        reference,
        metadata);
  }

  /** After another one reversed it. */
  Transaction reversed(Reversal by) {
    return new Transaction(
        transactionId,
        position,
        lastPosition,
        status,
        expireTime,
        end,
        reverses,
        Optional.of(by),
        openHolds,
        recordTime,
        effectiveTime,
        reference,
        metadata);
  }
}
