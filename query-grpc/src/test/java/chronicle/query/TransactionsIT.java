package chronicle.query;

import static chronicle.query.QueryFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import chronicle.query.v1.GetTransactionRequest;
import chronicle.query.v1.GetTrialBalanceRequest;
import chronicle.query.v1.ListTransactionsRequest;
import chronicle.query.v1.Transaction;
import chronicle.query.v1.Transaction.Posting;
import chronicle.query.v1.Transaction.Status;
import java.math.BigInteger;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

final class TransactionsIT {
  private static QueryFixture fixture;

  @BeforeAll
  static void start() {
    fixture = new QueryFixture();
  }

  @AfterAll
  static void stop() {
    fixture.close();
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  @DisplayName("G10: the transactions as of every position are those of a replay to it")
  void theListAsOfEveryPositionEqualsAReplay(long seed) {
    var history = random("replay-" + seed, seed, 60);

    for (var position = 1L; position <= history.head(); position++) {
      var end = history.commandEnd(position);
      var asked = ListTransactionsRequest.newBuilder().setAtPosition(position);
      assertThat(all(history, asked)).isEqualTo(expected(history, end, _ -> true));
    }
  }

  @ParameterizedTest(name = "{0}")
  @EnumSource(
      value = Status.class,
      names = {"PENDING", "POSTED", "VOIDED", "EXPIRED"})
  @DisplayName(
      "G10: a list by status is of the status at its moment, whatever happens between pages")
  void pagesByStatusHoldForTheFirst(Status status) {
    var history = random("status-" + status, 4, 150);
    var head = history.head();
    var expected = expected(history, head, made -> made.status(head).equals(status.name()));
    var random = new SplittableRandom(5);
    var asked =
        ListTransactionsRequest.newBuilder()
            .setLedger(history.ledger())
            .setStatus(status)
            .setPageSize(2);

    var seen = new ArrayList<Transaction>();
    do {
      var page = fixture.queries.listTransactions(asked.build());
      seen.addAll(page.getTransactionsList());
      asked.setPageToken(page.getNextPageToken());
      history.grow(random, 3);
      fixture.rows.project(history);
    } while (!asked.getPageToken().isEmpty());

    assertThat(expected).isNotEmpty();
    assertThat(seen).isEqualTo(expected);
  }

  @Test
  void filtersLetThroughWhatTheySay() {
    var history = fixture.history("filters");
    history.open("a");
    history.tick(10);
    history.deposit("a", 5);
    history.tick(10);
    var second = history.clock();
    history.label("rent");
    history.backdate(Duration.ofDays(1));
    history.deposit("a", 7);
    history.backdate(Duration.ZERO);
    history.tick(10);
    history.label("ref");
    history.hold("a", 9);
    fixture.rows.project(history);
    var asked = ListTransactionsRequest.newBuilder();

    assertThat(positions(history, asked.clone().setReference("rent"))).containsExactly(4L);
    assertThat(positions(history, asked.clone().addMetadata("k=rent"))).containsExactly(4L);
    assertThat(positions(history, asked.clone().addMetadata("k=v"))).containsExactly(5L, 3L);
    assertThat(positions(history, asked.clone().addMetadata("k=v").addMetadata("x=y"))).isEmpty();
    assertThat(positions(history, asked.clone().setAmountMin(7))).containsExactly(5L, 4L);
    assertThat(positions(history, asked.clone().setAmountMax(7))).containsExactly(4L, 3L);
    assertThat(positions(history, asked.clone().setFromTime(Times.timestamp(second))))
        .containsExactly(5L, 4L);
    assertThat(positions(history, asked.clone().setUntilTime(Times.timestamp(second))))
        .containsExactly(3L);
    assertThat(
            positions(
                history,
                asked
                    .clone()
                    .setEffectiveUntil(Times.timestamp(second.minus(Duration.ofHours(1))))))
        .containsExactly(4L);
    assertThat(
            positions(
                history,
                asked.clone().setEffectiveFrom(Times.timestamp(second.minus(Duration.ofHours(1))))))
        .containsExactly(5L, 3L);
  }

  @Test
  void aTransactionIsAnsweredAsItWasAtEachPosition() {
    var history = fixture.history("one");
    history.open("a");
    history.deposit("a", 100);
    var held = history.hold("a", 40);
    var transaction = history.pending().getFirst();
    var posted = history.post(transaction, 30);
    fixture.rows.project(history);
    var asked =
        GetTransactionRequest.newBuilder().setLedger("one").setTransaction(transaction.id());

    var pending = fixture.queries.getTransaction(asked.clone().setAtPosition(held).build());
    var ended = fixture.queries.getTransaction(asked.build());

    assertThat(pending.getStatus()).isEqualTo(Status.PENDING);
    assertThat(pending.hasEnd()).isFalse();
    assertThat(pending.getPostings(0).getPosted().getMinorUnits()).isZero();
    assertThat(ended.getStatus()).isEqualTo(Status.POSTED);
    assertThat(ended.getEnd().getPosition()).isEqualTo(posted);
    assertThat(ended.getPostings(0))
        .isEqualTo(
            Posting.newBuilder()
                .setSourceAccount("a")
                .setDestinationAccount("external:USD")
                .setAmount(Columns.money("USD", 40))
                .setPosted(Columns.money("USD", 30))
                .build());
    assertThat(
            refusal(() ->
                    fixture.queries.getTransaction(asked.clone().setAtPosition(held - 1).build()))
                .reason())
        .isEqualTo("TRANSACTION_NOT_FOUND");
    assertThat(
            refusal(() ->
                    fixture.queries.getTransaction(asked.clone().setAtPosition(posted + 1).build()))
                .reason())
        .isEqualTo("POSITION_UNKNOWN");
  }

  @Test
  @DisplayName("G13: a token is refused where the filter has changed")
  void aTokenIsBoundToItsFilter() {
    var history = random("bound", 6, 30);
    var asked =
        ListTransactionsRequest.newBuilder().setLedger("bound").setPageSize(1).setReference("ref");
    asked.setPageToken(fixture.queries.listTransactions(asked.build()).getNextPageToken());

    assertThat(asked.getPageToken()).isNotEmpty();
    assertRefused(asked.clone().clearReference());
    assertRefused(asked.clone().setReference("other"));
    assertRefused(asked.clone().setStatus(Status.PENDING));
    assertRefused(asked.clone().setAmountMin(0));
    assertRefused(asked.clone().setAtPosition(history.head()));
    assertRefused(asked.clone().addMetadata("k=v"));
    assertRefused(asked.clone().setUntilTime(Times.timestamp(history.clock())));
    assertThat(
            fixture
                .queries
                .listTransactions(asked.clone().setPageSize(3).build())
                .getTransactionsList())
        .hasSize(3);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {7, 8})
  @DisplayName("G6: the trial balance is zero at every position")
  void theBooksBalanceAtEveryPosition(long seed) {
    var history = random("balance-" + seed, seed, 60);

    for (var position = 1L; position <= history.head(); position++) {
      var end = history.commandEnd(position);
      var balance =
          fixture.queries.getTrialBalance(
              GetTrialBalanceRequest.newBuilder()
                  .setLedger(history.ledger())
                  .setAtPosition(position)
                  .build());
      assertThat(balance.getReadPosition()).isEqualTo(end);
      for (var row : balance.getRowsList()) {
        assertThat(row.getDifference().getMinorUnits()).isEqualTo("0");
        assertThat(new BigInteger(row.getCredits().getMinorUnits()))
            .isEqualTo(new BigInteger(row.getDebits().getMinorUnits()));
      }
    }
    var now =
        fixture.queries.getTrialBalance(
            GetTrialBalanceRequest.newBuilder().setLedger(history.ledger()).build());
    var then =
        fixture.queries.getTrialBalance(
            GetTrialBalanceRequest.newBuilder()
                .setLedger(history.ledger())
                .setAtPosition(history.head())
                .build());
    assertThat(now).isEqualTo(then);
  }

  @Test
  void aTrialBalanceLooksAtOneEntryOfAnExternalAccount() {
    var history = random("looked-at", 9, 60);
    var time = history.fact(history.head()).recordTime().atOffset(ZoneOffset.UTC);

    fixture.rows.execute("SET enable_seqscan = off; SET enable_bitmapscan = off");
    var plan = fixture.rows.explain(TrialBalances.AT, time, history.head(), history.ledger());
    fixture.rows.execute("RESET enable_seqscan; RESET enable_bitmapscan");

    assertThat(plan)
        .containsPattern(
            "using entries_by_external_account on entries \\w+ \\(actual \\S+ rows=1\\.");
  }

  private static History random(String ledger, long seed, int commands) {
    System.out.println(ledger + ": seed " + seed);
    var history = fixture.history(ledger);
    history.grow(new SplittableRandom(seed), commands);
    fixture.rows.project(history);
    return history;
  }

  private static List<Transaction> all(History history, ListTransactionsRequest.Builder asked) {
    var all = new ArrayList<Transaction>();
    asked.setLedger(history.ledger()).setPageSize(7);
    do {
      var page = fixture.queries.listTransactions(asked.build());
      all.addAll(page.getTransactionsList());
      asked.setPageToken(page.getNextPageToken());
    } while (!asked.getPageToken().isEmpty());
    return all;
  }

  private static List<Long> positions(History history, ListTransactionsRequest.Builder asked) {
    return all(history, asked).stream().map(Transaction::getPosition).toList();
  }

  private static List<Transaction> expected(
      History history, long position, Predicate<History.Made> wanted) {
    return history.transactions().reversed().stream()
        .filter(made -> made.position() <= position)
        .filter(wanted)
        .map(made -> expected(history, made, position))
        .toList();
  }

  private static Transaction expected(History history, History.Made made, long position) {
    var first = made.first();
    var transaction =
        Transaction.newBuilder()
            .setTransactionId(made.id())
            .setStatus(Status.valueOf(made.status(position)))
            .setPosition(made.position())
            .setRecordTime(Times.timestamp(first.recordTime()))
            .setEffectiveTime(Times.timestamp(first.effectiveTime()))
            .setReference(first.label())
            .putMetadata("k", "v")
            .setReadPosition(position);
    for (var posting : made.postings()) {
      var end = posting.end().filter(ended -> ended.position() <= position);
      var posted = made.pending() ? end.map(History.End::posted).orElse(0L) : posting.amount();
      transaction.addPostings(
          Posting.newBuilder()
              .setSourceAccount(posting.source())
              .setDestinationAccount(posting.destination())
              .setAmount(Columns.money(History.CURRENCY, posting.amount()))
              .setPosted(Columns.money(History.CURRENCY, posted)));
      end.ifPresent(ended -> transaction.setEnd(end(history.fact(ended.position()))));
    }
    return transaction.build();
  }

  private static Transaction.End end(History.Fact fact) {
    return Transaction.End.newBuilder()
        .setPosition(fact.position())
        .setCommandId(fact.command())
        .setRecordTime(Times.timestamp(fact.recordTime()))
        .setEffectiveTime(Times.timestamp(fact.effectiveTime()))
        .build();
  }

  private static void assertRefused(ListTransactionsRequest.Builder asked) {
    assertThat(refusal(() -> fixture.queries.listTransactions(asked.build())).reason())
        .isEqualTo("PAGE_TOKEN_INVALID");
  }
}
