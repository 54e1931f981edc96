package chronicle.ledger.log;

import java.time.Instant;
import java.util.List;

/**
 * What one batch adds to the log: the events follow the head without a gap, and the record time is
 * the last one now.
 */
public record Append(
    List<RecordedEvent> events,
    List<EncodedEvent> encoded,
    List<RecordedCommand> commands,
    Instant recordTime) {

  /** Whether there is anything to write. */
  boolean changes(Head head) {
    return !commands.isEmpty() || recordTime.isAfter(head.lastRecordTime());
  }
}
