package chronicle.ledger.log;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The event store's clock between two readings of it: the last one, and what has passed since it
 * arrived here. So it is a little late, and not early, as long as both clocks run alike.
 */
final class StoreClock {
  private static final Duration READING_MAX = Duration.ofSeconds(1);

  private final LongSupplier nanoTime;
  private volatile @Nullable Reading last;

  /** A clock that was never read; {@code nanoTime} is as {@link System#nanoTime}. */
  StoreClock(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  private record Reading(Instant time, long nanos) {}

  /** Takes a reading that has just arrived. */
  void read(Instant time) {
    last = new Reading(time, nanoTime.getAsLong());
  }

  /** Returns the time there, in whole microseconds; empty where the last reading is too old. */
  Optional<Instant> now() {
    Reading reading = last;
    if (reading == null) {
      return Optional.empty();
    }
    long passed = nanoTime.getAsLong() - reading.nanos();
    return passed > READING_MAX.toNanos()
        ? Optional.empty()
        : Optional.of(reading.time().plusNanos(passed).truncatedTo(ChronoUnit.MICROS));
  }
}
