package chronicle.query;

import java.time.Instant;

/** An account's balances in minor units, and the last of its events that they reflect. */
record AccountBalance(
    String account,
    String currency,
    long posted,
    long held,
    long available,
    long version,
    long position,
    Instant recordTime) {}
