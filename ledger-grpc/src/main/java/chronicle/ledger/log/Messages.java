package chronicle.ledger.log;

import chronicle.event.v1.AccountFrozen;
import chronicle.ledger.domain.Freeze;
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

  /** A freeze as a message; no freeze is unspecified. */
  public static AccountFrozen.Scope scope(Freeze freeze) {
    return switch (freeze) {
      case NONE -> AccountFrozen.Scope.SCOPE_UNSPECIFIED;
      case DEBITS -> AccountFrozen.Scope.DEBITS;
      case CREDITS -> AccountFrozen.Scope.CREDITS;
      case ALL -> AccountFrozen.Scope.ALL;
    };
  }

  /** The freeze that a message means; an unknown one is an {@link IllegalArgumentException}. */
  public static Freeze freeze(AccountFrozen.Scope scope) {
    return switch (scope) {
      case SCOPE_UNSPECIFIED -> Freeze.NONE;
      case DEBITS -> Freeze.DEBITS;
      case CREDITS -> Freeze.CREDITS;
      case ALL -> Freeze.ALL;
      case UNRECOGNIZED -> throw new IllegalArgumentException("not a scope");
    };
  }
}
