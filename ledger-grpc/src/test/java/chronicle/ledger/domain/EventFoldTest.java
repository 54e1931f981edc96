package chronicle.ledger.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import chronicle.ledger.domain.Event.AccountClosed;
import chronicle.ledger.domain.Event.AccountCreated;
import chronicle.ledger.domain.Event.AccountFrozen;
import chronicle.ledger.domain.Event.AccountReopened;
import chronicle.ledger.domain.Event.AccountUnfrozen;
import chronicle.ledger.domain.Event.AccountUpdated;
import chronicle.ledger.domain.Event.AssetRegistered;
import chronicle.ledger.domain.Event.FundsHeld;
import chronicle.ledger.domain.Event.HoldExpired;
import chronicle.ledger.domain.Event.HoldPosted;
import chronicle.ledger.domain.Event.HoldVoided;
import chronicle.ledger.domain.Event.LedgerCreated;
import chronicle.ledger.domain.Event.Limits;
import chronicle.ledger.domain.Event.MoneyDeposited;
import chronicle.ledger.domain.Event.MoneyTransferredIn;
import chronicle.ledger.domain.Event.MoneyTransferredOut;
import chronicle.ledger.domain.Event.MoneyWithdrawn;
import chronicle.ledger.domain.Event.TransactionEvent;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Which events can follow which state; any other is a broken invariant, and folded nowhere. */
final class EventFoldTest {
  private static final Money ONE = new Money("USD", 1);
  private static final AccountId BOB = AccountId.of("bob");
  private static final Instant TIME = BooksFixture.NOW;
  private static final Movement MOVEMENT =
      new Movement(Optional.of(AccountId.of("alice")), Optional.of(BOB), ONE);

  private static final List<Event> EVENTS =
      List.of(
          new LedgerCreated("log-1"),
          new AssetRegistered("GOLD", 4),
          new AccountCreated("USD", Limits.NONE),
          new AccountUpdated(Limits.NONE, false, false),
          new AccountFrozen(Freeze.ALL),
          new AccountUnfrozen(),
          new AccountClosed(),
          new AccountReopened(),
          new MoneyDeposited(ONE),
          new MoneyWithdrawn(ONE),
          new MoneyTransferredOut(ONE, BOB),
          new MoneyTransferredIn(ONE, BOB),
          new FundsHeld(ONE, Optional.of(BOB), Optional.empty(), 0),
          new HoldPosted(ONE, ONE, Optional.of(BOB), 0),
          new HoldVoided(ONE, 0),
          new HoldExpired(ONE, 0));

  private static final Map<Account, Set<Class<? extends Event>>> ACCOUNTS =
      Map.of(
          Account.UNOPENED,
          Set.of(AccountCreated.class),
          new Account.Open("USD", 1, 5, 2, Limits.NONE, Freeze.NONE),
          Set.of(
              AccountUpdated.class,
              AccountFrozen.class,
              AccountUnfrozen.class,
              MoneyDeposited.class,
              MoneyWithdrawn.class,
              MoneyTransferredOut.class,
              MoneyTransferredIn.class,
              FundsHeld.class,
              HoldPosted.class,
              HoldVoided.class,
              HoldExpired.class),
          new Account.Open("USD", 1, 0, 0, Limits.NONE, Freeze.NONE),
          Set.of(
              AccountUpdated.class,
              AccountFrozen.class,
              AccountUnfrozen.class,
              AccountClosed.class,
              MoneyDeposited.class,
              MoneyTransferredIn.class),
          new Account.Open("USD", 1, 0, 0, Limits.NONE, Freeze.DEBITS),
          Set.of(
              AccountUpdated.class,
              AccountFrozen.class,
              AccountUnfrozen.class,
              MoneyDeposited.class,
              MoneyTransferredIn.class),
          new Account.Open("EUR", 1, 5, 2, Limits.NONE, Freeze.NONE),
          Set.of(AccountUpdated.class, AccountFrozen.class, AccountUnfrozen.class),
          new Account.Closed("USD", 2, Limits.NONE),
          Set.of(AccountReopened.class));

  private static final Map<Transaction, Set<Class<? extends Event>>> TRANSACTIONS =
      Map.of(
          Transaction.UNKNOWN,
          Set.of(
              MoneyDeposited.class,
              MoneyWithdrawn.class,
              MoneyTransferredOut.class,
              FundsHeld.class),
          new Transaction.Pending(List.of(MOVEMENT), Optional.empty()),
          Set.of(FundsHeld.class, HoldPosted.class, HoldVoided.class, HoldExpired.class),
          new Transaction.Posted(List.of(MOVEMENT), true, TIME, Optional.empty()),
          Set.of(
              MoneyDeposited.class,
              MoneyWithdrawn.class,
              MoneyTransferredOut.class,
              MoneyTransferredIn.class,
              HoldPosted.class,
              HoldVoided.class),
          new Transaction.Voided(),
          Set.of(HoldVoided.class, HoldPosted.class),
          new Transaction.Expired(),
          Set.of(HoldExpired.class));

  static Stream<Account> accounts() {
    return ACCOUNTS.keySet().stream();
  }

  static Stream<Transaction> transactions() {
    return TRANSACTIONS.keySet().stream();
  }

  @ParameterizedTest
  @MethodSource("accounts")
  @DisplayName("G4: an account's state follows from events that can follow it, and from no others")
  void accountsTakeJustTheseEvents(Account account) {
    for (Event event : EVENTS) {
      Throwable thrown = catchThrowable(() -> account.evolve(event));
      assertThat(thrown == null)
          .as("%s after %s", event, account)
          .isEqualTo(ACCOUNTS.getOrDefault(account, Set.of()).contains(event.getClass()));
      if (thrown == null) {
        assertThat(account.evolve(event).version()).isEqualTo(account.version() + 1);
      } else {
        assertThat(thrown).isInstanceOf(IllegalStateException.class);
      }
    }
  }

  @ParameterizedTest
  @MethodSource("transactions")
  @DisplayName(
      "G5: a transaction's state follows from events that can follow it, and from no others")
  void transactionsTakeJustTheseEvents(Transaction transaction) {
    for (Event event : EVENTS) {
      if (event instanceof TransactionEvent part) {
        Throwable thrown =
            catchThrowable(() -> transaction.evolve(AccountId.of("alice"), part, TIME));
        assertThat(thrown == null)
            .as("%s after %s", event, transaction)
            .isEqualTo(TRANSACTIONS.getOrDefault(transaction, Set.of()).contains(event.getClass()));
      }
    }
  }

  @Test
  void theBookTakesEventsOfTheLedgerAlone() {
    for (Event event : EVENTS) {
      boolean isTaken = catchThrowable(() -> Book.UNOPENED.evolve(event)) == null;
      assertThat(isTaken).as("%s", event).isEqualTo(event instanceof Event.LedgerEvent);
    }
  }

  @Test
  void aTransactionIsReversedOnce() {
    var posted = new Transaction.Posted(List.of(MOVEMENT), false, TIME, Optional.empty());
    var reversed = posted.reversed(CommandId.of("r"));

    assertThat(reversed.reversedBy()).contains(CommandId.of("r"));
    assertThat(catchThrowable(() -> reversed.reversed(CommandId.of("again"))))
        .isInstanceOf(IllegalStateException.class);
  }
}
