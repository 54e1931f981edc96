/**
 * What every process needs and nothing of ledgers: settings, the database, NATS, the gRPC server
 * and its edge, the failure table, telemetry, logs, back-off.
 */
@NullMarked
package chronicle.runtime;

import org.jspecify.annotations.NullMarked;
