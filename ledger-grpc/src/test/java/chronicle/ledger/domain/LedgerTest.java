package chronicle.ledger.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import chronicle.ledger.domain.Command.CreateAccount;
import chronicle.ledger.domain.Command.CreateLedger;
import chronicle.ledger.domain.Command.Deposit;
import chronicle.ledger.domain.Command.Transfer;
import chronicle.ledger.domain.Command.Withdraw;
import chronicle.ledger.domain.Decision.Accepted;
import chronicle.ledger.domain.Decision.Posting;
import chronicle.ledger.domain.Decision.Refused;
import chronicle.ledger.domain.Event.AccountCreated;
import chronicle.ledger.domain.Event.LedgerCreated;
import chronicle.ledger.domain.Event.MoneyDeposited;
import chronicle.ledger.domain.Event.MoneyTransferredIn;
import chronicle.ledger.domain.Event.MoneyTransferredOut;
import chronicle.ledger.domain.Event.MoneyWithdrawn;
import chronicle.ledger.domain.Refusal.Reason;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

final class LedgerTest {
  private static final Instant NOW = Instant.parse("2026-11-23T12:00:00Z");
  private static final AccountId ALICE = AccountId.of("alice");
  private static final AccountId BOB = AccountId.of("bob");

  private final Fold books = new Fold();

  @Test
  void aLedgerIsCreatedOnce() {
    var unopened = new Fold();
    unopened.book = Book.UNOPENED;

    assertThat(decide(unopened, new CreateLedger(Details.NONE)))
        .isEqualTo(accepted(AccountId.LEDGER, new LedgerCreated("log-1")));
    assertThat(reason(decide(books, new CreateLedger(Details.NONE))))
        .isEqualTo(Reason.LEDGER_ALREADY_EXISTS);
    assertThat(reason(decide(unopened, deposit(ALICE, 1)))).isEqualTo(Reason.LEDGER_NOT_FOUND);
  }

  @Test
  void anAccountIsCreatedOnceAndInAKnownCurrency() {
    assertThat(decide(create(ALICE, "USD", 0)))
        .isEqualTo(accepted(ALICE, new AccountCreated("USD", 0, OptionalLong.empty())));
    assertThat(reason(decide(create(ALICE, "ZZZ", 0)))).isEqualTo(Reason.ASSET_UNKNOWN);

    books.given(create(ALICE, "USD", 0));

    assertThat(reason(decide(create(ALICE, "USD", 0)))).isEqualTo(Reason.ACCOUNT_ALREADY_EXISTS);
  }

  @Test
  void aDepositRaisesTheBalance() {
    books.given(create(ALICE, "USD", 0));

    assertThat(decide(deposit(ALICE, 100)))
        .isEqualTo(accepted(ALICE, new MoneyDeposited(usd(100))));

    books.given(deposit(ALICE, 100));

    assertThat(books.open(ALICE).postedMinor()).isEqualTo(100);
    assertThat(books.open(ALICE).version()).isEqualTo(2);
  }

  @Test
  void aWithdrawalOfAllThatIsAvailableIsAcceptedAndOneUnitMoreRefused() {
    books.given(create(ALICE, "USD", 50), deposit(ALICE, 100));

    assertThat(decide(withdraw(ALICE, 150)))
        .isEqualTo(accepted(ALICE, new MoneyWithdrawn(usd(150))));
    assertThat(refusal(decide(withdraw(ALICE, 151))))
        .isEqualTo(
            new Refusal(
                Reason.INSUFFICIENT_FUNDS,
                "Account alice has 150 USD available, 151 were asked for.",
                Map.of("account", "alice", "available", "150", "requested", "151")));
  }

  @Test
  void aTransferMovesBothSidesOrNeither() {
    books.given(create(ALICE, "USD", 0), create(BOB, "USD", 0), deposit(ALICE, 100));

    assertThat(decide(transfer(ALICE, BOB, 60)))
        .isEqualTo(
            new Accepted(
                java.util.List.of(
                    new Posting(ALICE, new MoneyTransferredOut(usd(60), BOB)),
                    new Posting(BOB, new MoneyTransferredIn(usd(60), ALICE)))));
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
  void aCreditAboveTheHighestBalanceIsRefused() {
    books.given(
        new CreateAccount(ALICE, "USD", 0, OptionalLong.of(100), Details.NONE), deposit(ALICE, 60));

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
    return decide(books, command);
  }

  private static Decision decide(Books books, Command command) {
    return Ledger.decide(books, command, NOW, "log-1");
  }

  private static Refusal refusal(Decision decision) {
    return ((Refused) decision).refusal();
  }

  private static Reason reason(Decision decision) {
    return refusal(decision).reason();
  }

  private static Decision accepted(AccountId account, Event event) {
    return new Accepted(java.util.List.of(new Posting(account, event)));
  }

  private static Details effective(Instant time) {
    return new Details("", Map.of(), Optional.of(time), OptionalLong.empty());
  }

  private static CreateAccount create(AccountId account, String currency, long overdraftLimit) {
    return new CreateAccount(account, currency, overdraftLimit, OptionalLong.empty(), Details.NONE);
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

  /** The books that commands lead to, each of which must be accepted. */
  private static final class Fold implements Books {
    private final Map<AccountId, Account> accounts = new HashMap<>();
    private Book book = Book.UNOPENED.evolve(new LedgerCreated("log-1"));

    @Override
    public Book book() {
      return book;
    }

    @Override
    public Account account(AccountId id) {
      return accounts.getOrDefault(id, Account.UNOPENED);
    }

    void given(Command... commands) {
      for (Command command : commands) {
        for (Posting posting : ((Accepted) decide(this, command)).postings()) {
          accounts.put(posting.account(), account(posting.account()).evolve(posting.event()));
        }
      }
    }

    Account.Open open(AccountId id) {
      return (Account.Open) account(id);
    }
  }
}
