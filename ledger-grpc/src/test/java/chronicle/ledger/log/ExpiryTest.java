package chronicle.ledger.log;

import static org.assertj.core.api.Assertions.assertThat;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.Details;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.domain.Money;
import chronicle.ledger.domain.Movement;
import chronicle.ledger.domain.Refusal.Reason;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Expiry by a clock that the test moves, and without a sweeper. */
final class ExpiryTest {
  private static final Instant DUE = Instant.parse("2026-11-23T12:00:10Z");

  private final MemoryEventStore store = new MemoryEventStore(DUE.minus(Duration.ofSeconds(10)));
  private final StateCache ours = new StateCache(10, new StoreClock(System::nanoTime));
  private final StateCache theirs = new StateCache(10, new StoreClock(System::nanoTime));

  @BeforeEach
  void aPendingTransaction() {
    run(ours, new Command.CreateLedger(Details.NONE));
    run(ours, LogFixture.open("a"));
    run(ours, LogFixture.deposit("a", 10));
    var posting =
        new Movement(Optional.of(AccountId.of("a")), Optional.empty(), new Money("USD", 10));
    run(
        ours,
        LogFixture.request(
            "t",
            new Command.CreateTransaction(List.of(posting), true, Optional.of(DUE), Details.NONE)));
  }

  @Test
  @DisplayName("G4: until its time a hold holds, for every process")
  void beforeItsTimeTheHoldHolds() {
    at(DUE.minusNanos(1_000));

    assertThat(reason(run(theirs, LogFixture.withdraw("a", 1))))
        .isEqualTo(Reason.INSUFFICIENT_FUNDS);
    LogChecker.check(store);
  }

  @Test
  @DisplayName("G3: a moment before its time a transaction is posted, and does not expire then")
  void beforeItsTimeItIsPosted() {
    at(DUE.minusNanos(1_000));

    assertThat(run(theirs, post())).isInstanceOf(Outcome.Executed.class);

    at(DUE);
    assertThat(reason(run(ours, LogFixture.withdraw("a", 1)))).isEqualTo(Reason.INSUFFICIENT_FUNDS);
    LogChecker.check(store);
  }

  @Test
  @DisplayName("G4: from its time on what was held can be spent, though nobody has swept")
  void atItsTimeTheMoneyIsFree() {
    at(DUE);

    assertThat(run(theirs, LogFixture.withdraw("a", 10))).isInstanceOf(Outcome.Executed.class);
    assertThat(LogChecker.check(store).events().stream().map(RecordedEvent::type))
        .endsWith("FundsHeld", "HoldExpired", "MoneyWithdrawn");
  }

  @Test
  @DisplayName(
      "G3: from its time on a transaction is neither posted nor voided, though nobody has swept")
  void atItsTimeItIsTooLate() {
    at(DUE);

    assertThat(reason(run(theirs, post()))).isEqualTo(Reason.TRANSACTION_EXPIRED);
    assertThat(reason(run(ours, new Command.VoidTransaction(CommandId.of("t"), Details.NONE))))
        .isEqualTo(Reason.TRANSACTION_EXPIRED);
    LogChecker.check(store);
  }

  private void at(Instant time) {
    store.pass(Duration.between(store.clock(), time));
  }

  private static Command post() {
    return new Command.PostTransaction(CommandId.of("t"), List.of(), Details.NONE);
  }

  private Outcome run(StateCache process, Command command) {
    return run(process, LogFixture.request(command));
  }

  private Outcome run(StateCache process, Request request) {
    var ticket = new Ticket(LedgerId.MAIN, new Work.Execute(request), 0, 0, _ -> {});
    var attempt = new Attempt(LedgerId.MAIN, store, process, new HashSet<>(), true);
    return Objects.requireNonNull(attempt.run(List.of(ticket)).outcomes().get(ticket));
  }

  private static Reason reason(Outcome outcome) {
    return ((Outcome.Refused) outcome).refusal().reason();
  }
}
