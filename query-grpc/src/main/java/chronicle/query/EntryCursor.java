package chronicle.query;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Where a page of entries begins.
 *
 * @param readPosition the position that all pages reflect, which the first one fixed
 * @param recordTime of the last entry before the page
 * @param position of the last entry before the page
 */
record EntryCursor(long readPosition, Instant recordTime, long position) {
  /** Before the newest entry as of a moment. */
  static EntryCursor first(Moment moment) {
    return new EntryCursor(moment.position(), moment.recordTime(), moment.position() + 1);
  }

  /** What {@link #toString} made. */
  static EntryCursor parse(String text) {
    var parts = text.split(" ", -1);
    return new EntryCursor(
        Long.parseLong(parts[0]),
        Instant.EPOCH.plus(Long.parseLong(parts[1]), ChronoUnit.MICROS),
        Long.parseLong(parts[2]));
  }

  /** Not after a time. */
  EntryCursor before(Instant time) {
    return recordTime.isBefore(time) ? this : new EntryCursor(readPosition, time, 0);
  }

  @Override
  public String toString() {
    return readPosition
        + " "
        + ChronoUnit.MICROS.between(Instant.EPOCH, recordTime)
        + " "
        + position;
  }
}
