package chronicle.projector;

import java.time.Instant;
import java.util.Optional;

/**
 * What has become of a generation that was begun to take the place of the one that is read: a row
 * of {@code projection_rebuilds}.
 *
 * @param position the last position that its rows reflect
 * @param error why it was refused; else empty
 */
record Rebuild(
    int generation,
    String ledger,
    int foldVersion,
    State state,
    long position,
    Instant beginTime,
    Optional<Instant> endTime,
    String error) {
  /** What has become of it. */
  enum State {
    BUILDING,
    VERIFYING,
    DONE,
    REFUSED,
    CANCELLED
  }

  boolean isOpen() {
    return switch (state) {
      case BUILDING, VERIFYING -> true;
      case DONE, REFUSED, CANCELLED -> false;
    };
  }
}
