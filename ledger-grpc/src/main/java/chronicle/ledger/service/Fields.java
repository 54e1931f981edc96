package chronicle.ledger.service;

import chronicle.error.v1.ErrorReason;
import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.domain.Money;
import chronicle.runtime.Failure;
import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.function.Function;

/**
 * Reads single fields of requests: each becomes a value of the domain, or an INVALID_REQUEST that
 * names it.
 */
final class Fields {
  private static final long SECONDS_MIN = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
  private static final long SECONDS_MAX = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
  private static final int NANOS_MAX = 999_999_999;

  private Fields() {}

  /** An event's id, taken apart. */
  record EventId(LedgerId ledger, long position) {}

  static LedgerId ledger(String value) {
    return value.isEmpty() ? LedgerId.MAIN : read("ledger", value, LedgerId::new);
  }

  /** The last ledger of the page before, or PAGE_TOKEN_INVALID; empty for the first page. */
  static String pageToken(String token) {
    try {
      return token.isEmpty() ? token : new LedgerId(token).value();
    } catch (IllegalArgumentException e) {
      throw Failure.of(
          ErrorReason.PAGE_TOKEN_INVALID, "The page token was not made by this server.");
    }
  }

  static AccountId account(String field, String value) {
    return read(field, value, AccountId::of);
  }

  static CommandId commandId(String value) {
    return read("command_id", value, CommandId::of);
  }

  static CommandId transaction(String value) {
    return read("transaction", value, CommandId::of);
  }

  /** The same failure, of a field that lies within another. */
  static Failure within(String path, Failure failure) {
    return Failure.invalid(
        failure.violations().stream()
            .map(violation ->
                new Failure.Violation(
                    violation.field().isEmpty() ? path : path + "." + violation.field(),
                    violation.description()))
            .toList());
  }

  static Money money(String field, chronicle.type.v1.Money money) {
    return read(
        field + ".currency_code",
        money.getCurrencyCode(),
        code -> new Money(code, money.getMinorUnits()));
  }

  /** A time in whole microseconds, what is finer cut off. */
  static Instant time(String field, Timestamp time) {
    if (time.getSeconds() < SECONDS_MIN
        || time.getSeconds() > SECONDS_MAX
        || time.getNanos() < 0
        || time.getNanos() > NANOS_MAX) {
      throw Failure.invalid(field, "must be a time in the years 1 to 9999");
    }
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos()).truncatedTo(ChronoUnit.MICROS);
  }

  /** An event's id {@code <ledger>-<position>}; a ledger beside it must be the same. */
  static EventId eventId(String ledger, String eventId) {
    int dash = eventId.lastIndexOf('-');
    if (dash < 1) {
      throw Failure.invalid("event_id", "must be <ledger>-<position>");
    }
    LedgerId own = read("event_id", eventId.substring(0, dash), LedgerId::new);
    if (!ledger.isEmpty() && !ledger.equals(own.value())) {
      throw Failure.invalid("ledger", "is not the ledger of the event_id");
    }
    return new EventId(own, read("event_id", eventId.substring(dash + 1), Fields::position));
  }

  private static long position(String digits) {
    try {
      return Long.parseUnsignedLong(digits);
    } catch (NumberFormatException _) {
      throw new IllegalArgumentException("must end in a position");
    }
  }

  private static <V> V read(String field, String value, Function<String, V> parse) {
    try {
      return parse.apply(value);
    } catch (IllegalArgumentException e) {
      throw Failure.invalid(field, String.valueOf(e.getMessage()));
    }
  }
}
