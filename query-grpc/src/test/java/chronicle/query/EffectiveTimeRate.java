package chronicle.query;

import chronicle.query.v1.GetBalanceRequest;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.SplittableRandom;
import java.util.function.Supplier;

/**
 * Measures how long a balance takes over a connection, as effective at a time and now, of an
 * account of a million entries, nine of ten backdated: a program, for there is nothing to assert.
 */
final class EffectiveTimeRate {
  private static final int ENTRIES = 1_000_000;
  private static final int READS = 500;

  private EffectiveTimeRate() {}

  static void main() {
    try (var fixture = new QueryFixture()) {
      LongAccount.write(fixture.rows, ENTRIES);
      var random = new SplittableRandom(1);
      explain(fixture, time(random));
      var now = request();
      measure(fixture, "now", () -> now);
      measure(
          fixture, "as of a position", () -> request().setAtPosition(random.nextLong(2, ENTRIES)));
      measure(
          fixture,
          "as effective at a time",
          () -> request().setEffectiveAt(Times.timestamp(time(random))));
      measure(
          fixture,
          "on both axes",
          () ->
              request()
                  .setAtPosition(random.nextLong(2, ENTRIES))
                  .setEffectiveAt(Times.timestamp(time(random))));
    }
  }

  /** What the server itself says. */
  private static void explain(QueryFixture fixture, Instant effective) {
    for (var i = 0; i < 10; i++) {
      var plan =
          fixture.rows.explain(
              StateQueries.AS_EFFECTIVE,
              (long) ENTRIES,
              LongAccount.recordTime(ENTRIES).atOffset(ZoneOffset.UTC),
              effective.atOffset(ZoneOffset.UTC),
              new String[] {LongAccount.ACCOUNT},
              LongAccount.LEDGER);
      System.out.println(i == 0 ? plan : plan.substring(plan.indexOf("Planning Time")));
    }
  }

  private static Instant time(SplittableRandom random) {
    return LongAccount.recordTime(random.nextLong(-100_000, ENTRIES));
  }

  private static GetBalanceRequest.Builder request() {
    return GetBalanceRequest.newBuilder()
        .setLedger(LongAccount.LEDGER)
        .setAccount(LongAccount.ACCOUNT);
  }

  private static void measure(
      QueryFixture fixture, String what, Supplier<GetBalanceRequest.Builder> requests) {
    var millis = new double[READS];
    for (var round = 0; round < 2; round++) {
      for (var i = 0; i < READS; i++) {
        var asked = requests.get().build();
        var start = System.nanoTime();
        var _ = fixture.queries.getBalance(asked);
        millis[i] = (System.nanoTime() - start) / 1e6;
      }
    }
    Arrays.sort(millis);
    System.out.printf(
        "%-25s p50 %.2f ms, p99 %.2f ms%n", what, millis[READS / 2], millis[READS * 99 / 100]);
  }
}
