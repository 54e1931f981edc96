package chronicle.query;

import java.time.Instant;

/**
 * Where a page of a statement's rows begins: after the row of this time and number, the number
 * being a position, or that of a change that was backdated.
 */
record StatementCursor(Instant time, long number) {}
