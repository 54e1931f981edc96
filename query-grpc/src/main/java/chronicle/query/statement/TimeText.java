package chronicle.query.statement;

import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times as text, in UTC. */
final class TimeText {
  private static final DateTimeFormatter EXACT = utc("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'");
  private static final DateTimeFormatter READABLE = utc("uuuu-MM-dd HH:mm:ss");

  private TimeText() {}

  /** ISO 8601 to the microsecond, always as long: {@code 2026-01-31T12:00:00.000000Z}. */
  static String exact(Timestamp time) {
    return EXACT.format(instant(time));
  }

  /** To the second, the rest cut off: {@code 2026-01-31 12:00:00}. */
  static String readable(Timestamp time) {
    return READABLE.format(instant(time));
  }

  private static Instant instant(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
  }

  private static DateTimeFormatter utc(String pattern) {
    return DateTimeFormatter.ofPattern(pattern, Locale.ROOT).withZone(ZoneOffset.UTC);
  }
}
