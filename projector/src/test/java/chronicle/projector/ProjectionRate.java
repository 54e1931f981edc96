package chronicle.projector;

import java.util.Random;

/**
 * Measures how many plain deposits a second a projection writes to PostgreSQL, alone on the
 * machine: a program, for there is nothing to assert.
 */
final class ProjectionRate {
  private static final int ACCOUNTS = 10_000;
  private static final int DEPOSITS = 300_000;
  private static final int BATCH_EVENTS = 1_000;

  private ProjectionRate() {}

  static void main() throws Exception {
    var history = new History();
    for (var i = 0; i < ACCOUNTS; i++) {
      history.open("account-" + i, "USD", 0);
    }
    var random = new Random(1);
    for (var i = 0; i < DEPOSITS; i++) {
      history.deposit("account-" + random.nextInt(ACCOUNTS), 100);
    }
    var events = history.events();
    try (var model = new StoredModel()) {
      var projection =
          Projection.open(model.sessions(), History.LEDGER, History.INCARNATION, Fold.VERSION);
      var start = System.nanoTime();
      for (var from = 0; from < events.size(); from += BATCH_EVENTS) {
        projection.apply(events.subList(from, Math.min(events.size(), from + BATCH_EVENTS)));
        if (from % 100_000 == 0 && from > 0) {
          System.out.printf("%,d events: %,.0f/s%n", from, from / seconds(start));
        }
      }
      System.out.printf("%,d events, %,.0f/s%n", events.size(), events.size() / seconds(start));
    }
  }

  private static double seconds(long startNanos) {
    return (System.nanoTime() - startNanos) / 1e9;
  }
}
