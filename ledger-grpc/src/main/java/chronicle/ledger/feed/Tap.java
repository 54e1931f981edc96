package chronicle.ledger.feed;

import chronicle.event.v1.Event;
import chronicle.ledger.domain.LedgerId;
import io.opentelemetry.api.common.Attributes;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** One subscriber's access to a ledger's log as it grows, until it is closed. */
public final class Tap implements AutoCloseable {
  private final LedgerId ledger;
  private final Attributes attributes;
  private final Feeds feeds;
  private final Feed feed;
  private final long start;
  private final Runnable wake;

  Tap(LedgerId ledger, Feeds feeds, Feed feed, long start, Runnable wake) {
    this.ledger = ledger;
    attributes = FeedMetrics.of(ledger);
    this.feeds = feeds;
    this.feed = feed;
    this.start = start;
    this.wake = wake;
  }

  /** The head as of the call that opened the tap. */
  public long start() {
    return start;
  }

  /** The last position that is known to be in the log; {@link #end} may be before it. */
  public long head() {
    return Math.max(start, feed.head());
  }

  /** The last position up to which events can be had: the end of a command; 0 where none yet. */
  public long end() {
    return feed.recent().end();
  }

  /**
   * Returns events from a position on, which is not after the end, if they are kept in memory; at
   * least one, and no more than a page.
   */
  public Optional<List<Event>> recent(long from) {
    return feed.recent().from(from);
  }

  /**
   * Returns events from a position on that is no longer kept, up to the end of its page; fails with
   * LEDGER_STOPPED, and waits while the store is down.
   */
  public CompletableFuture<List<Event>> stored(long from) {
    CompletableFuture<List<Event>> events = feeds.page(ledger, from);
    // Not the future that whenComplete returns: it is not done yet when the action runs.
    var _ = events.whenComplete((_, _) -> wake());
    return events;
  }

  /** Whether there will be nothing more; {@link #requireOpen} says why. */
  public boolean hasEnded() {
    return feed.ended().isPresent();
  }

  /**
   * Throws where there will be nothing more: LEDGER_STOPPED, or EVENT_STORE_UNAVAILABLE when the
   * process is stopping.
   */
  public void requireOpen() {
    feed.ended()
        .ifPresent(why -> {
          throw why;
        });
  }

  /** Counts an event that the subscriber was sent. */
  public void countSent() {
    feeds.metrics().sent(attributes);
  }

  /** Counts the subscriber as one that was too slow. */
  public void countCutOff() {
    feeds.metrics().cutOff(attributes);
  }

  /** Leaves the feed; a feed that all have left ends. */
  @Override
  public void close() {
    feeds.leave(ledger, feed, this);
  }

  void wake() {
    wake.run();
  }
}
