package chronicle.query;

import java.time.Instant;

/**
 * Where a moment lies in a ledger's log.
 *
 * @param incarnation of the ledger whose log it is
 * @param position the end of the last command up to the moment; 0 before the first
 * @param recordTime not before that of the position, nor after that of the next one
 */
record Place(String incarnation, long position, Instant recordTime) {}
