package chronicle.query;

import java.util.Collections;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.function.Function;

/** Rows of a statement, of which one page is in memory at a time. */
final class StatementRows implements Iterator<StatementRow> {
  private final Function<StatementCursor, Page<StatementRow, StatementCursor>> pages;
  private Optional<StatementCursor> next;
  private Iterator<StatementRow> page = Collections.emptyIterator();

  /** All rows after a cursor, by what finds the page after a cursor. */
  StatementRows(
      StatementCursor first, Function<StatementCursor, Page<StatementRow, StatementCursor>> pages) {
    this.pages = pages;
    this.next = Optional.of(first);
  }

  @Override
  public boolean hasNext() {
    while (!page.hasNext() && next.isPresent()) {
      var found = pages.apply(next.get());
      page = found.items().iterator();
      next = found.next();
    }
    return page.hasNext();
  }

  @Override
  public StatementRow next() {
    if (!hasNext()) {
      throw new NoSuchElementException();
    }
    return page.next();
  }
}
