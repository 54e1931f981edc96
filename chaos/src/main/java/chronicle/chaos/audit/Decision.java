package chronicle.chaos.audit;

import chronicle.event.v1.Event;
import java.util.List;

/** What a ledger is to answer to a command. */
sealed interface Decision {
  /** Yes: these events, of which only what follows from the command is set. */
  record Accepted(List<Event> events) implements Decision {}

  /** No, for this reason. */
  record Refused(String reason) implements Decision {}
}
