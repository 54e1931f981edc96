package chronicle.ledger.domain;

import java.util.List;

/** What a ledger makes of a command. */
public sealed interface Decision {
  /** Yes: these events happen, all of them, in this order. */
  record Accepted(List<Step> steps) implements Decision {
    /** Keeps a copy; a yes without an event is a bug. */
    public Accepted {
      steps = List.copyOf(steps);
      if (steps.isEmpty()) {
        throw new IllegalStateException("accepted without an event");
      }
    }
  }

  /** No: nothing happens, and the refusal is the command's outcome for ever. */
  record Refused(Refusal refusal) implements Decision {}

  /**
   * An event, the account that it is about, and the account's state after it; an event about the
   * ledger itself leaves {@link Account#UNOPENED}.
   */
  record Step(AccountId account, Event event, Account after) {}
}
