package chronicle.projector;

import java.math.BigInteger;
import java.time.Instant;

/**
 * A change of an account's sums that took effect before it was recorded: a row of {@code
 * backdated}.
 *
 * @param posted what it added to the posted sum
 * @param held what it added to the held sum
 * @param total after it
 */
record Backdated(
    String accountId, long position, Instant effectiveTime, long posted, long held, Total total) {

  /** The number of an account's backdated changes, and their sums. */
  record Total(long number, BigInteger posted, BigInteger held) {
    static final Total NONE = new Total(0, BigInteger.ZERO, BigInteger.ZERO);

    Total plus(long postedDelta, long heldDelta) {
      return new Total(
          number + 1,
          posted.add(BigInteger.valueOf(postedDelta)),
          held.add(BigInteger.valueOf(heldDelta)));
    }
  }
}
