package chronicle.ledger.digest;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;

/** Pages, each of which is read while the one before is used. Belongs to one thread. */
final class ReadAhead<P> implements Iterator<P> {
  private final Iterator<P> pages;
  private Background<Optional<P>> reading;

  /** Begins to read. */
  ReadAhead(Iterator<P> pages) {
    this.pages = pages;
    this.reading = read();
  }

  @Override
  public boolean hasNext() {
    return reading.result().isPresent();
  }

  @Override
  public P next() {
    var page = reading.result().orElseThrow(NoSuchElementException::new);
    reading = read();
    return page;
  }

  private Background<Optional<P>> read() {
    return Background.start(
        "read-ahead", () -> pages.hasNext() ? Optional.of(pages.next()) : Optional.empty());
  }
}
