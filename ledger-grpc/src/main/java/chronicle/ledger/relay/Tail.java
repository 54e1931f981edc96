package chronicle.ledger.relay;

import chronicle.ledger.log.EncodedEvent;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * The newest events that this process wrote: one range without a gap, bounded in number. Kept only
 * while there is a reader, since what is kept and not read would be copied by each garbage
 * collection.
 */
final class Tail {
  private static final int EVENTS_MAX = 16_384;

  private final ArrayDeque<EncodedEvent> events = new ArrayDeque<>();
  private boolean isKept;
  private long head;

  /**
   * Adds events, in order; where another process wrote in between, what was kept before is let go.
   */
  synchronized void add(List<EncodedEvent> added) {
    if (added.getFirst().position() != head + 1) {
      events.clear();
    }
    head = added.getLast().position();
    if (isKept) {
      events.addAll(added);
    }
    while (events.size() > EVENTS_MAX) {
      events.removeFirst();
    }
    notifyAll();
  }

  /** Keeps what is added from now on. */
  synchronized void keep() {
    isKept = true;
  }

  /** Lets go of what is kept, and of what is added until the next {@link #keep}. */
  synchronized void letGo() {
    isKept = false;
    events.clear();
  }

  /** Returns up to {@code limit} events from a position on; none where it is not kept. */
  synchronized List<EncodedEvent> from(long position, int limit) {
    var found = new ArrayList<EncodedEvent>();
    if (events.isEmpty() || events.getFirst().position() > position) {
      return found;
    }
    while (events.getFirst().position() < position) {
      events.removeFirst();
      if (events.isEmpty()) {
        return found;
      }
    }
    for (EncodedEvent event : events) {
      if (found.size() == limit) {
        break;
      }
      found.add(event);
    }
    return found;
  }

  /** The last position that this process wrote. */
  synchronized long head() {
    return head;
  }

  /** Waits until this process has written beyond a position, at most so long. */
  synchronized void awaitBeyond(long position, long millis) throws InterruptedException {
    long end = System.nanoTime() + millis * 1_000_000;
    long left = millis;
    while (head <= position && left > 0) {
      wait(left);
      left = (end - System.nanoTime()) / 1_000_000;
    }
  }
}
