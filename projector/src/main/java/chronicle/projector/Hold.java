package chronicle.projector;

import java.time.Instant;
import java.util.Optional;

/** Money set aside for one posting of a pending transaction: a row of {@code holds}. */
record Hold(
    Key key,
    String accountId,
    String destinationAccount,
    String currencyCode,
    long amount,
    Optional<Instant> expireTime,
    long position,
    Instant recordTime,
    Instant effectiveTime,
    Optional<End> end) {

  /** A posting by its transaction and its index therein, from 0. */
  record Key(String transactionId, int postingIndex) {}

  /**
   * How it ended.
   *
   * @param posted how much of it was posted; the rest was released
   * @param effectiveTime not before the hold's: what is not held yet can't be released
   */
  record End(
      String eventType, long posted, long position, Instant recordTime, Instant effectiveTime) {}

  Hold ended(String eventType, long posted, long position, Instant recordTime, Instant effective) {
    var end =
        new End(
            eventType,
            posted,
            position,
            recordTime,
            effective.isBefore(effectiveTime) ? effectiveTime : effective);
    return new Hold(
        key,
        accountId,
        destinationAccount,
        currencyCode,
        amount,
        expireTime,
        position(),
        recordTime(),
        effectiveTime,
        Optional.of(end));
  }
}
