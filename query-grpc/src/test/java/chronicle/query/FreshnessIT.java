package chronicle.query;

import static chronicle.query.QueryFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import chronicle.query.v1.BatchGetBalancesRequest;
import chronicle.query.v1.GetAccountRequest;
import chronicle.query.v1.GetAccountSummaryRequest;
import chronicle.query.v1.GetBalanceRequest;
import chronicle.query.v1.ListAccountsRequest;
import chronicle.query.v1.ListEntriesRequest;
import com.google.protobuf.Duration;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

@Tag("G8")
final class FreshnessIT {
  private static final Duration LONG = Duration.newBuilder().setSeconds(30).build();
  private static final Duration SHORT = Duration.newBuilder().setNanos(50_000_000).build();

  private static QueryFixture fixture;
  private static ExecutorService clients;

  @BeforeAll
  static void start() {
    fixture = new QueryFixture();
    clients = Executors.newVirtualThreadPerTaskExecutor();
  }

  @AfterAll
  static void stop() {
    clients.shutdownNow();
    fixture.close();
  }

  @Test
  void aReadWaitsForItsPositionAndWakesWhenItIsProjected() throws Exception {
    var history = projected("wakes");
    var position = history.deposit("a", 7);

    var balance = clients.submit(() -> balance("wakes", position, LONG));
    awaitWaiters(1);
    fixture.rows.project(history);

    assertThat(balance.get(20, TimeUnit.SECONDS)).isEqualTo(12);
  }

  @Test
  void readsThatWaitKeepNoOtherReadOfTheirConnectionWaiting() throws Exception {
    var history = projected("beside");
    var position = history.deposit("a", 7);
    var waiting = new ArrayList<Future<Long>>();
    for (var i = 0; i < 8; i++) {
      waiting.add(clients.submit(() -> balance("beside", position, LONG)));
    }
    awaitWaiters(8);

    assertThat(balance("beside", 0, SHORT)).isEqualTo(5);

    assertThat(waiting).noneMatch(Future::isDone);
    fixture.rows.project(history);
    for (var balance : waiting) {
      assertThat(balance.get(20, TimeUnit.SECONDS)).isEqualTo(12);
    }
  }

  @Test
  void everyMethodWaits() throws Exception {
    var history = projected("every");
    var position = history.deposit("a", 7);
    var queries = fixture.queries;
    List<Callable<Long>> reads =
        List.of(
            () ->
                queries
                    .getAccount(
                        GetAccountRequest.newBuilder()
                            .setLedger("every")
                            .setAccount("a")
                            .setMinPosition(position)
                            .setMaxWait(LONG)
                            .build())
                    .getReadPosition(),
            () ->
                queries
                    .listAccounts(
                        ListAccountsRequest.newBuilder()
                            .setLedger("every")
                            .setMinPosition(position)
                            .setMaxWait(LONG)
                            .build())
                    .getReadPosition(),
            () ->
                queries
                    .batchGetBalances(
                        BatchGetBalancesRequest.newBuilder()
                            .setLedger("every")
                            .addAccounts("a")
                            .setMinPosition(position)
                            .setMaxWait(LONG)
                            .build())
                    .getReadPosition(),
            () ->
                queries
                    .getAccountSummary(
                        GetAccountSummaryRequest.newBuilder()
                            .setLedger("every")
                            .setAccount("a")
                            .setMinPosition(position)
                            .setMaxWait(LONG)
                            .build())
                    .getReadPosition(),
            () ->
                queries
                    .listEntries(
                        ListEntriesRequest.newBuilder()
                            .setLedger("every")
                            .setAccount("a")
                            .setMinPosition(position)
                            .setMaxWait(LONG)
                            .build())
                    .getReadPosition(),
            () ->
                queries
                    .getBalance(
                        GetBalanceRequest.newBuilder()
                            .setLedger("every")
                            .setAccount("a")
                            .setAtPosition(2)
                            .setMinPosition(position)
                            .setMaxWait(LONG)
                            .build())
                    .getReadPosition(),
            () ->
                queries
                    .getBalance(
                        GetBalanceRequest.newBuilder()
                            .setLedger("every")
                            .setAccount("a")
                            .setAt(Times.timestamp(history.clock()))
                            .setMinPosition(position)
                            .setMaxWait(LONG)
                            .build())
                    .getReadPosition());
    var answers = new ArrayList<Future<Long>>();
    for (var read : reads) {
      answers.add(clients.submit(read));
    }
    awaitWaiters(reads.size());
    fixture.rows.project(history);

    for (var answer : answers) {
      assertThat(answer.get(20, TimeUnit.SECONDS)).isIn(position, 2L);
    }
  }

  @Test
  void aReadIsRefusedAfterItsWaitAndToldHowFarTheReadModelIs() {
    var history = projected("refused");
    var head = history.head();
    var position = history.deposit("a", 7);

    var behind = refusal(() -> balance("refused", position, SHORT));
    var beyond = refusal(() -> balance("refused", Long.MAX_VALUE, SHORT));

    assertThat(behind.reason()).isEqualTo("PROJECTION_BEHIND");
    assertThat(behind.retryInfo()).isTrue();
    assertThat(behind.metadata()).containsEntry("position", Long.toString(head));
    assertThat(beyond.reason()).isEqualTo("PROJECTION_BEHIND");
  }

  @Test
  void aDeadlineShorterThanTheWaitEndsIt() {
    var history = projected("deadline");
    var position = history.deposit("a", 7);
    var asked =
        GetBalanceRequest.newBuilder()
            .setLedger("deadline")
            .setAccount("a")
            .setMinPosition(position)
            .setMaxWait(LONG)
            .build();

    // Which of the two the client sees is a race; that the server stops waiting is not.
    var thrown =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> fixture.queries.withDeadlineAfter(2, TimeUnit.SECONDS).getBalance(asked));

    assertThat(thrown.getStatus().getCode())
        .isIn(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED);
    awaitWaiters(0);
  }

  @Test
  void aReadWakesAlthoughTheListenerLostItsConnection() throws Exception {
    var history = projected("cut");
    var position = history.deposit("a", 7);

    var balance = clients.submit(() -> balance("cut", position, LONG));
    awaitWaiters(1);
    fixture.rows.execute(
        """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = 'chronicle-query-listener'
        """);
    fixture.rows.project(history);

    assertThat(balance.get(20, TimeUnit.SECONDS)).isEqualTo(12);
  }

  @Test
  void manyReadsWaitForManyPositions() throws Exception {
    var history = projected("many");
    var answers = new ArrayList<Future<Long>>();
    for (var i = 1; i <= 300; i++) {
      var position = history.deposit("a", 1);
      answers.add(clients.submit(() -> balance("many", position, LONG)));
    }
    awaitWaiters(300);

    while (fixture.rows.checkpoint("many") < history.head()) {
      fixture.rows.project(history, fixture.rows.checkpoint("many") + 10);
    }

    for (var i = 0; i < answers.size(); i++) {
      assertThat(answers.get(i).get(20, TimeUnit.SECONDS)).isGreaterThanOrEqualTo(5 + i + 1);
    }
  }

  @Test
  void aLedgerIsUnknownOnlyIfTheLedgerSaysSo() throws Exception {
    var history = fixture.history("unprojected");
    history.open("a");
    var position = history.deposit("a", 5);

    var unknown = refusal(() -> balance("nowhere", 0, LONG));
    var behind = refusal(() -> balance("unprojected", 0, LONG));
    var balance = clients.submit(() -> balance("unprojected", position, LONG));
    awaitWaiters(1);
    fixture.rows.project(history);

    assertThat(unknown.reason()).isEqualTo("LEDGER_NOT_FOUND");
    assertThat(behind.reason()).isEqualTo("PROJECTION_BEHIND");
    assertThat(balance.get(20, TimeUnit.SECONDS)).isEqualTo(5);
  }

  /** A ledger with 5.00 on account a, all of it projected. */
  private static History projected(String ledger) {
    var history = fixture.history(ledger);
    history.open("a");
    history.deposit("a", 5);
    fixture.rows.project(history);
    history.tick(10);
    return history;
  }

  private static long balance(String ledger, long minPosition, Duration maxWait) {
    return fixture
        .queries
        .getBalance(
            GetBalanceRequest.newBuilder()
                .setLedger(ledger)
                .setAccount("a")
                .setMinPosition(minPosition)
                .setMaxWait(maxWait)
                .build())
        .getPosted()
        .getMinorUnits();
  }

  private static void awaitWaiters(int count) {
    // Well below max_wait, so that a wait that outlasts its call shows.
    await()
        .atMost(20, TimeUnit.SECONDS)
        .until(() -> fixture.metric("chronicle_query_waiters ") == count);
  }
}
