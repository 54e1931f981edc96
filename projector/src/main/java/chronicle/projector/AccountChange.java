package chronicle.projector;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * What one event said about an account beside its balances: a row of {@code account_changes}; what
 * it did not say is empty.
 */
record AccountChange(
    String accountId,
    long position,
    Instant recordTime,
    Instant effectiveTime,
    Optional<Account.Status> status,
    Optional<Account.Limits> limits,
    Optional<String> reference,
    Optional<Map<String, String>> metadata) {}
