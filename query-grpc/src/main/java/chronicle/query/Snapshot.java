package chronicle.query;

/** What one statement saw of one ledger. */
interface Snapshot {
  /** The last position that the read model reflected when the statement saw it. */
  long checkpoint();
}
