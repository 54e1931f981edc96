package chronicle.query;

import chronicle.runtime.DatabaseSettings;
import chronicle.runtime.GrpcSettings;
import java.util.Optional;

/**
 * How the query service serves and whom it asks.
 *
 * @param ledgerTarget gRPC target of the ledger
 * @param pageTokenKey key of page tokens and of what is cached, the same in all query services
 * @param redisUrl the cache's Redis; empty for none
 */
record QuerySettings(
    GrpcSettings grpc,
    DatabaseSettings readModel,
    String ledgerTarget,
    String pageTokenKey,
    Optional<String> redisUrl) {}
