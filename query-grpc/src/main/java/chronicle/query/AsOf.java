package chronicle.query;

import com.google.protobuf.Timestamp;
import java.time.Instant;

/** What an answer is to know: all that is recorded, or what was at a moment. */
sealed interface AsOf {
  /** All that the read model reflects. */
  record Now() implements AsOf {}

  /** What was recorded up to a position. */
  record Position(long position) implements AsOf {}

  /** What was recorded at or before a time. */
  record Time(Instant time) implements AsOf {}

  /** The moment that a request's fields {@code at} and {@code at_position} give, one or none. */
  static AsOf of(boolean hasTime, Timestamp at, boolean hasPosition, long atPosition) {
    if (hasTime) {
      return new Time(Times.parse("at", at));
    }
    return hasPosition ? new Position(atPosition) : new Now();
  }
}
