package chronicle.ledger.domain;

import java.util.List;

/** What a ledger makes of a command. */
public sealed interface Decision {
  /** Yes: these events happen, all of them, in this order. */
  record Accepted(List<Posting> postings) implements Decision {
    /** Keeps a copy; a yes without an event is a bug. */
    public Accepted {
      postings = List.copyOf(postings);
      if (postings.isEmpty()) {
        throw new IllegalStateException("accepted without an event");
      }
    }
  }

  /** No: nothing happens, and the refusal is the command's outcome for ever. */
  record Refused(Refusal refusal) implements Decision {}

  /** An event and the account that it is about. */
  record Posting(AccountId account, Event event) {}
}
