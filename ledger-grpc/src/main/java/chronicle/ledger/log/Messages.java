package chronicle.ledger.log;

import chronicle.type.v1.Money;
import com.google.protobuf.Timestamp;
import java.time.Instant;

/** The small messages that stand in many others. */
public final class Messages {
  private Messages() {}

  /** An amount as a message. */
  public static Money money(String currency, long minorUnits) {
    return Money.newBuilder().setCurrencyCode(currency).setMinorUnits(minorUnits).build();
  }

  /** An amount as a message. */
  static Money money(chronicle.ledger.domain.Money money) {
    return money(money.currency(), money.minorUnits());
  }

  /** A time as a message, to the nanosecond. */
  public static Timestamp timestamp(Instant instant) {
    return Timestamp.newBuilder()
        .setSeconds(instant.getEpochSecond())
        .setNanos(instant.getNano())
        .build();
  }
}
