package chronicle.ledger.feed;

import chronicle.error.v1.ErrorReason;
import chronicle.event.v1.Event;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.log.EncodedEvent;
import chronicle.ledger.log.EventStore;
import chronicle.ledger.log.Head;
import chronicle.ledger.log.Ledgers;
import chronicle.ledger.log.UnreadableEventException;
import chronicle.ledger.log.Upcasters;
import chronicle.runtime.Failure;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the logs of a store, and vouches that they are the ones it read before: a log that became
 * another or shorter, has a gap or can't be read is LEDGER_STOPPED.
 */
final class LogReader {
  private final EventStore store;
  private final ConcurrentHashMap<LedgerId, Head> seen = new ConcurrentHashMap<>();

  LogReader(EventStore store) {
    this.store = store;
  }

  /**
   * Returns where the ledger stands now, which must not be before a position that is known to be in
   * its log; LEDGER_NOT_FOUND.
   */
  Head head(LedgerId ledger, long known) {
    // Looked up first: what others see meanwhile may be newer than what the store answers.
    Head before = seen.get(ledger);
    Optional<Head> now = store.head(ledger);
    if (before == null && now.isEmpty()) {
      throw Ledgers.notFound(ledger);
    }
    Head head =
        now.filter(found -> found.position() >= known && follows(found, before))
            .orElseThrow(
                () -> stopped("The log of ledger %s is not the one it was.".formatted(ledger)));
    seen.merge(ledger, head, (one, other) -> one.position() > other.position() ? one : other);
    return head;
  }

  /** Returns the events from one position to another, all of which are known to be in the log. */
  List<Event> events(LedgerId ledger, long from, long to) {
    List<EncodedEvent> encoded = store.read(ledger, from, to, Math.toIntExact(to - from + 1));
    var events = new ArrayList<Event>(encoded.size());
    for (EncodedEvent event : encoded) {
      requirePosition(ledger, from + events.size(), event.position());
      events.add(decode(ledger, event));
    }
    requirePosition(ledger, to + 1, from + events.size());
    return Collections.unmodifiableList(events);
  }

  static Event decode(LedgerId ledger, EncodedEvent encoded) {
    try {
      Event event = Upcasters.upcast(Event.parseFrom(encoded.bytes()));
      requirePosition(ledger, encoded.position(), event.getPosition());
      return event;
    } catch (InvalidProtocolBufferException | UnreadableEventException e) {
      throw stopped("Event %s-%d can't be read.".formatted(ledger, encoded.position())).causedBy(e);
    }
  }

  private static boolean follows(Head head, @Nullable Head before) {
    return before == null
        || (head.incarnation().equals(before.incarnation())
            && head.position() >= before.position());
  }

  private static void requirePosition(LedgerId ledger, long expected, long actual) {
    if (actual != expected) {
      throw stopped("The log of ledger %s has no event %d.".formatted(ledger, expected));
    }
  }

  private static Failure stopped(String message) {
    return Failure.of(ErrorReason.LEDGER_STOPPED, message);
  }
}
