package chronicle.ledger.log;

import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.CommandId;
import java.util.List;

/**
 * A command as it was asked: under which id, by whom, in which trace (empty: none), and whether
 * only to validate.
 */
public record Request(
    CommandId id, String actor, String traceparent, boolean validateOnly, Command command) {

  /**
   * Commands all of which happen or none, under an id of their own; they share its other traits.
   */
  public record Atomic(
      CommandId id, String actor, String traceparent, boolean validateOnly, List<Request> parts) {}
}
