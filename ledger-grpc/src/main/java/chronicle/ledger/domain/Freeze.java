package chronicle.ledger.domain;

/** Which postings an account is barred from. */
public enum Freeze {
  /** From none. */
  NONE,
  /** From those that take money out. */
  DEBITS,
  /** From those that bring money in. */
  CREDITS,
  /** From all. */
  ALL;

  boolean barsDebits() {
    return this == DEBITS || this == ALL;
  }

  boolean barsCredits() {
    return this == CREDITS || this == ALL;
  }
}
