package chronicle.ledger.domain;

import static org.assertj.core.api.Assertions.assertThat;

import chronicle.ledger.domain.Account.Closed;
import chronicle.ledger.domain.Account.Open;
import chronicle.ledger.domain.Command.CloseAccount;
import chronicle.ledger.domain.Command.CreateAccount;
import chronicle.ledger.domain.Command.CreateTransaction;
import chronicle.ledger.domain.Command.Deposit;
import chronicle.ledger.domain.Command.FreezeAccount;
import chronicle.ledger.domain.Command.RegisterAsset;
import chronicle.ledger.domain.Command.ReopenAccount;
import chronicle.ledger.domain.Command.UnfreezeAccount;
import chronicle.ledger.domain.Command.UpdateAccount;
import chronicle.ledger.domain.Command.UpdateAccount.Field;
import chronicle.ledger.domain.Command.Withdraw;
import chronicle.ledger.domain.Decision.Accepted;
import chronicle.ledger.domain.Decision.Refused;
import chronicle.ledger.domain.Event.AccountUpdated;
import chronicle.ledger.domain.Event.Limits;
import chronicle.ledger.domain.Refusal.Reason;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class AccountLifeTest {
  private static final AccountId ALICE = AccountId.of("alice");

  private final BooksFixture books = BooksFixture.open();

  @Test
  void anAssetIsRegisteredOnceAndThenUsable() {
    books.given(new RegisterAsset("GOLD", 4, Details.NONE));

    books.given(new CreateAccount(ALICE, "GOLD", Limits.NONE, Details.NONE));

    assertThat(books.book().scales()).containsExactlyEntriesOf(Map.of("GOLD", 4));
    assertThat(reason(new RegisterAsset("GOLD", 4, Details.NONE)))
        .isEqualTo(Reason.ASSET_ALREADY_EXISTS);
    assertThat(reason(new RegisterAsset("EUR", 2, Details.NONE)))
        .isEqualTo(Reason.ASSET_ALREADY_EXISTS);
  }

  @Test
  void anUpdateSetsWhatItNamesAndLeavesTheRest() {
    given(100, new Limits(50, OptionalLong.of(1_000)));

    assertThat(event(update(Set.of(Field.BALANCE_MAX), Optional.empty(), Optional.of(usd(200)))))
        .isEqualTo(new AccountUpdated(new Limits(50, OptionalLong.of(200)), false, false));
    assertThat(event(update(Set.of(Field.BALANCE_MAX), Optional.empty(), Optional.empty())))
        .isEqualTo(new AccountUpdated(new Limits(50, OptionalLong.empty()), false, false));
    assertThat(
            event(
                update(
                    Set.of(Field.OVERDRAFT_LIMIT, Field.REFERENCE),
                    Optional.of(usd(7)),
                    Optional.empty())))
        .isEqualTo(new AccountUpdated(new Limits(7, OptionalLong.of(1_000)), true, false));
    assertThat(event(update(Set.of(Field.METADATA), Optional.empty(), Optional.empty())))
        .isEqualTo(new AccountUpdated(new Limits(50, OptionalLong.of(1_000)), false, true));
  }

  @Test
  void aLimitThatTheBalanceIsBeyondAlreadyIsRefused() {
    given(100, new Limits(50, OptionalLong.empty()));
    books.given(new Withdraw(ALICE, usd(140), Details.NONE));

    assertThat(reason(overdraft(usd(39)))).isEqualTo(Reason.LIMIT_EXCEEDED);
    assertThat(event(overdraft(usd(40))))
        .isEqualTo(new AccountUpdated(new Limits(40, OptionalLong.empty()), false, false));

    books.given(new Deposit(ALICE, usd(140), Details.NONE));

    assertThat(reason(max(usd(99)))).isEqualTo(Reason.LIMIT_EXCEEDED);
    assertThat(decide(max(usd(100)))).isInstanceOf(Accepted.class);
  }

  @Test
  @DisplayName("G4: what is held counts when a limit is lowered")
  void aLimitThatHoldsAreBeyondIsRefused() {
    given(100, new Limits(50, OptionalLong.empty()));
    var posting = new Movement(Optional.of(ALICE), Optional.empty(), usd(140));
    books.given(new CreateTransaction(List.of(posting), true, Optional.empty(), Details.NONE));

    assertThat(reason(overdraft(usd(39)))).isEqualTo(Reason.LIMIT_EXCEEDED);
    assertThat(decide(overdraft(usd(40)))).isInstanceOf(Accepted.class);
  }

  @Test
  void aLimitInAnotherCurrencyOrBeyond64BitsIsRefused() {
    given(100, Limits.NONE);

    assertThat(reason(overdraft(new Money("EUR", 1)))).isEqualTo(Reason.CURRENCY_MISMATCH);
    assertThat(reason(max(new Money("EUR", 1_000)))).isEqualTo(Reason.CURRENCY_MISMATCH);
    assertThat(reason(overdraft(usd(Long.MAX_VALUE)))).isEqualTo(Reason.AMOUNT_OVERFLOW);
  }

  @ParameterizedTest
  @EnumSource(
      value = Freeze.class,
      names = {"DEBITS", "CREDITS", "ALL"})
  void aFrozenAccountIsBarredFromJustThosePostings(Freeze freeze) {
    given(100, Limits.NONE);
    books.given(new FreezeAccount(ALICE, freeze, Details.NONE));

    var deposit = decide(new Deposit(ALICE, usd(1), Details.NONE));
    var withdrawal = decide(new Withdraw(ALICE, usd(1), Details.NONE));

    assertThat(isFrozen(deposit)).isEqualTo(freeze != Freeze.DEBITS);
    assertThat(isFrozen(withdrawal)).isEqualTo(freeze != Freeze.CREDITS);
    assertThat(books.open(ALICE).freeze()).isEqualTo(freeze);

    books.given(new UnfreezeAccount(ALICE, Details.NONE));

    assertThat(decide(new Deposit(ALICE, usd(1), Details.NONE))).isInstanceOf(Accepted.class);
    assertThat(decide(new Withdraw(ALICE, usd(1), Details.NONE))).isInstanceOf(Accepted.class);
    assertThat(reason(new UnfreezeAccount(ALICE, Details.NONE)))
        .isEqualTo(Reason.ACCOUNT_NOT_FROZEN);
  }

  @Test
  void anAccountIsClosedOnlyWhenEmptyAndNotFrozen() {
    given(100, new Limits(5, OptionalLong.empty()));

    assertThat(reason(close())).isEqualTo(Reason.ACCOUNT_NOT_EMPTY);

    books.given(new Withdraw(ALICE, usd(100), Details.NONE));
    books.given(new FreezeAccount(ALICE, Freeze.CREDITS, Details.NONE));

    assertThat(reason(close())).isEqualTo(Reason.ACCOUNT_FROZEN);

    books.given(new UnfreezeAccount(ALICE, Details.NONE), close());

    assertThat(books.account(ALICE))
        .isEqualTo(new Closed("USD", 6, new Limits(5, OptionalLong.empty())));
  }

  @Test
  void aClosedAccountTakesNothingUntilItIsReopened() {
    given(0, new Limits(5, OptionalLong.empty()));
    books.given(close());

    assertThat(reason(new Deposit(ALICE, usd(1), Details.NONE))).isEqualTo(Reason.ACCOUNT_CLOSED);
    assertThat(reason(new Withdraw(ALICE, usd(1), Details.NONE))).isEqualTo(Reason.ACCOUNT_CLOSED);
    assertThat(reason(overdraft(usd(1)))).isEqualTo(Reason.ACCOUNT_CLOSED);
    assertThat(reason(new FreezeAccount(ALICE, Freeze.ALL, Details.NONE)))
        .isEqualTo(Reason.ACCOUNT_CLOSED);
    assertThat(reason(new UnfreezeAccount(ALICE, Details.NONE))).isEqualTo(Reason.ACCOUNT_CLOSED);
    assertThat(reason(close())).isEqualTo(Reason.ACCOUNT_CLOSED);
    assertThat(reason(new CreateAccount(ALICE, "USD", Limits.NONE, Details.NONE)))
        .isEqualTo(Reason.ACCOUNT_ALREADY_EXISTS);

    books.given(new ReopenAccount(ALICE, Details.NONE));

    assertThat(books.account(ALICE))
        .isEqualTo(new Open("USD", 3, 0, 0, new Limits(5, OptionalLong.empty()), Freeze.NONE));
    assertThat(reason(new ReopenAccount(ALICE, Details.NONE))).isEqualTo(Reason.ACCOUNT_NOT_CLOSED);
  }

  @Test
  void everyChangeOfAnAccountAsksForItsVersion() {
    given(0, Limits.NONE);
    var expectingTwo = new Details("", Map.of(), Optional.empty(), OptionalLong.of(2));

    assertThat(reason(new FreezeAccount(ALICE, Freeze.ALL, expectingTwo)))
        .isEqualTo(Reason.VERSION_CONFLICT);
    assertThat(reason(new UnfreezeAccount(ALICE, expectingTwo))).isEqualTo(Reason.VERSION_CONFLICT);
    assertThat(reason(new CloseAccount(ALICE, expectingTwo))).isEqualTo(Reason.VERSION_CONFLICT);
    assertThat(reason(new ReopenAccount(ALICE, expectingTwo))).isEqualTo(Reason.VERSION_CONFLICT);
    assertThat(
            reason(
                new UpdateAccount(
                    ALICE,
                    Set.of(Field.METADATA),
                    Optional.empty(),
                    Optional.empty(),
                    expectingTwo)))
        .isEqualTo(Reason.VERSION_CONFLICT);
  }

  @Test
  void nothingCanBeDoneToAnAccountThatDoesNotExist() {
    assertThat(reason(overdraft(usd(1)))).isEqualTo(Reason.ACCOUNT_NOT_FOUND);
    assertThat(reason(new FreezeAccount(ALICE, Freeze.ALL, Details.NONE)))
        .isEqualTo(Reason.ACCOUNT_NOT_FOUND);
    assertThat(reason(new UnfreezeAccount(ALICE, Details.NONE)))
        .isEqualTo(Reason.ACCOUNT_NOT_FOUND);
    assertThat(reason(close())).isEqualTo(Reason.ACCOUNT_NOT_FOUND);
    assertThat(reason(new ReopenAccount(ALICE, Details.NONE))).isEqualTo(Reason.ACCOUNT_NOT_FOUND);
  }

  private void given(long posted, Limits limits) {
    books.given(new CreateAccount(ALICE, "USD", limits, Details.NONE));
    if (posted > 0) {
      books.given(new Deposit(ALICE, usd(posted), Details.NONE));
    }
  }

  private Decision decide(Command command) {
    return books.decide(command);
  }

  private Event event(Command command) {
    return ((Accepted) decide(command)).steps().getFirst().event();
  }

  private Reason reason(Command command) {
    return ((Refused) decide(command)).refusal().reason();
  }

  private static boolean isFrozen(Decision decision) {
    return decision instanceof Refused(var refusal) && refusal.reason() == Reason.ACCOUNT_FROZEN;
  }

  private static Command close() {
    return new CloseAccount(ALICE, Details.NONE);
  }

  private static Command overdraft(Money limit) {
    return update(Set.of(Field.OVERDRAFT_LIMIT), Optional.of(limit), Optional.empty());
  }

  private static Command max(Money limit) {
    return update(Set.of(Field.BALANCE_MAX), Optional.empty(), Optional.of(limit));
  }

  private static Command update(
      Set<Field> fields, Optional<Money> overdraftLimit, Optional<Money> balanceMax) {
    return new UpdateAccount(ALICE, fields, overdraftLimit, balanceMax, Details.NONE);
  }

  private static Money usd(long minor) {
    return new Money("USD", minor);
  }
}
