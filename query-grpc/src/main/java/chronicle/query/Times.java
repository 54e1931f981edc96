package chronicle.query;

import chronicle.runtime.Failure;
import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/** Times of the protocol and of the read model, both in whole microseconds. */
final class Times {
  private static final long FIRST_SECOND = Instant.parse("0001-01-01T00:00:00Z").getEpochSecond();
  private static final long LAST_SECOND = Instant.parse("9999-12-31T23:59:59Z").getEpochSecond();
  private static final int NANOS_MAX = 999_999_999;

  private Times() {}

  /** The time that a field of a request gives, finer than microseconds cut off. */
  static Instant parse(String field, Timestamp time) {
    if (time.getSeconds() < FIRST_SECOND || time.getSeconds() > LAST_SECOND) {
      throw Failure.invalid(field, "must be in the years 1 to 9999");
    }
    if (time.getNanos() < 0 || time.getNanos() > NANOS_MAX) {
      throw Failure.invalid(field, "must have 0 to 999999999 nanos");
    }
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos()).truncatedTo(ChronoUnit.MICROS);
  }

  /** The time that an optional field of a request gives. */
  static Optional<Instant> parse(String field, boolean given, Timestamp time) {
    return given ? Optional.of(parse(field, time)) : Optional.empty();
  }

  static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }
}
