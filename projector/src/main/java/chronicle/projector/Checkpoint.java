package chronicle.projector;

/**
 * How far a ledger's projection has come: the last position projected, the end of a command, and of
 * which log.
 */
record Checkpoint(String ledger, String incarnation, long position) {}
