package chronicle.projector;

import chronicle.event.v1.Event;
import java.util.List;
import java.util.Random;

/**
 * Measures how many plain deposits a second a projection writes to PostgreSQL, as a follower does
 * and as a rebuild does, alone on the machine: a program, for there is nothing to assert.
 */
final class ProjectionRate {
  private static final int ACCOUNTS = 10_000;
  private static final int DEPOSITS = 300_000;
  private static final int FOLLOWER_BATCH_EVENTS = 1_000;
  private static final int REBUILD_BATCH_EVENTS = 4_096;

  private ProjectionRate() {}

  /** Takes a batch. */
  private interface Step {
    boolean apply(List<Event> events) throws Exception;
  }

  static void main() throws Exception {
    var events = events();
    for (var round = 0; round < 2; round++) {
      try (var model = new StoredModel()) {
        var projection = open(model);
        measure("as a follower", events, FOLLOWER_BATCH_EVENTS, projection::apply);
      }
      try (var model = new StoredModel()) {
        var writer = new OneBehind(building(model));
        measure("as a rebuild", events, REBUILD_BATCH_EVENTS, writer::apply);
        writer.finish();
      }
    }
  }

  private static Projection open(StoredModel model) throws Exception {
    return Projection.open(model.sessions(), History.LEDGER, History.INCARNATION, Fold.VERSION);
  }

  private static Projection building(StoredModel model) throws Exception {
    var _ = open(model);
    try (var session = model.sessions().open()) {
      Rebuilds.begin(session, History.LEDGER, Fold.VERSION);
      session.commit();
      var from = Checkpoints.inTheMaking(session, History.LEDGER).orElseThrow();
      return Projection.at(model.sessions(), from);
    }
  }

  private static List<Event> events() {
    var history = new History();
    for (var i = 0; i < ACCOUNTS; i++) {
      history.open("account-" + i, "USD", 0);
    }
    var random = new Random(1);
    for (var i = 0; i < DEPOSITS; i++) {
      history.deposit("account-" + random.nextInt(ACCOUNTS), 100);
    }
    return history.events();
  }

  private static void measure(String how, List<Event> events, int batchEvents, Step step)
      throws Exception {
    var start = System.nanoTime();
    for (var from = 0; from < events.size(); from += batchEvents) {
      step.apply(events.subList(from, Math.min(events.size(), from + batchEvents)));
    }
    System.out.printf(
        "%s: %,d events, %,.0f/s%n",
        how, events.size(), events.size() / ((System.nanoTime() - start) / 1e9));
  }
}
