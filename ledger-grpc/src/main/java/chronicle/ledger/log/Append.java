package chronicle.ledger.log;

import java.time.Instant;
import java.util.List;

/**
 * What one batch adds to the log: the events follow the head without a gap, and the record time is
 * the last one now. Beside each event is its account's state after it, as {@link
 * SnapshotCodec#mark} gives it. The transactions are those whose row is new or another, the
 * snapshots those that are due.
 */
public record Append(
    List<RecordedEvent> events,
    List<EncodedEvent> encoded,
    List<byte[]> states,
    List<RecordedCommand> commands,
    List<TransactionRow> transactions,
    List<Snapshot> snapshots,
    Instant recordTime) {

  /** The same, keeping no snapshots. */
  Append withoutSnapshots() {
    return new Append(events, encoded, states, commands, transactions, List.of(), recordTime);
  }

  /** Whether there is anything to write. */
  boolean changes(Head head) {
    return !events.isEmpty() || !commands.isEmpty() || recordTime.isAfter(head.lastRecordTime());
  }
}
