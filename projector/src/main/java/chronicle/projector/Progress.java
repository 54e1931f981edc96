package chronicle.projector;

import java.time.Duration;
import java.time.Instant;

/**
 * How far a ledger's projection has come, for those who ask.
 *
 * @param position the last position projected
 * @param recordTime of the event at that position
 * @param head the last position of the log, as far as is known
 * @param headTime when that was learned
 * @param caughtUpTime a time of which it is known that all recorded before it is projected
 * @param movedTime when the position last changed
 * @param error why the projection stopped; empty while it runs
 */
record Progress(
    long position,
    Instant recordTime,
    long head,
    Instant headTime,
    Instant caughtUpTime,
    Instant movedTime,
    String error) {

  /** Before anything is known; the first event is taken to have waited since now. */
  static Progress begin(Instant now) {
    return new Progress(0, now, 0, Instant.EPOCH, Instant.EPOCH, now, "");
  }

  Progress withHead(long head, Instant now) {
    return head < this.head
        ? this
        : new Progress(
            position,
            recordTime,
            head,
            now,
            position >= head ? now : caughtUpTime,
            movedTime,
            error);
  }

  Progress withPosition(long position, Instant recordTime, Instant now) {
    return new Progress(
        position,
        recordTime,
        Math.max(head, position),
        headTime,
        position >= head ? headTime : caughtUpTime,
        position == this.position ? movedTime : now,
        error);
  }

  Progress withError(String error) {
    return new Progress(position, recordTime, head, headTime, caughtUpTime, movedTime, error);
  }

  boolean stopped() {
    return !error.isEmpty();
  }

  /** How long the oldest event not projected yet has waited, at the most; zero at the head. */
  Duration lag(Instant now) {
    if (position >= head) {
      return Duration.ZERO;
    }
    var since = recordTime.isAfter(caughtUpTime) ? recordTime : caughtUpTime;
    return since.isAfter(now) ? Duration.ZERO : Duration.between(since, now);
  }

  /** Whether it is further behind than it may be, and has not moved for longer than it may. */
  boolean stalled(Instant now, Duration lagMax, Duration standstillMax) {
    return lag(now).compareTo(lagMax) > 0
        && Duration.between(movedTime, now).compareTo(standstillMax) > 0;
  }
}
