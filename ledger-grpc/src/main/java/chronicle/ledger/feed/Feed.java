package chronicle.ledger.feed;

import chronicle.event.v1.Event;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.log.EncodedEvent;
import chronicle.ledger.log.EventStoreException;
import chronicle.ledger.log.Head;
import chronicle.runtime.Backoff;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One ledger's log as it grows, for all its subscribers: this process's own commits as they are
 * offered, and what other processes wrote, read from the store by the one thread of the feed. While
 * the store is down the feed stands still.
 */
final class Feed {
  private static final Logger log = LoggerFactory.getLogger(Feed.class);
  private static final int OFFERED_BATCHES_MAX = 64;
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1));

  private final LedgerId ledger;
  private final LogReader reader;
  private final FeedSettings settings;
  private final Recent recent;
  private final Set<Tap> taps = ConcurrentHashMap.newKeySet();
  private final BlockingQueue<List<EncodedEvent>> offered =
      new ArrayBlockingQueue<>(OFFERED_BATCHES_MAX);
  private volatile long head;
  private volatile Optional<RuntimeException> ended = Optional.empty();

  /** A feed from the page on that holds the next event after the head. */
  Feed(LedgerId ledger, Head head, LogReader reader, FeedSettings settings) {
    this.ledger = ledger;
    this.reader = reader;
    this.settings = settings;
    this.head = head.position();
    recent = new Recent(settings, head.position());
  }

  void start() {
    Thread.ofVirtual().name("feed-" + ledger).start(this::run);
  }

  /**
   * Takes over events just committed, in order; never blocks. What is too much is let go, and read
   * from the store.
   */
  void offer(List<EncodedEvent> events) {
    var _ = offered.offer(events);
  }

  void add(Tap tap) {
    taps.add(tap);
  }

  /** Whether the tap was the last one. */
  boolean remove(Tap tap) {
    return taps.remove(tap) && taps.isEmpty();
  }

  Recent recent() {
    return recent;
  }

  /** The last position that the feed knows to be in the log; what is recent may end before. */
  long head() {
    return head;
  }

  /** Why there will be nothing more; empty while there may be. */
  Optional<RuntimeException> ended() {
    return ended;
  }

  void end(RuntimeException why) {
    ended = Optional.of(why);
    wakeAll();
  }

  private void run() {
    int failures = 0;
    try {
      while (ended.isEmpty()) {
        try {
          advance();
          failures = 0;
        } catch (EventStoreException e) {
          log.atWarn()
              .setMessage("Feed interrupted")
              .addKeyValue("ledger", ledger)
              .addKeyValue("cause", e.getMessage())
              .log();
          Thread.sleep(BACKOFF.delay(failures++, RandomGenerator.getDefault()));
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException e) {
      log.atError().setMessage("Feed stopped").addKeyValue("ledger", ledger).setCause(e).log();
      end(e);
    }
  }

  /**
   * Reads on where the log is known to be longer, else waits for a commit of this process, and
   * looks at the head where none comes. A commit that follows what is there shows that nobody else
   * wrote in between.
   */
  private void advance() throws InterruptedException {
    long last = recent.last();
    if (last < head) {
      add(reader.events(ledger, last + 1, Math.min(head, last + settings.pageEvents())));
      return;
    }
    var batch = offered.poll(settings.lookInterval().toNanos(), TimeUnit.NANOSECONDS);
    if (batch == null) {
      head = reader.head(ledger, last).position();
    } else {
      head = Math.max(head, batch.getLast().position());
      if (batch.getFirst().position() <= last + 1) {
        add(decodeAfter(last, batch));
      }
    }
  }

  private List<Event> decodeAfter(long position, List<EncodedEvent> batch) {
    return batch.stream()
        .filter(event -> event.position() > position)
        .map(event -> LogReader.decode(ledger, event))
        .toList();
  }

  private void add(List<Event> events) {
    recent.add(events);
    wakeAll();
  }

  private void wakeAll() {
    taps.forEach(Tap::wake);
  }
}
