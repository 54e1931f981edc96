package chronicle.ledger.feed;

import chronicle.error.v1.ErrorReason;
import chronicle.event.v1.Event;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.log.EncodedEvent;
import chronicle.ledger.log.EventStore;
import chronicle.ledger.log.Head;
import chronicle.runtime.Failure;
import io.opentelemetry.api.metrics.Meter;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;

/** The feeds of a process: one for each ledger that is followed, for as long as it is. */
public final class Feeds implements AutoCloseable {
  private static final Duration RETRY_DELAY = Duration.ofMillis(100);

  private final FeedSettings settings;
  private final LogReader reader;
  private final Pages pages;
  private final FeedMetrics metrics;
  private final ConcurrentHashMap<LedgerId, Feed> feeds = new ConcurrentHashMap<>();
  private boolean closed;

  /** No feeds yet. */
  public Feeds(EventStore store, FeedSettings settings, Meter meter) {
    this.settings = settings;
    reader = new LogReader(store);
    pages = new Pages(reader, settings);
    metrics = new FeedMetrics(meter);
  }

  /** The bounds of these feeds. */
  public FeedSettings settings() {
    return settings;
  }

  /**
   * Takes over the events of a ledger that this process just committed, in order; never blocks, and
   * costs nothing where nobody follows the ledger.
   */
  public void offer(LedgerId ledger, List<EncodedEvent> events) {
    Feed feed = feeds.get(ledger);
    if (feed != null) {
      feed.offer(events);
    }
  }

  /**
   * Begins to follow a ledger; {@code wake} is called whenever there is more to be had or the feed
   * ended, and must not block. LEDGER_NOT_FOUND, LEDGER_STOPPED.
   */
  public Tap open(LedgerId ledger, Runnable wake) {
    return join(ledger, reader.head(ledger, 0), wake);
  }

  /** Whether nobody follows any ledger. */
  boolean isIdle() {
    return feeds.isEmpty();
  }

  /** Ends all feeds, and with them what follows them, because the process is stopping. */
  @Override
  public synchronized void close() {
    closed = true;
    feeds.values().forEach(feed -> feed.end(stopping()));
    pages.close();
  }

  private synchronized Tap join(LedgerId ledger, Head head, Runnable wake) {
    if (closed) {
      throw stopping();
    }
    Feed feed = feeds.get(ledger);
    if (feed == null || feed.ended().isPresent()) {
      feed = new Feed(ledger, head, reader, settings);
      feed.start();
      feeds.put(ledger, feed);
    }
    var tap = new Tap(ledger, this, feed, head.position(), wake);
    feed.add(tap);
    metrics.joined(FeedMetrics.of(ledger));
    return tap;
  }

  synchronized void leave(LedgerId ledger, Feed feed, Tap tap) {
    metrics.left(FeedMetrics.of(ledger));
    if (feed.remove(tap)) {
      feed.end(stopping());
      feeds.remove(ledger, feed);
    }
  }

  /** The page that holds a position of a ledger, from that position on. */
  CompletableFuture<List<Event>> page(LedgerId ledger, long from) {
    return pages
        .get(ledger, from)
        .thenApply(page -> page.subList(settings.index(from), page.size()));
  }

  FeedMetrics metrics() {
    return metrics;
  }

  static Failure stopping() {
    return Failure.of(ErrorReason.EVENT_STORE_UNAVAILABLE, "The process is stopping.")
        .retryAfter(RETRY_DELAY);
  }
}
