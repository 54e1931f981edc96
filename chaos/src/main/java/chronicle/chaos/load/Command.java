package chronicle.chaos.load;

import chronicle.ledger.v1.CommandReceipt;
import chronicle.ledger.v1.CommandRequest;
import java.util.Optional;
import java.util.function.Function;

/** One command, and what its receipt must be. */
record Command(CommandRequest request, Function<CommandReceipt, Optional<String>> wrong) {}
