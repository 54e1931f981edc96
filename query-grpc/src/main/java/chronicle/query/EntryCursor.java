package chronicle.query;

import chronicle.query.v1.Entry;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * Where a page of entries begins.
 *
 * @param readPosition the position that all pages reflect, which the first one fixed
 * @param recordTime of the last entry of the page before
 * @param position of the last entry of the page before
 */
record EntryCursor(long readPosition, Instant recordTime, long position) {
  /** Before the newest entry. */
  static final EntryCursor FIRST =
      new EntryCursor(0, Instant.parse("9999-12-31T23:59:59Z"), Long.MAX_VALUE);

  /** After an entry. */
  static EntryCursor after(long readPosition, Entry entry) {
    var time = entry.getRecordTime();
    return new EntryCursor(
        readPosition,
        Instant.ofEpochSecond(time.getSeconds(), time.getNanos()),
        entry.getPosition());
  }

  /** What {@link #toString} made. */
  static EntryCursor parse(String text) {
    var parts = text.split(" ", -1);
    return new EntryCursor(
        Long.parseLong(parts[0]),
        Instant.EPOCH.plus(Long.parseLong(parts[1]), ChronoUnit.MICROS),
        Long.parseLong(parts[2]));
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
