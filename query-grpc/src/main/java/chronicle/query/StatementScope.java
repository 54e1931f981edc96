package chronicle.query;

import chronicle.query.v1.StatementHeader.Axis;
import java.time.Instant;

/**
 * All that a statement follows from.
 *
 * @param start where the period begins, itself in it
 * @param end where the period ends, itself not in it
 * @param moment what is known
 */
record StatementScope(
    String ledger, String account, Instant start, Instant end, Axis axis, Moment moment) {}
