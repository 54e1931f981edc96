package chronicle.chaos.load;

import java.util.Optional;

/**
 * Where the load goes.
 *
 * @param ledgerTarget gRPC target of a ledger process
 * @param queryTarget gRPC target of a query service, where one runs
 * @param ledger the ledger to write to; empty means main
 */
public record Servers(String ledgerTarget, Optional<String> queryTarget, String ledger) {}
