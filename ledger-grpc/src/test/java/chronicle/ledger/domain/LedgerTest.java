package chronicle.ledger.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import chronicle.ledger.domain.Command.CreateAccount;
import chronicle.ledger.domain.Command.CreateLedger;
import chronicle.ledger.domain.Command.Deposit;
import chronicle.ledger.domain.Command.Transfer;
import chronicle.ledger.domain.Command.Withdraw;
import chronicle.ledger.domain.Decision.Accepted;
import chronicle.ledger.domain.Decision.Refused;
import chronicle.ledger.domain.Event.AccountCreated;
import chronicle.ledger.domain.Event.LedgerCreated;
import chronicle.ledger.domain.Event.Limits;
import chronicle.ledger.domain.Event.MoneyDeposited;
import chronicle.ledger.domain.Event.MoneyTransferredIn;
import chronicle.ledger.domain.Event.MoneyTransferredOut;
import chronicle.ledger.domain.Event.MoneyWithdrawn;
import chronicle.ledger.domain.Refusal.Reason;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class LedgerTest {
  private static final Instant NOW = BooksFixture.NOW;
  private static final AccountId ALICE = AccountId.of("alice");
  private static final AccountId BOB = AccountId.of("bob");

  private final BooksFixture books = BooksFixture.open();

  @Test
  void aLedgerIsCreatedOnce() {
    var unopened = new BooksFixture();

    assertThat(events(unopened.decide(new CreateLedger(Details.NONE))))
        .containsExactly(new LedgerCreated("log-1"));
    assertThat(reason(decide(new CreateLedger(Details.NONE))))
        .isEqualTo(Reason.LEDGER_ALREADY_EXISTS);
    assertThat(reason(unopened.decide(deposit(ALICE, 1)))).isEqualTo(Reason.LEDGER_NOT_FOUND);
  }

  @Test
  void anAccountIsCreatedOnceAndInAKnownCurrency() {
    assertThat(events(decide(create(ALICE, "USD", 0))))
        .containsExactly(new AccountCreated("USD", Limits.NONE));
    assertThat(reason(decide(create(ALICE, "ZZZ", 0)))).isEqualTo(Reason.ASSET_UNKNOWN);

    books.given(create(ALICE, "USD", 0));

    assertThat(reason(decide(create(ALICE, "USD", 0)))).isEqualTo(Reason.ACCOUNT_ALREADY_EXISTS);
  }

  @Test
  void aDepositRaisesTheBalance() {
    books.given(create(ALICE, "USD", 0));

    assertThat(events(decide(deposit(ALICE, 100)))).containsExactly(new MoneyDeposited(usd(100)));

    books.given(deposit(ALICE, 100));

    assertThat(books.open(ALICE).postedMinor()).isEqualTo(100);
    assertThat(books.open(ALICE).version()).isEqualTo(2);
  }

  @Test
  @DisplayName("G4: all that is available can be withdrawn, and not one unit more")
  void aWithdrawalOfAllThatIsAvailableIsAcceptedAndOneUnitMoreRefused() {
    books.given(create(ALICE, "USD", 50), deposit(ALICE, 100));

    assertThat(events(decide(withdraw(ALICE, 150)))).containsExactly(new MoneyWithdrawn(usd(150)));
    assertThat(refusal(decide(withdraw(ALICE, 151))))
        .isEqualTo(
            new Refusal(
                Reason.INSUFFICIENT_FUNDS,
                "Account alice has 150 USD available, 151 were asked for.",
                Map.of("account", "alice", "available", "150", "requested", "151")));
  }

  @Test
  @DisplayName("G5: a transfer moves both sides or neither")
  void aTransferMovesBothSidesOrNeither() {
    books.given(create(ALICE, "USD", 0), create(BOB, "USD", 0), deposit(ALICE, 100));

    assertThat(events(decide(transfer(ALICE, BOB, 60))))
        .containsExactly(
            new MoneyTransferredOut(usd(60), BOB), new MoneyTransferredIn(usd(60), ALICE));
    assertThat(reason(decide(transfer(BOB, ALICE, 1)))).isEqualTo(Reason.INSUFFICIENT_FUNDS);
    assertThat(reason(decide(transfer(ALICE, AccountId.of("nobody"), 1))))
        .isEqualTo(Reason.ACCOUNT_NOT_FOUND);
  }

  @Test
  void aPostingInAnotherCurrencyIsRefused() {
    books.given(create(ALICE, "EUR", 0), create(BOB, "USD", 0), deposit(BOB, 5));

    assertThat(reason(decide(deposit(ALICE, 1)))).isEqualTo(Reason.CURRENCY_MISMATCH);
    assertThat(reason(decide(transfer(BOB, ALICE, 1)))).isEqualTo(Reason.CURRENCY_MISMATCH);
  }

  @Test
  void aBalanceNeverLeavesTheRangeOf64Bits() {
    books.given(create(ALICE, "USD", 10), deposit(ALICE, Long.MAX_VALUE - 10));

    assertThat(reason(decide(deposit(ALICE, 1)))).isEqualTo(Reason.AMOUNT_OVERFLOW);
    assertThat(decide(withdraw(ALICE, Long.MAX_VALUE))).isInstanceOf(Accepted.class);
  }

  @Test
  @DisplayName("G4: a credit above the highest balance is refused")
  void aCreditAboveTheHighestBalanceIsRefused() {
    books.given(
        new CreateAccount(ALICE, "USD", new Limits(0, OptionalLong.of(100)), Details.NONE),
        deposit(ALICE, 60));

    assertThat(decide(deposit(ALICE, 40))).isInstanceOf(Accepted.class);
    assertThat(reason(decide(deposit(ALICE, 41)))).isEqualTo(Reason.LIMIT_EXCEEDED);
  }

  @Test
  void anUnexpectedVersionIsRefused() {
    books.given(create(ALICE, "USD", 0));
    var expectingTwo = new Details("", Map.of(), Optional.empty(), OptionalLong.of(2));

    assertThat(refusal(decide(new Deposit(ALICE, usd(1), expectingTwo))).figures())
        .containsEntry("account_version", "1");

    books.given(deposit(ALICE, 1));

    assertThat(decide(new Deposit(ALICE, usd(1), expectingTwo))).isInstanceOf(Accepted.class);
  }

  @Test
  void anEffectiveTimeInThePastIsAcceptedAndOneInTheFutureRefused() {
    books.given(create(ALICE, "USD", 0));

    assertThat(decide(new Deposit(ALICE, usd(1), effective(NOW)))).isInstanceOf(Accepted.class);
    assertThat(reason(decide(new Deposit(ALICE, usd(1), effective(NOW.plusNanos(1_000))))))
        .isEqualTo(Reason.TIME_IN_FUTURE);
  }

  @Test
  void whatIsNotPositiveOrNotBetweenTwoAccountsCannotBeAsked() {
    assertThatIllegalArgumentException().isThrownBy(() -> deposit(ALICE, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> withdraw(ALICE, -1));
    assertThatIllegalArgumentException().isThrownBy(() -> transfer(ALICE, ALICE, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> create(ALICE, "usd", 0));
    assertThatIllegalArgumentException().isThrownBy(() -> create(ALICE, "USD", -1));
    assertThatIllegalArgumentException().isThrownBy(() -> AccountId.of(""));
    assertThatIllegalArgumentException().isThrownBy(() -> AccountId.of("~x"));
    assertThatIllegalArgumentException().isThrownBy(() -> AccountId.of("a".repeat(65)));
    assertThatIllegalArgumentException().isThrownBy(() -> CommandId.of("~x"));
    assertThatIllegalArgumentException().isThrownBy(() -> new LedgerId("a.b"));
  }

  private Decision decide(Command command) {
    return books.decide(command);
  }

  private static Refusal refusal(Decision decision) {
    return ((Refused) decision).refusal();
  }

  private static Reason reason(Decision decision) {
    return refusal(decision).reason();
  }

  private static List<Event> events(Decision decision) {
    return ((Accepted) decision).steps().stream().map(Decision.Step::event).toList();
  }

  private static Details effective(Instant time) {
    return new Details("", Map.of(), Optional.of(time), OptionalLong.empty());
  }

  private static CreateAccount create(AccountId account, String currency, long overdraftLimit) {
    return new CreateAccount(
        account, currency, new Limits(overdraftLimit, OptionalLong.empty()), Details.NONE);
  }

  private static Deposit deposit(AccountId account, long minor) {
    return new Deposit(account, usd(minor), Details.NONE);
  }

  private static Withdraw withdraw(AccountId account, long minor) {
    return new Withdraw(account, usd(minor), Details.NONE);
  }

  private static Transfer transfer(AccountId source, AccountId destination, long minor) {
    return new Transfer(source, destination, usd(minor), Details.NONE);
  }

  private static Money usd(long minor) {
    return new Money("USD", minor);
  }
}
