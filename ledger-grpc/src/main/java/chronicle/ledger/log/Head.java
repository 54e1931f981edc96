package chronicle.ledger.log;

import java.time.Instant;

/**
 * Where a ledger stands: the position of its last event (0: none yet), the time up to which it is
 * settled, the event store's clock now, and the name of this log among all of its name.
 */
public record Head(long position, Instant lastRecordTime, Instant clock, String incarnation) {
  /** The record time of the next batch: the clock, but always later than the last one. */
  Instant nextRecordTime() {
    Instant next = lastRecordTime.plusNanos(1_000);
    return clock.isAfter(next) ? clock : next;
  }

  /** Where the ledger stands after a batch. */
  Head after(Append batch) {
    return new Head(position + batch.events().size(), batch.recordTime(), clock, incarnation);
  }

  /** The same log before its first event. */
  Head atStart() {
    return new Head(0, Instant.EPOCH, clock, incarnation);
  }

  /** The same at another time. */
  Head at(Instant time) {
    return new Head(position, lastRecordTime, time, incarnation);
  }

  /** The same, settled up to a time that is not before. */
  Head settledTo(Instant time) {
    return new Head(position, time, clock, incarnation);
  }
}
