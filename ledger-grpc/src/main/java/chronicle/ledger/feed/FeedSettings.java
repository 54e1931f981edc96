package chronicle.ledger.feed;

import java.time.Duration;

/**
 * The bounds of feeds and of those who follow them. Bytes are those of encoded events, which in
 * memory take several times as much.
 *
 * @param pageEvents how many events a page holds
 * @param recentBytesMax how much of the newest events is kept for each ledger that is followed; at
 *     least one page is
 * @param pagesBytesMax how much the process keeps of older pages, read from the store
 * @param lookInterval how often a ledger that is followed is looked at for what other processes
 *     wrote
 * @param checkpointInterval how often a subscriber is told how far it has come
 * @param readerPatience for how long a subscriber may take nothing of what waits for it
 */
public record FeedSettings(
    int pageEvents,
    long recentBytesMax,
    long pagesBytesMax,
    Duration lookInterval,
    Duration checkpointInterval,
    Duration readerPatience) {
  /** What suits a heap of 512 MiB; checkpoints come in time for the 5 s that are promised. */
  public static final FeedSettings DEFAULT =
      new FeedSettings(
          512,
          4L * 1024 * 1024,
          16L * 1024 * 1024,
          Duration.ofMillis(100),
          Duration.ofSeconds(4),
          Duration.ofSeconds(30));

  /** The number of the page that holds a position. */
  long page(long position) {
    return (position - 1) / pageEvents;
  }

  /** A position's index in its page. */
  int index(long position) {
    return (int) ((position - 1) % pageEvents);
  }

  /** The first position of a page. */
  long first(long page) {
    return page * pageEvents + 1;
  }
}
