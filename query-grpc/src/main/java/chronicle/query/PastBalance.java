package chronicle.query;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A balance asked for.
 *
 * @param position as of which, rounded down to the end of a command
 * @param known the place of that position, where it is known to be such an end
 */
record PastBalance(String account, long position, Optional<Place> known) {
  /** The record time to look from, in microseconds since 1970; null where that is not known. */
  @Nullable Long micros() {
    return known.map(place -> Stretch.micros(place.recordTime())).orElse(null);
  }
}
