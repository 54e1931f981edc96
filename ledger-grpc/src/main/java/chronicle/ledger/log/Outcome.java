package chronicle.ledger.log;

import chronicle.ledger.domain.Refusal;
import java.util.List;

/** What came of a piece of work. Each but {@link Failed} is durable when it is given out. */
public sealed interface Outcome {
  /** The command's events are in the log; replayed when they had been before. */
  record Executed(List<RecordedEvent> events, boolean replayed) implements Outcome {}

  /** The command would be accepted with these events; nothing was recorded. */
  record Validated(List<RecordedEvent> events) implements Outcome {}

  /**
   * The command was refused, and will be for ever; replayed when it had been before. Only
   * validated: not recorded.
   */
  record Refused(Refusal refusal, boolean replayed) implements Outcome {}

  /** The id stands for another command, which differs in this field. */
  record Reused(String field) implements Outcome {}

  /**
   * The account's state, the position of its last event, and the position of the log that this
   * holds for.
   */
  record Inspected(AccountAt account, long readPosition) implements Outcome {}

  /** The time is settled. */
  record Settled() implements Outcome {}

  /** The time is after the event store's clock. */
  record InFuture() implements Outcome {}

  /** The work could not be done; the cause says whether it may have been all the same. */
  record Failed(RuntimeException cause) implements Outcome {}
}
