/**
 * {@code ./chronicle bench}: the ledger's rates and latencies, beside a ledger of one transaction
 * per command, and beside what disk, database and gRPC can do at most, in turns in the same run.
 */
@NullMarked
package chronicle.chaos.bench;

import org.jspecify.annotations.NullMarked;
