package chronicle.query;

/**
 * Where a moment lies in a ledger's log.
 *
 * @param incarnation of the ledger whose log it is
 * @param position the end of the last command up to the moment; 0 before the first
 * @param micros a time since 1970, not before the position's own, nor after that of the next one
 */
record Place(String incarnation, long position, long micros) {}
