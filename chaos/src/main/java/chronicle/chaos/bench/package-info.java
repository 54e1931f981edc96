/**
 * The benchmark: durable commands per second through gRPC, beside a ledger of one transaction per
 * command on the same PostgreSQL server in the same run.
 */
@NullMarked
package chronicle.chaos.bench;

import org.jspecify.annotations.NullMarked;
