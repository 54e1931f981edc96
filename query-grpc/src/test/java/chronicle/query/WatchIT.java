package chronicle.query;

import static chronicle.query.QueryFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chronicle.query.v1.Entry;
import chronicle.query.v1.WatchAccountRequest;
import chronicle.query.v1.WatchAccountResponse;
import chronicle.query.v1.WatchLedgerRequest;
import io.grpc.Context;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.SplittableRandom;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class WatchIT {
  private static QueryFixture fixture;

  @BeforeAll
  static void start() {
    fixture = new QueryFixture();
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @Test
  void aWatchBeginsWithTheStateAndGoesOnWithWhatHappens() {
    var history = projected("state");
    try (var watch = watch(WatchAccountRequest.newBuilder().setLedger("state"))) {
      var first = watch.next();
      history.deposit("a", 5);
      fixture.rows.project(history);
      var second = watch.next();

      assertThat(first.getAccount().getPosted().getMinorUnits()).isEqualTo(10);
      assertThat(first.getEntriesList()).isEmpty();
      assertThat(second.getAccount().getPosted().getMinorUnits()).isEqualTo(15);
      assertThat(second.getAccount().getReadPosition()).isEqualTo(second.getReadPosition());
      assertThat(second.getEntriesList())
          .extracting(entry -> entry.getAmount().getMinorUnits())
          .containsExactly(5L);
    }
  }

  @Test
  @DisplayName("G8: a watch says every few seconds how far it has come, also when nothing happens")
  void aSilentWatchStillSaysHowFarItHasCome() {
    var history = projected("silent");
    try (var watch = watch(WatchAccountRequest.newBuilder().setLedger("silent"))) {
      var _ = watch.next();
      history.deposit("b", 5);
      fixture.rows.project(history);
      var heartbeat = watch.next();

      assertThat(heartbeat.hasAccount()).isFalse();
      assertThat(heartbeat.getEntriesList()).isEmpty();
      assertThat(heartbeat.getReadPosition()).isEqualTo(history.head());
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2})
  @DisplayName("G7: a watch cut off anywhere and resumed misses nothing and tells nothing twice")
  void aResumedWatchTellsEachEventOnce(long seed) {
    System.out.println("resumed: seed " + seed);
    var random = new SplittableRandom(seed);
    var history = fixture.history("resumed-" + seed);
    history.open("a");
    fixture.rows.project(history);
    var told = new ArrayList<Long>();
    var after = 0L;
    while (after < 400) {
      try (var watch =
          watch(
              WatchAccountRequest.newBuilder()
                  .setLedger(history.ledger())
                  .setAfterPosition(after))) {
        for (var frames = random.nextInt(4); frames >= 0; frames--) {
          history.grow(random, 15);
          history.deposit("a", 1);
          fixture.rows.project(history);
          var frame = watch.next();
          frame.getEntriesList().stream().map(Entry::getPosition).forEach(told::add);
          after = frame.getReadPosition();
        }
      }
    }

    var last = after;
    assertThat(told)
        .isEqualTo(
            history.facts(0, last).stream()
                .filter(fact -> fact.account().equals("a"))
                .map(History.Fact::position)
                .toList());
  }

  @Test
  @DisplayName("G7: a backlog is told whole, in frames of bounded size, with the state at its end")
  void aBacklogIsToldWhole() {
    var history = projected("backlog");
    for (var i = 0; i < 1_200; i++) {
      history.deposit("a", 1);
    }
    fixture.rows.project(history);
    var told = new ArrayList<Long>();
    try (var watch =
        watch(WatchAccountRequest.newBuilder().setLedger("backlog").setAfterPosition(0))) {
      WatchAccountResponse frame;
      do {
        frame = watch.next();
        assertThat(frame.getEntriesCount()).isLessThanOrEqualTo(500);
        frame.getEntriesList().stream().map(Entry::getPosition).forEach(told::add);
      } while (!frame.hasAccount());
      assertThat(frame.getAccount().getPosted().getMinorUnits()).isEqualTo(1_210);
    }

    assertThat(told).hasSize(1_202).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void aLedgerIsWatchedAsAWhole() {
    var history = projected("whole");
    var before = history.head();
    var request =
        WatchLedgerRequest.newBuilder().setLedger("whole").setAfterPosition(before).build();
    try (var watch = Watch.open(() -> fixture.queries.watchLedger(request))) {
      var _ = watch.next();
      history.transfer("a", "b", 3);
      fixture.rows.project(history);
      var frame = watch.next();

      assertThat(frame.getReadPosition()).isEqualTo(history.head());
      assertThat(frame.getEntriesList()).extracting(Entry::getAccount).containsExactly("a", "b");
    }
  }

  @Test
  @DisplayName("G13: a watch of what is not there is refused")
  void aWatchOfNothingIsRefused() {
    var history = projected("refused");
    assertThat(
            refusal(() ->
                    fixture
                        .queries
                        .watchAccount(
                            WatchAccountRequest.newBuilder()
                                .setLedger("refused")
                                .setAccount("x")
                                .build())
                        .next())
                .reason())
        .isEqualTo("ACCOUNT_NOT_FOUND");
    assertThat(
            refusal(() ->
                    fixture
                        .queries
                        .watchLedger(
                            WatchLedgerRequest.newBuilder()
                                .setLedger("refused")
                                .setAfterPosition(history.head() + 1)
                                .build())
                        .next())
                .reason())
        .isEqualTo("POSITION_UNKNOWN");
    assertThat(
            refusal(() ->
                    fixture
                        .queries
                        .watchLedger(WatchLedgerRequest.newBuilder().setLedger("none").build())
                        .next())
                .reason())
        .isEqualTo("LEDGER_NOT_FOUND");
  }

  @Test
  @DisplayName("G13: a server full of watches says so, and has room again when one has gone")
  void aFullServerRefusesAWatch() {
    projected("full");
    var asked = WatchAccountRequest.newBuilder().setLedger("full");
    var watches = new ArrayList<Watch<WatchAccountResponse>>();
    for (int i = 0; i < Watches.WATCHES_MAX; i++) {
      watches.add(watch(asked));
    }
    try {
      watches.forEach(Watch::next);
      assertThat(refusal(() -> watch(asked).next()).reason()).isEqualTo("RATE_LIMITED");
    } finally {
      watches.forEach(Watch::close);
    }
    await().ignoreExceptions().until(() -> watch(asked).next().hasAccount());
  }

  private static History projected(String ledger) {
    var history = fixture.history(ledger);
    history.open("a");
    history.open("b");
    history.deposit("a", 10);
    fixture.rows.project(history);
    return history;
  }

  private static Watch<WatchAccountResponse> watch(WatchAccountRequest.Builder asked) {
    var request = asked.setAccount("a").build();
    return Watch.open(() -> fixture.queries.watchAccount(request));
  }

  /** A stream that the caller ends by closing it. */
  private record Watch<F>(Context.CancellableContext call, Iterator<F> frames)
      implements AutoCloseable {
    static <F> Watch<F> open(Supplier<Iterator<F>> start) {
      var call = Context.current().withCancellation();
      var before = call.attach();
      try {
        return new Watch<>(call, start.get());
      } finally {
        call.detach(before);
      }
    }

    F next() {
      return frames.next();
    }

    @Override
    public void close() {
      call.cancel(null);
    }
  }
}
