package chronicle.ledger.feed;

import chronicle.event.v1.Event;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The newest events of a log, page by page without a gap; the oldest pages go when there is too
 * much. One thread adds, and anyone reads without waiting.
 */
final class Recent {
  private final FeedSettings settings;
  private final ConcurrentHashMap<Long, Event[]> pages = new ConcurrentHashMap<>();
  private long firstPage;
  private long last;
  private long bytes;

  /** Written after the events up to it, so that who has read it sees them. */
  private volatile long end;

  /**
   * Nothing yet: the first event to be added is the first one of the page that the next event after
   * the head belongs to. Where that one is already in the log, a command may end only after it, so
   * that nothing may be read before it was added.
   */
  Recent(FeedSettings settings, long head) {
    this.settings = settings;
    firstPage = settings.page(head + 1);
    last = settings.first(firstPage) - 1;
    end = last == head ? head : 0;
  }

  /** The last position added; of the one thread that adds. */
  long last() {
    return last;
  }

  /** The last position that may be read: the end of a command; 0 where there is none yet. */
  long end() {
    return end;
  }

  /** Adds the next events; they may be read up to the last one that ends a command. */
  void add(List<Event> events) {
    long newEnd = end;
    for (Event event : events) {
      add(event);
      newEnd = Commands.isEnd(event) ? event.getPosition() : newEnd;
    }
    end = newEnd;
    while (bytes > settings.recentBytesMax() && firstPage < settings.page(last)) {
      removeFirst();
    }
  }

  /**
   * Returns the events from a position on, which is not after the end: up to the end, or to the end
   * of its page; empty where they are no longer kept, and then all of its page is in the store.
   */
  Optional<List<Event>> from(long position) {
    long to = Math.min(end, settings.first(settings.page(position) + 1) - 1);
    return Optional.ofNullable(pages.get(settings.page(position)))
        .map(page ->
            Collections.unmodifiableList(
                Arrays.asList(page).subList(settings.index(position), settings.index(to) + 1)));
  }

  private void add(Event event) {
    if (event.getPosition() != last + 1) {
      throw new IllegalStateException(
          "event %d was added after %d".formatted(event.getPosition(), last));
    }
    last = event.getPosition();
    var page = pages.computeIfAbsent(settings.page(last), _ -> new Event[settings.pageEvents()]);
    page[settings.index(last)] = event;
    bytes += event.getSerializedSize();
  }

  private void removeFirst() {
    for (Event event : Objects.requireNonNull(pages.remove(firstPage++))) {
      bytes -= event.getSerializedSize();
    }
  }
}
