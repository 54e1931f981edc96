package chronicle.query;

import static chronicle.query.QueryFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import chronicle.query.History.Replayed;
import chronicle.query.v1.Balance;
import chronicle.query.v1.BatchGetBalancesRequest;
import chronicle.query.v1.GetBalanceRequest;
import chronicle.query.v1.Source;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@Tag("G10")
final class TimeTravelIT {
  private static QueryFixture fixture;

  @BeforeAll
  static void start() {
    fixture = new QueryFixture();
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theAnswerAsOfEveryPositionEqualsAReplay(long seed) {
    var history = random("positions-" + seed, seed);
    fixture.rows.project(history);

    for (var position = 1L; position <= history.head(); position++) {
      var asked = BatchGetBalancesRequest.newBuilder().setAtPosition(position);
      assertAnswer(history, asked, history.commandEnd(position), Optional.empty());
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {4, 5, 6})
  void theAnswerAsOfEveryTimeEqualsAReplay(long seed) {
    var history = random("times-" + seed, seed);
    history.tick(1_000);
    fixture.rows.project(history);

    for (var fact : history.facts(0, history.head())) {
      for (var nanos : new long[] {-1_000, 0, 999, 1_000}) {
        var at = fact.recordTime().plusNanos(nanos);
        var micros = fact.recordTime().plusNanos(nanos == 999 ? 0 : nanos);
        var asked = BatchGetBalancesRequest.newBuilder().setAt(timestamp(at));
        assertAnswer(history, asked, history.positionAt(micros), Optional.of(micros));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {7, 8})
  void theReadModelAndTheLogGiveTheSameAnswers(long seed) {
    var history = random("sources-" + seed, seed);
    fixture.rows.project(history);
    var random = new SplittableRandom(seed);

    for (var i = 0; i < 50; i++) {
      var account = history.accounts().get(random.nextInt(history.accounts().size()));
      var fact = history.fact(1 + random.nextLong(history.head()));
      var asked = GetBalanceRequest.newBuilder().setLedger(history.ledger()).setAccount(account);
      var before = history.replay(account, history.positionAt(fact.recordTime())).isEmpty();
      if (before) {
        continue;
      }
      asked.setAt(timestamp(fact.recordTime()));
      assertSameFromBoth(asked);
      assertSameFromBoth(asked.setAtPosition(history.positionAt(fact.recordTime())));
      assertSameFromBoth(asked.clearAsOf());
    }
  }

  @Test
  void anAnswerForATimeNeverChangesWhileTheBatchOfThatTimeIsProjected() {
    var history = fixture.history("halfway");
    history.open("a");
    history.tick(10);
    history.deposit("a", 5);
    var half = history.deposit("a", 7);
    history.deposit("a", 11);
    var time = history.clock();
    fixture.rows.project(history, half);
    var asked =
        GetBalanceRequest.newBuilder()
            .setLedger("halfway")
            .setAccount("a")
            .setAt(timestamp(time))
            .setMaxWait(Duration.newBuilder().setNanos(1));

    assertThat(refusal(() -> fixture.queries.getBalance(asked.build())).reason())
        .isEqualTo("PROJECTION_BEHIND");
    fixture.rows.project(history);
    var first = fixture.queries.getBalance(asked.build());
    history.tick(10);
    history.deposit("a", 100);
    fixture.rows.project(history);

    assertThat(first.getPosted().getMinorUnits()).isEqualTo(23);
    assertThat(fixture.queries.getBalance(asked.build())).isEqualTo(first);
  }

  @Test
  void aTimeIsForgottenWithTheIncarnationWhosePositionItStoodFor() {
    var history = fixture.history("again");
    history.open("a");
    history.tick(10);
    history.deposit("a", 5);
    var time = history.clock();
    history.tick(10);
    history.deposit("a", 7);
    fixture.rows.project(history);
    var asked =
        GetBalanceRequest.newBuilder().setLedger("again").setAccount("a").setAt(timestamp(time));
    var first = fixture.queries.getBalance(asked.build());

    fixture.rows.execute(
        "UPDATE projection_checkpoint SET incarnation = 'another' WHERE ledger_id = 'again'");
    fixture.rows.execute(
        "UPDATE entries SET record_time = record_time + interval '1 microsecond' WHERE ledger_id = 'again' AND position = %d"
            .formatted(first.getReadPosition()));
    var then = fixture.queries.getBalance(asked.build());

    assertThat(first.getPosted().getMinorUnits()).isEqualTo(5);
    assertThat(then.getPosted().getMinorUnits()).isEqualTo(0);
    assertThat(then.getReadPosition()).isEqualTo(first.getReadPosition() - 1);
  }

  @Test
  void whatIsRememberedOfALongLogAnswersAsAReplayDoes() {
    var history = fixture.history("long");
    System.out.println("long: seed 9");
    var random = new SplittableRandom(9);
    while (history.head() < 2 * Stretch.LENGTH + 10) {
      history.grow(random, 100);
    }
    history.tick(1_000);
    fixture.rows.project(history);

    // First looked up, then remembered: each stretch is once it was asked about twice.
    for (var i = 0; i < 4_000; i++) {
      var accounts = history.accounts();
      var account = accounts.get(random.nextInt(accounts.size()));
      var asked = GetBalanceRequest.newBuilder().setLedger("long").setAccount(account);
      var position = 1 + random.nextLong(history.head());
      var time = history.fact(position).recordTime().plusNanos(1_000L * (random.nextInt(3) - 1));
      assertRemembered(
          history,
          asked.setAtPosition(position).build(),
          history.commandEnd(position),
          Optional.empty());
      assertRemembered(
          history,
          asked.setAt(timestamp(time)).build(),
          history.positionAt(time),
          Optional.of(time));
    }
  }

  private static void assertRemembered(
      History history, GetBalanceRequest asked, long position, Optional<Instant> time) {
    var expected = expected(history, asked.getAccount(), position, time);
    if (expected.isEmpty()) {
      assertThat(refusal(() -> fixture.queries.getBalance(asked)).reason())
          .isEqualTo("ACCOUNT_NOT_FOUND");
    } else {
      assertThat(fixture.queries.getBalance(asked)).isEqualTo(expected.getFirst());
    }
  }

  @Test
  void whatIsRememberedOfALogIsForgottenWithItsIncarnation() {
    var history = fixture.history("rewritten");
    var opened = history.open("a");
    for (var i = 0; i < Stretch.LENGTH; i++) {
      history.tick(10);
      history.deposit("a", 1);
    }
    fixture.rows.project(history);
    var asked = GetBalanceRequest.newBuilder().setLedger("rewritten").setAccount("a");
    var atPosition = asked.setAtPosition(opened + 5).build();
    var atTime = asked.setAt(timestamp(history.fact(opened + 7).recordTime())).build();
    for (var i = 0; i < 3; i++) {
      assertThat(fixture.queries.getBalance(atPosition).getPosted().getMinorUnits()).isEqualTo(5);
      assertThat(fixture.queries.getBalance(atTime).getPosted().getMinorUnits()).isEqualTo(7);
    }

    fixture.rows.execute(
        "UPDATE projection_checkpoint SET incarnation = 'another' WHERE ledger_id = 'rewritten'");
    fixture.rows.execute(
        "UPDATE entries SET transaction_size = 2 WHERE ledger_id = 'rewritten' AND position = "
            + (opened + 5));
    fixture.rows.execute(
        "UPDATE entries SET record_time = record_time + interval '1 microsecond' WHERE ledger_id = 'rewritten' AND position = "
            + (opened + 7));

    for (var i = 0; i < 3; i++) {
      assertThat(fixture.queries.getBalance(atPosition).getPosted().getMinorUnits()).isEqualTo(4);
      assertThat(fixture.queries.getBalance(atTime).getPosted().getMinorUnits()).isEqualTo(6);
    }
  }

  @Test
  void aRowThatIsMissingKeepsNobodyFromReadingBesideIt() {
    var history = fixture.history("gap");
    var opened = history.open("a");
    for (var i = 0; i < Stretch.LENGTH; i++) {
      history.tick(10);
      history.deposit("a", 1);
    }
    fixture.rows.project(history);
    fixture.rows.execute(
        "DELETE FROM entries WHERE ledger_id = 'gap' AND position = " + (opened + 500));
    var asked = GetBalanceRequest.newBuilder().setLedger("gap").setAccount("a");

    for (var i = 0; i < 3; i++) {
      var balance = fixture.queries.getBalance(asked.setAtPosition(opened + 5).build());
      assertThat(balance.getPosted().getMinorUnits()).isEqualTo(5);
    }
  }

  @Test
  void manyAtOnceGetEachTheAnswerOfItsOwnMoment() throws Exception {
    var history = fixture.history("crowd");
    var opened = history.open("a");
    var times = new ArrayList<Instant>();
    for (var i = 0; i < 100; i++) {
      history.tick(10);
      history.deposit("a", 1);
      times.add(history.clock());
    }
    history.tick(10);
    history.deposit("a", 1);
    fixture.rows.project(history);
    var asked = GetBalanceRequest.newBuilder().setLedger("crowd").setAccount("a");
    var byPosition = new ArrayList<Callable<Balance>>();
    var byTime = new ArrayList<Callable<Balance>>();
    for (var i = 0; i < times.size(); i++) {
      var atPosition = asked.setAtPosition(opened + i + 1).build();
      var at = asked.setAt(timestamp(times.get(i))).build();
      byPosition.add(() -> fixture.queries.getBalance(atPosition));
      byTime.add(() -> fixture.queries.getBalance(at));
    }

    try (var callers = Executors.newVirtualThreadPerTaskExecutor()) {
      assertCounting(callers.invokeAll(byPosition));
      assertCounting(callers.invokeAll(byTime));
      assertCounting(callers.invokeAll(byTime));
    }
  }

  private static void assertCounting(List<Future<Balance>> answers) {
    for (var i = 0; i < answers.size(); i++) {
      assertThat(answers.get(i).resultNow().getPosted().getMinorUnits()).isEqualTo(i + 1);
    }
  }

  @Test
  void aTimeAfterTheLedgersClockIsRefusedInTheLedgersWords() {
    var history = fixture.history("future");
    history.open("a");
    fixture.rows.project(history);

    var refusal =
        refusal(() ->
            fixture.queries.getBalance(
                GetBalanceRequest.newBuilder()
                    .setLedger("future")
                    .setAccount("a")
                    .setAt(timestamp(history.clock().plusSeconds(60)))
                    .build()));

    assertThat(refusal.reason()).isEqualTo("TIME_IN_FUTURE");
    assertThat(refusal.metadata()).containsEntry("clock", history.clock().toString());
  }

  @Test
  void aPositionBeyondTheLogIsRefusedAndOneNotYetProjectedIsAwaited() {
    var history = fixture.history("beyond");
    var opened = history.open("a");
    fixture.rows.project(history);
    var deposited = history.deposit("a", 5);
    var asked = GetBalanceRequest.newBuilder().setLedger("beyond").setAccount("a");

    var unknown =
        refusal(() -> fixture.queries.getBalance(asked.setAtPosition(deposited + 1).build()));
    var behind =
        refusal(() ->
            fixture.queries.getBalance(
                asked
                    .setAtPosition(deposited)
                    .setMaxWait(Duration.newBuilder().setNanos(1))
                    .build()));

    assertThat(unknown.reason()).isEqualTo("POSITION_UNKNOWN");
    assertThat(behind.reason()).isEqualTo("PROJECTION_BEHIND");
    assertThat(behind.metadata()).containsEntry("position", Long.toString(opened));
    assertThat(behind.retryInfo()).isTrue();
  }

  @Test
  void beforeAnAccountExistedItIsNotFound() {
    var history = fixture.history("before");
    history.open("a");
    history.tick(10);
    var opened = history.open("b");
    fixture.rows.project(history);
    var asked = GetBalanceRequest.newBuilder().setLedger("before").setAccount("b");

    assertThat(
            refusal(() -> fixture.queries.getBalance(asked.setAtPosition(opened - 1).build()))
                .reason())
        .isEqualTo("ACCOUNT_NOT_FOUND");
    assertThat(
            refusal(() ->
                    fixture.queries.getBalance(asked.setAt(Timestamp.getDefaultInstance()).build()))
                .reason())
        .isEqualTo("ACCOUNT_NOT_FOUND");
    assertThat(fixture.queries.getBalance(asked.setAtPosition(opened).build()).getReadPosition())
        .isEqualTo(opened);
  }

  private static History random(String ledger, long seed) {
    System.out.println(ledger + ": seed " + seed);
    var history = fixture.history(ledger);
    history.grow(new SplittableRandom(seed), 80);
    return history;
  }

  private static void assertAnswer(
      History history,
      BatchGetBalancesRequest.Builder asked,
      long position,
      Optional<Instant> time) {
    var accounts = history.accounts();
    var response =
        fixture.queries.batchGetBalances(
            asked.setLedger(history.ledger()).clearAccounts().addAllAccounts(accounts).build());

    assertThat(response.getReadPosition()).isEqualTo(position);
    assertThat(response.getBalancesList())
        .isEqualTo(
            accounts.stream()
                .flatMap(account -> expected(history, account, position, time).stream())
                .toList());
    assertThat(response.getAccountsNotFoundList())
        .isEqualTo(
            accounts.stream()
                .filter(account -> history.replay(account, position).isEmpty())
                .toList());
  }

  private static List<Balance> expected(
      History history, String account, long position, Optional<Instant> time) {
    return history.replay(account, position).stream()
        .map(state -> balance(history, account, state, position, time))
        .toList();
  }

  private static Balance balance(
      History history, String account, Replayed state, long position, Optional<Instant> time) {
    return Balance.newBuilder()
        .setAccount(account)
        .setPosted(Columns.money(History.CURRENCY, state.posted()))
        .setHeld(Columns.money(History.CURRENCY, state.held()))
        .setAvailable(Columns.money(History.CURRENCY, state.available()))
        .setAccountVersion(state.version())
        .setPosition(state.position())
        .setReadPosition(position)
        .setAsOf(timestamp(time.orElse(history.fact(state.position()).recordTime())))
        .build();
  }

  private static void assertSameFromBoth(GetBalanceRequest.Builder asked) {
    assertThat(fixture.queries.getBalance(asked.setSource(Source.READ_MODEL).build()))
        .isEqualTo(fixture.queries.getBalance(asked.setSource(Source.EVENT_STORE).build()));
  }

  private static Timestamp timestamp(Instant time) {
    return Times.timestamp(time);
  }
}
