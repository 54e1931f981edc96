package chronicle.query;

/**
 * Between which positions that lies which a time stands for, in a ledger of an incarnation; in any
 * other they mean nothing.
 */
record Bounds(String incarnation, long atLeast, long below) {
  /** Anywhere. */
  static final Bounds NONE = new Bounds("", 0, Long.MAX_VALUE);
}
