package chronicle.query;

import static chronicle.query.QueryFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import chronicle.event.v1.AccountFrozen;
import chronicle.query.v1.Account;
import chronicle.query.v1.AccountSummary;
import chronicle.query.v1.Balance;
import chronicle.query.v1.BatchGetBalancesRequest;
import chronicle.query.v1.Entry;
import chronicle.query.v1.EventStatus;
import chronicle.query.v1.GetAccountRequest;
import chronicle.query.v1.GetAccountSummaryRequest;
import chronicle.query.v1.GetBalanceRequest;
import chronicle.query.v1.GetEventStatusRequest;
import chronicle.query.v1.ListEntriesRequest;
import chronicle.query.v1.QueryServiceGrpc.QueryServiceBlockingStub;
import chronicle.type.v1.Money;
import chronicle.type.v1.Total;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class QueryServiceIT {
  private static QueryFixture fixture;
  private static QueryServiceBlockingStub queries;
  private static History history;
  private static Timestamp opened;
  private static Timestamp moved;

  @BeforeAll
  static void start() {
    fixture = new QueryFixture();
    queries = fixture.queries;
    history = fixture.history("main");
    history.tick(1);
    opened = Times.timestamp(history.clock());
    history.open("a");
    history.open("b");
    history.tick(1);
    moved = Times.timestamp(history.clock());
    history.deposit("a", 100);
    history.transfer("a", "b", 30);
    history.hold("a", 20);
    fixture.rows.project(history);
    history.tick(1);
    history.deposit("b", 1);
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @Test
  void anAccountIsAnsweredWithAllThatIsKnownOfIt() {
    assertThat(queries.getAccount(GetAccountRequest.newBuilder().setAccount("a").build()))
        .isEqualTo(
            Account.newBuilder()
                .setAccount("a")
                .setStatus(Account.Status.ACTIVE)
                .setPosted(usd(70))
                .setHeld(usd(20))
                .setAvailable(usd(50))
                .setOverdraftLimit(usd(0))
                .setAccountVersion(4)
                .setCreateTime(opened)
                .setUpdateTime(moved)
                .setPosition(7)
                .setReadPosition(7)
                .setReference("ref")
                .putMetadata("k", "v")
                .build());
  }

  @Test
  void aFrozenAccountSaysWhatItIsBarredFrom() {
    fixture.rows.execute(
        "UPDATE accounts SET status = 'FROZEN_DEBITS' WHERE ledger_id = 'main' AND account_id = 'b'");

    var account = queries.getAccount(GetAccountRequest.newBuilder().setAccount("b").build());

    assertThat(account.getStatus()).isEqualTo(Account.Status.FROZEN);
    assertThat(account.getFrozen()).isEqualTo(AccountFrozen.Scope.DEBITS);
  }

  @Test
  void balancesAreAnsweredInTheOrderAskedFor() {
    var response =
        queries.batchGetBalances(
            BatchGetBalancesRequest.newBuilder().addAllAccounts(List.of("b", "x", "a")).build());

    assertThat(response.getBalancesList())
        .extracting(Balance::getAccount)
        .containsExactly("b", "a");
    assertThat(response.getAccountsNotFoundList()).containsExactly("x");
    assertThat(response.getReadPosition()).isEqualTo(7);
    assertThat(response.getBalances(1))
        .isEqualTo(queries.getBalance(GetBalanceRequest.newBuilder().setAccount("a").build()));
  }

  @Test
  void anAccountsTotalsAreAnswered() {
    assertThat(
            queries.getAccountSummary(
                GetAccountSummaryRequest.newBuilder().setAccount("a").build()))
        .isEqualTo(
            AccountSummary.newBuilder()
                .setAccount("a")
                .setTotalDeposits(Total.newBuilder().setCurrencyCode("USD").setMinorUnits("100"))
                .setTotalWithdrawals(Total.newBuilder().setCurrencyCode("USD").setMinorUnits("30"))
                .setTransactionCount(2)
                .setPosted(usd(70))
                .setPosition(7)
                .setReadPosition(7)
                .build());
  }

  @Test
  void entriesArePostingsAndNothingElse() {
    var entries =
        queries
            .listEntries(ListEntriesRequest.newBuilder().setAccount("a").build())
            .getEntriesList();

    assertThat(entries).extracting(Entry::getPosition).containsExactly(5L, 4L);
    assertThat(entries.getFirst())
        .isEqualTo(
            Entry.newBuilder()
                .setEventId("main-5")
                .setPosition(5)
                .setAccount("a")
                .setAccountVersion(3)
                .setType("MoneyTransferredOut")
                .setAmount(usd(-30))
                .setPostedAfter(usd(70))
                .setTransactionId("c-5")
                .setCounterpartyAccount("b")
                .setRecordTime(moved)
                .setEffectiveTime(moved)
                .setReference("ref")
                .putMetadata("k", "v")
                .build());
  }

  @Test
  void anEventIsMaterializedOnceTheReadModelReflectsIt() {
    assertThat(status("main-7"))
        .isEqualTo(
            EventStatus.newBuilder()
                .setEventId("main-7")
                .setMaterialized(true)
                .setPosition(7)
                .setReadPosition(7)
                .build());
    assertThat(status("main-8").getMaterialized()).isFalse();
    assertThat(refusal(() -> status("main-9")).reason()).isEqualTo("EVENT_NOT_FOUND");
    assertThat(refusal(() -> status("main-9999999999999999999")).reason())
        .isEqualTo("EVENT_NOT_FOUND");
    assertThat(refusal(() -> status("no-where-1")).reason()).isEqualTo("LEDGER_NOT_FOUND");
    assertThat(
            refusal(() ->
                    queries.getEventStatus(
                        GetEventStatusRequest.newBuilder()
                            .setLedger("other")
                            .setEventId("main-1")
                            .build()))
                .reason())
        .isEqualTo("INVALID_REQUEST");
  }

  @Test
  void whatIsNotThereIsNotFound() {
    assertThat(
            refusal(() ->
                    queries.getAccount(GetAccountRequest.newBuilder().setAccount("x").build()))
                .reason())
        .isEqualTo("ACCOUNT_NOT_FOUND");
    assertThat(
            refusal(() ->
                    queries.getBalance(GetBalanceRequest.newBuilder().setAccount("x").build()))
                .reason())
        .isEqualTo("ACCOUNT_NOT_FOUND");
    assertThat(
            refusal(() ->
                    queries.listEntries(ListEntriesRequest.newBuilder().setAccount("x").build()))
                .reason())
        .isEqualTo("ACCOUNT_NOT_FOUND");
    assertThat(
            refusal(() ->
                    queries.getAccountSummary(
                        GetAccountSummaryRequest.newBuilder().setAccount("x").build()))
                .reason())
        .isEqualTo("ACCOUNT_NOT_FOUND");
  }

  @Test
  void manyReadsAtOnceEachGetTheirOwnAnswer() throws Exception {
    var other = fixture.history("crowd");
    other.grow(new SplittableRandom(1), 100);
    fixture.rows.project(other);
    var answers = new ArrayList<Future<Balance>>();
    var expected = new ArrayList<Long>();
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var i = 0; i < 2_000; i++) {
        var account = other.accounts().get(i % other.accounts().size());
        var asked = GetBalanceRequest.newBuilder().setLedger("crowd").setAccount(account).build();
        answers.add(clients.submit(() -> queries.getBalance(asked)));
        expected.add(other.replay(account, other.head()).orElseThrow().posted());
      }
      for (var i = 0; i < answers.size(); i++) {
        assertThat(answers.get(i).get().getPosted().getMinorUnits()).isEqualTo(expected.get(i));
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  @Tag("G13")
  void noInputYieldsInternalOrUnknown(long seed) {
    System.out.println("inputs: seed " + seed);
    var random = new SplittableRandom(seed);
    for (var i = 0; i < 300; i++) {
      var asked = odd(random);
      try {
        var _ = queries.getBalance(asked);
      } catch (StatusRuntimeException e) {
        assertThat(e.getStatus().getCode())
            .as("%s", asked)
            .isNotIn(Status.Code.INTERNAL, Status.Code.UNKNOWN);
        assertThat(refusal(() -> queries.getBalance(asked)).reason()).isNotEmpty();
      }
    }
  }

  private static GetBalanceRequest odd(SplittableRandom random) {
    var longs =
        new long[] {
          0,
          1,
          7,
          8,
          -1,
          Long.MIN_VALUE,
          Long.MAX_VALUE,
          253402300800L,
          -62135596801L,
          -62135596800L,
          253402300799L
        };
    var nanos = new int[] {0, 1, 999_999_999, 1_000_000_000, -1, Integer.MIN_VALUE};
    var ids =
        List.of(
            "a", "", "main", "x", "a\0", "ü", "external:USD", "a'; --", "-", ".", "a".repeat(65));
    var asked =
        GetBalanceRequest.newBuilder()
            .setLedger(random.nextInt(3) > 0 ? "" : ids.get(random.nextInt(ids.size())))
            .setAccount(random.nextInt(3) > 0 ? "a" : ids.get(random.nextInt(ids.size())))
            .setSourceValue(random.nextInt(4))
            .setMaxWait(Duration.newBuilder().setNanos(1));
    switch (random.nextInt(4)) {
      case 0 -> asked.setAtPosition(longs[random.nextInt(longs.length)]);
      case 1 -> asked.setMinPosition(longs[random.nextInt(longs.length)]);
      case 2 ->
          asked.setMaxWait(
              Duration.newBuilder()
                  .setSeconds(random.nextInt(-1, 1))
                  .setNanos(nanos[random.nextInt(nanos.length)]));
      default ->
          asked.setAt(
              Timestamp.newBuilder()
                  .setSeconds(longs[random.nextInt(longs.length)])
                  .setNanos(nanos[random.nextInt(nanos.length)]));
    }
    return asked.build();
  }

  private static EventStatus status(String eventId) {
    return queries.getEventStatus(GetEventStatusRequest.newBuilder().setEventId(eventId).build());
  }

  private static Money usd(long minorUnits) {
    return Columns.money("USD", minorUnits);
  }
}
