package chronicle.ledger.feed;

import chronicle.event.v1.Event;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.log.EventStoreException;
import chronicle.runtime.Backoff;
import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whole pages of logs, which never change: each is read once for all who want it at about the same
 * time, and one after the other, so that those who are behind never take more than one of the
 * store's connections. A store that is down is tried again until it is back.
 */
final class Pages implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Pages.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1));

  private final LogReader reader;
  private final FeedSettings settings;
  private final ReentrantLock reading = new ReentrantLock(true);
  private final AsyncCache<Key, List<Event>> pages;
  private volatile boolean closed;

  Pages(LogReader reader, FeedSettings settings) {
    this.reader = reader;
    this.settings = settings;
    pages =
        Caffeine.newBuilder()
            .maximumWeight(settings.pagesBytesMax())
            .weigher((Key _, List<Event> page) -> bytes(page))
            .executor(task -> Thread.ofVirtual().name("page").start(task))
            .buildAsync();
  }

  private record Key(LedgerId ledger, long page) {}

  /** Returns the page that holds a position, all of whose events are known to be in the log. */
  CompletableFuture<List<Event>> get(LedgerId ledger, long position) {
    return pages.get(new Key(ledger, settings.page(position)), this::read);
  }

  /** Gives up on the pages that are still to be read. */
  @Override
  public void close() {
    closed = true;
  }

  private List<Event> read(Key key) {
    reading.lock();
    try {
      for (int attempt = 0; !closed; attempt++) {
        try {
          return reader.events(
              key.ledger(), settings.first(key.page()), settings.first(key.page() + 1) - 1);
        } catch (EventStoreException e) {
          logFailure(key, e);
          Thread.sleep(BACKOFF.delay(attempt, RandomGenerator.getDefault()));
        }
      }
      throw Feeds.stopping();
    } catch (InterruptedException e) {
      throw new IllegalStateException("interrupted, though nobody does that", e);
    } finally {
      reading.unlock();
    }
  }

  private static int bytes(List<Event> page) {
    return page.stream().mapToInt(Event::getSerializedSize).sum();
  }

  private static void logFailure(Key key, EventStoreException e) {
    log.atWarn()
        .setMessage("Page not read")
        .addKeyValue("ledger", key.ledger())
        .addKeyValue("page", key.page())
        .addKeyValue("cause", e.getMessage())
        .log();
  }
}
