package chronicle.query;

/**
 * Where a page of transactions begins.
 *
 * @param readPosition the position that all pages reflect, which the first one fixed
 * @param position of the last transaction before the page
 */
record TransactionCursor(long readPosition, long position) {
  /** Before the newest transaction as of a moment. */
  static TransactionCursor first(Moment moment) {
    return new TransactionCursor(moment.position(), moment.position() + 1);
  }

  /** What {@link #toString} made. */
  static TransactionCursor parse(String text) {
    var space = text.indexOf(' ');
    return new TransactionCursor(
        Long.parseLong(text.substring(0, space)), Long.parseLong(text.substring(space + 1)));
  }

  @Override
  public String toString() {
    return readPosition + " " + position;
  }
}
