package chronicle.ledger.log;

import static chronicle.ledger.log.LogFixture.deposit;
import static chronicle.ledger.log.LogFixture.given;
import static chronicle.ledger.log.LogFixture.open;
import static chronicle.ledger.log.LogFixture.soon;
import static chronicle.ledger.log.LogFixture.transfer;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import chronicle.error.v1.ErrorReason;
import chronicle.ledger.domain.Account;
import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.Details;
import chronicle.ledger.domain.LedgerId;
import chronicle.runtime.Failure;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class HistoryIT {
  private static final AccountId A = AccountId.of("a");

  private LogFixture log;
  private EventStore store;
  private Ledgers ledgers;
  private History history;

  @BeforeEach
  void start() throws InterruptedException {
    log = new LogFixture();
    store = log.store();
    ledgers = log.ledgers(store);
    history = new History(store, ledgers);
  }

  @AfterEach
  void stop() {
    log.close();
  }

  @Test
  @DisplayName(
      "G10: at every position and time the account is what a replay from the first event gives")
  void theAccountAsOfAnyMoment() {
    given(ledgers, open("a"));
    given(ledgers, open("b"));
    for (int i = 1; i <= 30; i++) {
      given(ledgers, i % 3 == 0 ? transfer("a", "b", 1) : deposit("a", i));
    }
    List<RecordedEvent> events = LogChecker.check(store).events();
    for (RecordedEvent event : events) {
      long end = history.commandEnd(LedgerId.MAIN, event.position());
      assertThat(end).isEqualTo(event.endsCommand() ? event.position() : event.position() - 1);
      assertThat(posted(end)).isEqualTo(replay(events, end));

      Instant time = event.cause().recordTime();
      long atTime = history.positionAt(LedgerId.MAIN, time, soon());
      assertThat(atTime).isEqualTo(event.commandEnd());
      assertThat(history.positionAt(LedgerId.MAIN, time.minusNanos(1_000), soon()))
          .isLessThan(event.position());
    }
  }

  @Test
  @DisplayName("G10: a time once answered for is settled, and later events fall after it")
  void aTimeOnceAnsweredForIsSettled() {
    given(ledgers, open("a"));
    for (int i = 0; i < 20; i++) {
      Instant now = store.head(LedgerId.MAIN).orElseThrow().clock();
      long position = history.positionAt(LedgerId.MAIN, now, soon());
      var later = given(ledgers, deposit("a", 1));

      assertThat(later.getFirst().cause().recordTime()).isAfter(now);
      assertThat(history.positionAt(LedgerId.MAIN, now, soon())).isEqualTo(position);
    }
  }

  @Test
  void aTimeInTheFutureAndAPositionBeyondTheHeadAreRefused() {
    Instant future = store.head(LedgerId.MAIN).orElseThrow().clock().plus(Duration.ofHours(1));

    assertRefused(
        ErrorReason.TIME_IN_FUTURE, () -> history.positionAt(LedgerId.MAIN, future, soon()));
    assertRefused(ErrorReason.POSITION_UNKNOWN, () -> history.commandEnd(LedgerId.MAIN, 99));
    assertRefused(ErrorReason.EVENT_NOT_FOUND, () -> history.event(LedgerId.MAIN, 99));
    assertRefused(ErrorReason.LEDGER_NOT_FOUND, () -> history.event(new LedgerId("none"), 1));
  }

  @Test
  @DisplayName("G2: pages give the log in order and whole, and filters leave out the rest")
  void pagesGiveTheLog() {
    given(ledgers, open("a"));
    given(ledgers, open("b"));
    given(ledgers, deposit("a", 5));
    given(ledgers, transfer("a", "b", 2));

    assertThat(positions(List.of(), List.of())).containsExactly(1L, 2L, 3L, 4L, 5L, 6L);
    assertThat(positions(List.of("b"), List.of())).containsExactly(3L, 6L);
    assertThat(positions(List.of(), List.of("MoneyDeposited"))).containsExactly(4L);
    assertThat(positions(List.of("b"), List.of("MoneyDeposited"))).isEmpty();
  }

  @Test
  void ledgersAreApart() {
    var second = new LedgerId("second");
    ledgers.prepare(second);
    var create = LogFixture.request(new Command.CreateLedger(Details.NONE));
    ledgers.await(second, new Work.Execute(create), soon());
    given(ledgers, open("a"));

    assertThat(history.head(second).position()).isEqualTo(1);
    assertThat(history.ledgers("", 10))
        .extracting(EventStore.LedgerHead::ledger)
        .containsExactly(LedgerId.MAIN, second);
    assertThat(history.accountAt(second, A, 1).state()).isEqualTo(Account.UNOPENED);
  }

  private List<Long> positions(List<String> accounts, List<String> types) {
    var positions = new ArrayList<Long>();
    history
        .pages(LedgerId.MAIN, 1, Long.MAX_VALUE, accounts, types)
        .forEachRemaining(page -> page.forEach(event -> positions.add(event.position())));
    return positions;
  }

  private long posted(long position) {
    return posted(history.accountAt(LedgerId.MAIN, A, position).state());
  }

  private static long replay(List<RecordedEvent> events, long position) {
    AccountAt account = AccountAt.UNOPENED;
    for (RecordedEvent event : events) {
      if (event.position() <= position && event.account().equals(A)) {
        account = account.evolve(event);
      }
    }
    return posted(account.state());
  }

  private static long posted(Account account) {
    return account instanceof Account.Open open ? open.postedMinor() : -1;
  }

  private static void assertRefused(ErrorReason reason, Runnable call) {
    assertThatExceptionOfType(Failure.class)
        .isThrownBy(call::run)
        .extracting(Failure::reason)
        .isEqualTo(reason);
  }
}
