package chronicle.ledger.feed;

import chronicle.event.v1.Event;
import java.util.List;

/** Where commands end among the events of a log. */
public final class Commands {
  private Commands() {}

  /** Whether the event is the last one of its command. */
  public static boolean isEnd(Event event) {
    return event.getTransactionIndex() == event.getTransactionSize() - 1;
  }

  /** How many of the events are those up to the last one that ends a command. */
  public static int whole(List<Event> events) {
    int count = events.size();
    while (count > 0 && !isEnd(events.get(count - 1))) {
      count--;
    }
    return count;
  }
}
