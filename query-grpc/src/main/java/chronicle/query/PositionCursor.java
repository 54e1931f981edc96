package chronicle.query;

/**
 * Where a page of rows begins that are listed by position.
 *
 * @param readPosition the position that all pages reflect, which the first one fixed
 * @param position of the last row before the page
 */
record PositionCursor(long readPosition, long position) {
  /** Before the newest row as of a moment. */
  static PositionCursor first(Moment moment) {
    return new PositionCursor(moment.position(), moment.position() + 1);
  }

  /** What {@link #toString} made. */
  static PositionCursor parse(String text) {
    var space = text.indexOf(' ');
    return new PositionCursor(
        Long.parseLong(text.substring(0, space)), Long.parseLong(text.substring(space + 1)));
  }

  @Override
  public String toString() {
    return readPosition + " " + position;
  }
}
