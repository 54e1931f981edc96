package chronicle.query;

import chronicle.runtime.DatabaseSettings;
import chronicle.runtime.GrpcSettings;

/**
 * How the query service serves and whom it asks.
 *
 * @param ledgerTarget gRPC target of the ledger
 * @param pageTokenKey key of page tokens, the same in all query services
 */
record QuerySettings(
    GrpcSettings grpc, DatabaseSettings readModel, String ledgerTarget, String pageTokenKey) {}
