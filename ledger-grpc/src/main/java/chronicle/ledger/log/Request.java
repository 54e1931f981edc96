package chronicle.ledger.log;

import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.CommandId;

/**
 * A command as it was asked: under which id, by whom, in which trace (empty: none), and whether
 * only to validate.
 */
public record Request(
    CommandId id, String actor, String traceparent, boolean validateOnly, Command command) {}
