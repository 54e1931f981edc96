package chronicle.query;

import java.time.Instant;

/**
 * The times that stand for one position.
 *
 * @param incarnation of the ledger whose position it is
 * @param position the last that was recorded at or before each of the times; 0 for none
 * @param from the first of them
 * @param until the first after them, at which something was recorded again
 */
record Span(String incarnation, long position, Instant from, Instant until) {}
