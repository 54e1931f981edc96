package chronicle.projector;

import static chronicle.projector.EventFields.instant;

import chronicle.event.v1.Event;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The backdated changes that a batch of events makes, as part of a {@link Fold}. */
final class BackdatedFold {
  private final Map<String, Backdated.Total> totals;
  private final List<Backdated> changes = new ArrayList<>();

  BackdatedFold(Stored before) {
    this.totals = new HashMap<>(before.backdated());
  }

  /** The accounts whose totals the events change. */
  static Set<String> touched(List<Event> events) {
    return Fold.touched(
        events.stream()
            .filter(
                event -> instant(event.getEffectiveTime()).isBefore(instant(event.getRecordTime())))
            .toList());
  }

  List<Backdated> changes() {
    return changes;
  }

  /**
   * What an event posted to an account took effect with the event; what it held or released may
   * have later.
   */
  void change(Event event, String accountId, long posted, long held, Instant heldTime) {
    var postedTime = instant(event.getEffectiveTime());
    if (postedTime.equals(heldTime)) {
      add(event, accountId, postedTime, posted, held);
    } else {
      add(event, accountId, postedTime, posted, 0);
      add(event, accountId, heldTime, 0, held);
    }
  }

  private void add(Event event, String accountId, Instant effectiveTime, long posted, long held) {
    var changes = posted != 0 || held != 0;
    if (changes && effectiveTime.isBefore(instant(event.getRecordTime()))) {
      var total = totals.getOrDefault(accountId, Backdated.Total.NONE).plus(posted, held);
      totals.put(accountId, total);
      this.changes.add(
          new Backdated(accountId, event.getPosition(), effectiveTime, posted, held, total));
    }
  }
}
