package chronicle.projector;

/**
 * One making of a ledger's rows in the read model, by one version of the fold.
 *
 * @param number its key in every table
 * @param incarnation of the log that it is made from
 * @param foldVersion of the fold that makes it, see {@link Fold#VERSION}
 */
record Generation(int number, String ledger, String incarnation, int foldVersion, Purpose purpose) {
  /** What it is for; the table that says where it stands depends on it. */
  enum Purpose {
    /** It is read. */
    SERVING,
    /** It is filled: it has no rows of accounts yet, and no digest. */
    BUILDING,
    /** It has all rows, and is to take the place of the one that is read. */
    VERIFYING
  }

  /** Whether it has rows of accounts, and its digest is kept from batch to batch. */
  boolean isWhole() {
    return purpose != Purpose.BUILDING;
  }
}
