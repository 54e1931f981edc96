package chronicle.ledger.log;

import chronicle.error.v1.ErrorReason;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.log.EventStoreException.Kind;
import chronicle.runtime.Failure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;

/**
 * A piece of work on its way through the sequencer, answered exactly once: with its outcome, or,
 * when its time is up, with what is known of it by then.
 */
final class Ticket {
  private static final Duration RETRY_DELAY = Duration.ofMillis(100);

  private enum State {
    /** In the queue, or between two attempts: nothing of it is in a transaction. */
    WAITING,
    /** Part of a batch that may be committed. */
    RUNNING,
    /** Its answer is fixed. */
    CLOSED
  }

  private final Work work;
  private final List<byte[]> records;
  private final long submittedNanos;
  private final long deadlineNanos;
  private final Consumer<Outcome> reply;
  private final AtomicReference<State> state = new AtomicReference<>(State.WAITING);
  private volatile Kind worst = Kind.UNAVAILABLE;

  /**
   * Encodes what is kept of the work, in the caller's thread: the sequencer's time is everybody's.
   */
  Ticket(
      LedgerId ledger,
      Work work,
      long submittedNanos,
      long deadlineNanos,
      Consumer<Outcome> reply) {
    this.work = work;
    this.records = CommandCodec.encode(ledger, work);
    this.submittedNanos = submittedNanos;
    this.deadlineNanos = deadlineNanos;
    this.reply = reply;
  }

  Work work() {
    return work;
  }

  /** What is kept of the work: a record for each of its ids. */
  List<byte[]> records() {
    return records;
  }

  long nanosUntil(long nowNanos) {
    return nowNanos - submittedNanos;
  }

  boolean isOpen() {
    return state.get() != State.CLOSED;
  }

  boolean isDue(long nowNanos) {
    return nowNanos - deadlineNanos >= 0;
  }

  /** Makes it part of a batch; false if its time was up first, and then it must not be executed. */
  boolean claim() {
    return state.compareAndSet(State.WAITING, State.RUNNING);
  }

  /** Its batch is void, and was not in the event store's hands. */
  void unclaim() {
    state.compareAndSet(State.RUNNING, State.WAITING);
  }

  /**
   * Its transaction failed; once the outcome of a commit was unknown, it stays so until found out.
   */
  void release(Kind kind) {
    if (worst != Kind.AMBIGUOUS) {
      worst = kind;
    }
    unclaim();
  }

  /** Fixes the answer; false if it was before. Whoever fixes it gives it. */
  boolean close() {
    return state.getAndSet(State.CLOSED) != State.CLOSED;
  }

  void give(Outcome outcome) {
    reply.accept(outcome);
  }

  /** Its time is up: answers whether it was surely not executed, or whether nobody knows yet. */
  void expire() {
    if (state.compareAndSet(State.WAITING, State.CLOSED)) {
      give(new Outcome.Failed(failure(worst)));
    } else if (close()) {
      give(new Outcome.Failed(failure(Kind.AMBIGUOUS)));
    }
  }

  private static Failure failure(Kind kind) {
    Failure failure =
        switch (kind) {
          case CONFLICT, TAKEN ->
              Failure.of(
                  ErrorReason.CONTENTION,
                  "Other transactions were faster until the deadline; the command was not executed.");
          case UNAVAILABLE ->
              Failure.of(
                  ErrorReason.EVENT_STORE_UNAVAILABLE,
                  "The event store did not answer in time; the command was not executed.");
          case AMBIGUOUS ->
              Failure.of(
                  ErrorReason.OUTCOME_UNKNOWN,
                  "The event store did not say in time whether the command was executed.");
        };
    return failure.retryAfter(RETRY_DELAY);
  }
}
