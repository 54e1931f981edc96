package chronicle.projector;

import java.time.Instant;

/**
 * How far a ledger's projection has come, and of which log.
 *
 * @param position the last position projected, the end of a command; 0 before the first
 * @param recordTime of the event at that position; 1970 before the first
 */
record Checkpoint(String ledger, String incarnation, long position, Instant recordTime) {}
