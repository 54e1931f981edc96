package chronicle.ledger.log;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.Refusal;
import chronicle.ledger.log.RecordedEvent.Balances;
import java.util.List;
import java.util.Map;

/** What came of a piece of work. Each but {@link Failed} is durable when it is given out. */
public sealed interface Outcome {
  /** What can come of a command, or of an atomic batch of commands. */
  sealed interface OfCommand extends Outcome {}

  /** What can come of a question. */
  sealed interface OfQuestion extends Outcome {}

  /** The command's events are in the log; replayed when they had been before. */
  record Executed(List<RecordedEvent> events, boolean replayed) implements OfCommand {}

  /**
   * The events of every command of the batch are in the log; replayed when they had been before.
   */
  record ExecutedAll(List<List<RecordedEvent>> parts, boolean replayed) implements OfCommand {}

  /**
   * The command would be accepted with these events, the accounts before it being like this;
   * nothing was recorded.
   */
  record Validated(List<RecordedEvent> events, Map<AccountId, Balances> before)
      implements OfCommand {}

  /** Every command of the batch would be accepted, as {@link Validated} says of one. */
  record ValidatedAll(List<Validated> parts) implements OfCommand {}

  /**
   * The command was refused, and will be for ever; replayed when it had been before. Only
   * validated: not recorded.
   */
  record Refused(Refusal refusal, boolean replayed) implements OfCommand {}

  /** The id stands for another command, which differs in this field. */
  record Reused(CommandId id, String field) implements OfCommand {}

  /**
   * The account's state, the position of its last event, and the position of the log that this
   * holds for.
   */
  record Inspected(AccountAt account, long readPosition) implements OfQuestion {}

  /** The time is settled. */
  record Settled() implements OfQuestion {}

  /** The time is after the event store's clock. */
  record InFuture() implements OfQuestion {}

  /** No pending transaction is there whose time is up. */
  record Swept() implements OfQuestion {}

  /** The work could not be done; the cause says whether it may have been all the same. */
  record Failed(RuntimeException cause) implements Outcome {}
}
