package chronicle.query;

import static chronicle.query.QueryFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import chronicle.event.v1.AccountFrozen;
import chronicle.query.History.Limits;
import chronicle.query.History.Replayed;
import chronicle.query.v1.Account;
import chronicle.query.v1.Balance;
import chronicle.query.v1.BatchGetBalancesRequest;
import chronicle.query.v1.GetAccountRequest;
import chronicle.query.v1.GetBalanceRequest;
import chronicle.query.v1.Hold;
import chronicle.query.v1.ListHoldsRequest;
import chronicle.query.v1.Source;
import com.google.protobuf.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class EffectiveTimeIT {
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
  @ValueSource(longs = {1, 2, 3, 4})
  @DisplayName(
      "G10: balances and holds as effective at a time, as known at every position, equal a replay")
  void balancesOnBothAxesEqualAReplay(long seed) {
    var history = random("both-" + seed, seed);
    var random = new SplittableRandom(seed);

    for (var position = 1L; position <= history.head(); position++) {
      for (var effective : times(history, random)) {
        assertBalances(history, position, effective);
      }
      assertHolds(history, position, Optional.empty());
      assertHolds(history, position, Optional.of(times(history, random).getFirst()));
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {5, 6})
  @DisplayName("G10: limits and status on both axes equal a replay")
  void accountsOnBothAxesEqualAReplay(long seed) {
    var history = random("accounts-" + seed, seed);
    var random = new SplittableRandom(seed);

    for (var position = 1L; position <= history.head(); position++) {
      var end = history.commandEnd(position);
      for (var account : history.accounts()) {
        var known = history.replay(account, end);
        if (known.isEmpty()) {
          continue;
        }
        var asked =
            GetAccountRequest.newBuilder()
                .setLedger(history.ledger())
                .setAccount(account)
                .setAtPosition(position);
        assertState(fixture.queries.getAccount(asked.build()), known.get(), end);
        var effective = times(history, random).getFirst();
        asked.setEffectiveAt(Times.timestamp(effective));
        assertState(
            fixture.queries.getAccount(asked.build()),
            history.replay(account, end, effective).orElse(Replayed.NONE),
            end);
      }
    }
  }

  @Test
  @DisplayName(
      "G10: what is backdated changes the past as it is known now, and not as it was known then")
  void backdatingChangesWhatIsKnownNow() {
    var history = fixture.history("past");
    history.open("a");
    history.tick(1_000);
    var known = history.deposit("a", 100);
    var then = history.clock();
    history.tick(1_000_000);
    history.backdate(Duration.ofMillis(500));
    history.deposit("a", 20);
    fixture.rows.project(history);
    var later = then.plus(Duration.ofMillis(500));
    var asked = GetBalanceRequest.newBuilder().setLedger("past").setAccount("a");

    assertThat(posted(asked.clone().setEffectiveAt(Times.timestamp(later.minusNanos(1_000)))))
        .isEqualTo(100);
    assertThat(posted(asked.clone().setEffectiveAt(Times.timestamp(later)))).isEqualTo(120);
    assertThat(posted(asked.clone().setEffectiveAt(Times.timestamp(later)).setAtPosition(known)))
        .isEqualTo(100);
    assertThat(posted(asked.clone().setAt(Times.timestamp(later)))).isEqualTo(100);
    assertThat(posted(asked.clone().setEffectiveAt(Timestamp.getDefaultInstance()))).isZero();
  }

  @Test
  @DisplayName("G10: times finer than microseconds are cut off, and those beside exact")
  void timesAreExact() {
    var history = fixture.history("exact");
    history.open("a");
    history.tick(7);
    history.deposit("a", 100);
    fixture.rows.project(history);
    var at = history.clock();
    var asked = GetBalanceRequest.newBuilder().setLedger("exact").setAccount("a");

    assertThat(posted(asked.clone().setEffectiveAt(Times.timestamp(at.minusNanos(1))))).isZero();
    assertThat(posted(asked.clone().setEffectiveAt(Times.timestamp(at)))).isEqualTo(100);
    assertThat(posted(asked.clone().setEffectiveAt(Times.timestamp(at.plusNanos(999)))))
        .isEqualTo(100);
  }

  @Test
  @DisplayName("G13: what can't be answered on the axis of business time is refused")
  void whatCannotBeAnsweredIsRefused() {
    var history = fixture.history("refusals");
    history.open("a");
    history.open("b");
    history.limit("a", new Limits(1, Optional.empty()));
    history.tick(1);
    history.deposit("a", Long.MAX_VALUE / 2);
    history.tick(1);
    var before = history.clock();
    history.tick(1);
    history.transfer("a", "b", Long.MAX_VALUE / 2);
    history.tick(1);
    history.backdate(Duration.ofNanos(2_000));
    history.deposit("a", Long.MAX_VALUE / 2 + 1);
    fixture.rows.project(history);
    var asked =
        GetBalanceRequest.newBuilder()
            .setLedger("refusals")
            .setAccount("a")
            .setEffectiveAt(Times.timestamp(before));

    assertThat(
            refusal(() ->
                    fixture.queries.getBalance(asked.clone().setSource(Source.EVENT_STORE).build()))
                .reason())
        .isEqualTo("INVALID_REQUEST");
    assertThat(
            refusal(() -> fixture.queries.getBalance(asked.clone().setAtPosition(1).build()))
                .reason())
        .isEqualTo("ACCOUNT_NOT_FOUND");
    assertThat(refusal(() -> fixture.queries.getBalance(asked.build())).reason())
        .isEqualTo("AMOUNT_OVERFLOW");
  }

  private static History random(String ledger, long seed) {
    System.out.println(ledger + ": seed " + seed);
    var history = fixture.history(ledger);
    history.grow(new SplittableRandom(seed), 60);
    fixture.rows.project(history);
    return history;
  }

  private static List<Instant> times(History history, SplittableRandom random) {
    var times = new ArrayList<Instant>();
    for (var i = 0; i < 6; i++) {
      var fact = history.fact(1 + random.nextLong(history.head()));
      times.add(fact.effectiveTime().plusNanos(random.nextInt(-1, 2) * 1_000L));
    }
    return times;
  }

  private static void assertBalances(History history, long position, Instant effective) {
    var end = history.commandEnd(position);
    var known =
        history.accounts().stream()
            .filter(account -> history.replay(account, end).isPresent())
            .toList();
    var response =
        fixture.queries.batchGetBalances(
            BatchGetBalancesRequest.newBuilder()
                .setLedger(history.ledger())
                .addAllAccounts(history.accounts())
                .setAtPosition(position)
                .setEffectiveAt(Times.timestamp(effective))
                .build());

    assertThat(response.getReadPosition()).isEqualTo(end);
    assertThat(response.getBalancesList()).extracting(Balance::getAccount).isEqualTo(known);
    for (var balance : response.getBalancesList()) {
      var expected = history.replay(balance.getAccount(), end, effective).orElse(Replayed.NONE);
      assertThat(balance)
          .as("%s at %d, %s", balance.getAccount(), end, effective)
          .extracting(
              b -> b.getPosted().getMinorUnits(),
              b -> b.getHeld().getMinorUnits(),
              b -> b.getAvailable().getMinorUnits())
          .containsExactly(expected.posted(), expected.held(), expected.available());
    }
  }

  private static void assertHolds(History history, long position, Optional<Instant> effective) {
    var end = history.commandEnd(position);
    for (var account : history.accounts()) {
      if (history.replay(account, end).isEmpty()) {
        continue;
      }
      var asked =
          ListHoldsRequest.newBuilder()
              .setLedger(history.ledger())
              .setAccount(account)
              .setAtPosition(position)
              .setPageSize(2);
      effective.ifPresent(time -> asked.setEffectiveAt(Times.timestamp(time)));
      assertThat(holds(asked))
          .extracting(Hold::getTransactionId)
          .isEqualTo(
              history.open(account, end, effective).reversed().stream()
                  .map(History.Made::id)
                  .toList());
    }
  }

  private static List<Hold> holds(ListHoldsRequest.Builder asked) {
    var holds = new ArrayList<Hold>();
    do {
      var page = fixture.queries.listHolds(asked.build());
      holds.addAll(page.getHoldsList());
      asked.setPageToken(page.getNextPageToken());
    } while (!asked.getPageToken().isEmpty());
    return holds;
  }

  private static void assertState(Account account, Replayed expected, long end) {
    assertThat(account.getReadPosition()).isEqualTo(end);
    assertThat(account.getPosted().getMinorUnits()).isEqualTo(expected.posted());
    assertThat(account.getHeld().getMinorUnits()).isEqualTo(expected.held());
    assertThat(account.getAvailable().getMinorUnits()).isEqualTo(expected.available());
    assertThat(limits(account)).isEqualTo(expected.limits());
    assertThat(account.getFrozen())
        .isEqualTo(
            expected.status().equals("FROZEN_ALL")
                ? AccountFrozen.Scope.ALL
                : AccountFrozen.Scope.SCOPE_UNSPECIFIED);
  }

  private static Limits limits(Account account) {
    return new Limits(
        account.getOverdraftLimit().getMinorUnits(),
        account.hasBalanceMax()
            ? Optional.of(account.getBalanceMax().getMinorUnits())
            : Optional.empty());
  }

  private static long posted(GetBalanceRequest.Builder asked) {
    return fixture.queries.getBalance(asked.build()).getPosted().getMinorUnits();
  }
}
