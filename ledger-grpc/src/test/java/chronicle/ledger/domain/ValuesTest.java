package chronicle.ledger.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import chronicle.ledger.domain.Command.CreateTransaction;
import chronicle.ledger.domain.Command.FreezeAccount;
import chronicle.ledger.domain.Command.RegisterAsset;
import chronicle.ledger.domain.Command.UpdateAccount;
import chronicle.ledger.domain.Command.UpdateAccount.Field;
import chronicle.ledger.domain.Command.Withdraw;
import chronicle.ledger.domain.Event.Limits;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What can be built and what can't. */
final class ValuesTest {
  private static final AccountId ALICE = AccountId.of("alice");
  private static final AccountId BOB = AccountId.of("bob");
  private static final Money ONE = new Money("USD", 1);

  @ParameterizedTest
  @ValueSource(strings = {"a", "z", "A", "Z", "0", "9", "a.b_c-d", "0azAZ9"})
  void wellFormedIds(String id) {
    assertThat(AccountId.of(id)).hasToString(id);
    assertThat(CommandId.of(id)).hasToString(id);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"", ".a", "-a", "_a", "`", "{", "@", "[", "/", ":", "a/", "a:", "a b", "é"})
  void malformedIds(String id) {
    assertThatIllegalArgumentException().isThrownBy(() -> AccountId.of(id));
    assertThatIllegalArgumentException().isThrownBy(() -> CommandId.of(id));
    assertThatIllegalArgumentException().isThrownBy(() -> new LedgerId(id));
  }

  @Test
  void idsHave64CharactersAtMost() {
    assertThat(new LedgerId("a".repeat(64))).hasToString("a".repeat(64));
    assertThatIllegalArgumentException().isThrownBy(() -> new LedgerId("a".repeat(65)));
    assertThatIllegalArgumentException().isThrownBy(() -> new LedgerId("a.b"));
  }

  @Test
  void theLedgersOwnCommandsHaveIdsThatNoClientCanUse() {
    for (String own : List.of("~a", "~~a", "~" + "a".repeat(64))) {
      assertThat(new CommandId(own)).hasToString(own);
      assertThatIllegalArgumentException().isThrownBy(() -> CommandId.of(own));
    }
    assertThatIllegalArgumentException().isThrownBy(() -> new CommandId("~~~a"));
    assertThatIllegalArgumentException().isThrownBy(() -> new CommandId("~"));
  }

  @Test
  void theLedgerItselfIsAnAccountThatNoClientCanName() {
    assertThat(AccountId.LEDGER.isLedger()).isTrue();
    assertThat(ALICE.isLedger()).isFalse();
    assertThat(new AccountId("")).isEqualTo(AccountId.LEDGER);
    assertThatIllegalArgumentException().isThrownBy(() -> new AccountId("~"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"USD", "AZZ", "ZAA", "A09", "A1B2C3D4E5F6"})
  void wellFormedCurrencies(String code) {
    assertThat(new Money(code, -5)).hasToString("-5 " + code);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "US",
        "usd",
        "1AB",
        "@AB",
        "[AB",
        "A@B",
        "A[B",
        "A/B",
        "A:B",
        "AéB",
        "ABCDEFGHIJKLM"
      })
  void malformedCurrencies(String code) {
    assertThatIllegalArgumentException().isThrownBy(() -> new Money(code, 1));
  }

  @Test
  void currenciesOfIso4217AreKnownAndThoseWithoutMinorUnitsAreNot() {
    assertThat(Assets.isIso4217("EUR")).isTrue();
    assertThat(Assets.isIso4217("XXX")).isFalse();
    assertThat(Book.UNOPENED.knows("GOLD")).isFalse();
    assertThat(Book.UNOPENED.isOpen()).isFalse();
  }

  @Test
  void limitsAreNotNegative() {
    assertThatCode(() -> new Limits(0, OptionalLong.of(0))).doesNotThrowAnyException();
    assertThatIllegalArgumentException().isThrownBy(() -> new Limits(-1, OptionalLong.empty()));
    assertThatIllegalArgumentException().isThrownBy(() -> new Limits(0, OptionalLong.of(-1)));
    assertThatCode(() -> update(Optional.of(new Money("USD", 0)), Optional.empty()))
        .doesNotThrowAnyException();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> update(Optional.of(new Money("USD", -1)), Optional.empty()));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> update(Optional.empty(), Optional.of(new Money("USD", -1))));
  }

  @Test
  void whatChangesNothingCannotBeAsked() {
    assertThatIllegalArgumentException()
        .isThrownBy(() ->
            new UpdateAccount(ALICE, Set.of(), Optional.empty(), Optional.empty(), Details.NONE));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new FreezeAccount(ALICE, Freeze.NONE, Details.NONE));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Withdraw(ALICE, new Money("USD", 0), Details.NONE));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Command.Transfer(ALICE, BOB, new Money("USD", 0), Details.NONE));
  }

  @Test
  void scalesAreZeroTo18() {
    assertThatCode(() -> new RegisterAsset("GOLD", 0, Details.NONE)).doesNotThrowAnyException();
    assertThatCode(() -> new RegisterAsset("GOLD", 18, Details.NONE)).doesNotThrowAnyException();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RegisterAsset("GOLD", -1, Details.NONE));
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new RegisterAsset("GOLD", 19, Details.NONE));
  }

  @Test
  void aTransactionHas500PostingsAtMost() {
    var posting = new Movement(Optional.of(ALICE), Optional.of(BOB), ONE);
    assertThatCode(() -> transaction(Collections.nCopies(500, posting))).doesNotThrowAnyException();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> transaction(Collections.nCopies(501, posting)));
  }

  @Test
  void aCommandNamesTheAccountsWhoseStateDecides() {
    var postings =
        List.of(
            new Movement(Optional.of(ALICE), Optional.of(BOB), ONE),
            new Movement(Optional.empty(), Optional.of(ALICE), ONE));

    assertThat(transaction(postings).accounts()).containsExactly(ALICE, BOB, ALICE);
    assertThat(new RegisterAsset("GOLD", 0, Details.NONE).accounts()).isEmpty();
    assertThat(new Command.Transfer(ALICE, BOB, ONE, Details.NONE).accounts())
        .containsExactly(ALICE, BOB);
    assertThat(new Command.Deposit(ALICE, ONE, Details.NONE).accounts()).containsExactly(ALICE);
    assertThat(new Withdraw(BOB, ONE, Details.NONE).accounts()).containsExactly(BOB);
    assertThat(new Command.CloseAccount(BOB, Details.NONE).accounts()).containsExactly(BOB);
    assertThat(new Command.CreateAccount(BOB, "USD", Limits.NONE, Details.NONE).accounts())
        .containsExactly(BOB);
    assertThat(new Command.VoidTransaction(CommandId.of("t"), Details.NONE).accounts()).isEmpty();
  }

  @Test
  void aRefusalTakesMoreFigures() {
    var refusal = new Refusal(Refusal.Reason.ACCOUNT_CLOSED, "No.", Map.of("account", "alice"));

    assertThat(refusal.with("command_index", "3").figures())
        .isEqualTo(Map.of("account", "alice", "command_index", "3"));
  }

  private static Command transaction(List<Movement> postings) {
    return new CreateTransaction(postings, false, Optional.empty(), Details.NONE);
  }

  private static Command update(Optional<Money> overdraftLimit, Optional<Money> balanceMax) {
    return new UpdateAccount(
        ALICE, Set.of(Field.OVERDRAFT_LIMIT), overdraftLimit, balanceMax, Details.NONE);
  }
}
