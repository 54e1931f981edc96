package chronicle.ledger.digest;

import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/** Pages, each of which is read while the one before is used. Belongs to one thread. */
final class ReadAhead<P> implements Iterator<P> {
  private final Iterator<P> pages;
  private FutureTask<Optional<P>> reading;

  /** Begins to read. */
  ReadAhead(Iterator<P> pages) {
    this.pages = pages;
    this.reading = read();
  }

  @Override
  public boolean hasNext() {
    return page().isPresent();
  }

  @Override
  public P next() {
    var page = page().orElseThrow(NoSuchElementException::new);
    reading = read();
    return page;
  }

  private FutureTask<Optional<P>> read() {
    var read =
        new FutureTask<>(() -> pages.hasNext() ? Optional.of(pages.next()) : Optional.<P>empty());
    Thread.ofVirtual().name("read-ahead").start(read);
    return read;
  }

  private Optional<P> page() {
    try {
      return reading.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException thrown ? thrown : new IllegalStateException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading the log", e);
    }
  }
}
