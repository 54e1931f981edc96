package chronicle.ledger.domain;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import chronicle.ledger.domain.Command.CloseAccount;
import chronicle.ledger.domain.Command.CreateAccount;
import chronicle.ledger.domain.Command.CreateTransaction;
import chronicle.ledger.domain.Command.Deposit;
import chronicle.ledger.domain.Command.FreezeAccount;
import chronicle.ledger.domain.Command.PostTransaction;
import chronicle.ledger.domain.Command.ReverseTransaction;
import chronicle.ledger.domain.Command.VoidTransaction;
import chronicle.ledger.domain.Command.Withdraw;
import chronicle.ledger.domain.Decision.Accepted;
import chronicle.ledger.domain.Decision.Refused;
import chronicle.ledger.domain.Decision.Step;
import chronicle.ledger.domain.Event.HoldExpired;
import chronicle.ledger.domain.Event.HoldPosted;
import chronicle.ledger.domain.Event.HoldVoided;
import chronicle.ledger.domain.Event.Limits;
import chronicle.ledger.domain.Event.MoneyDeposited;
import chronicle.ledger.domain.Event.MoneyTransferredIn;
import chronicle.ledger.domain.Event.MoneyTransferredOut;
import chronicle.ledger.domain.Event.MoneyWithdrawn;
import chronicle.ledger.domain.Refusal.Reason;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class TransactionTest {
  private static final Instant NOW = BooksFixture.NOW;
  private static final Instant LATER = NOW.plusSeconds(60);
  private static final String ALICE = "alice";
  private static final String BOB = "bob";
  private static final String CAROL = "carol";
  private static final String OUTSIDE = "";

  private final BooksFixture books = BooksFixture.open();

  @BeforeEach
  void openAccounts() {
    for (String name : List.of(ALICE, BOB, CAROL)) {
      books.given(new CreateAccount(AccountId.of(name), "USD", Limits.NONE, Details.NONE));
    }
    books.given(new Deposit(AccountId.of(ALICE), usd(100), Details.NONE));
  }

  @Test
  @DisplayName("G5: postings apply in order, each seeing what the ones before it did")
  void moneyMayGoOnWithinOneTransaction() {
    assertThat(
            events(
                transaction(
                    from(ALICE, BOB, 60),
                    from(BOB, CAROL, 60),
                    from(CAROL, OUTSIDE, 10),
                    from(OUTSIDE, ALICE, 5))))
        .containsExactly(
            new MoneyTransferredOut(usd(60), AccountId.of(BOB)),
            new MoneyTransferredIn(usd(60), AccountId.of(ALICE)),
            new MoneyTransferredOut(usd(60), AccountId.of(CAROL)),
            new MoneyTransferredIn(usd(60), AccountId.of(BOB)),
            new MoneyWithdrawn(usd(10)),
            new MoneyDeposited(usd(5)));
  }

  @Test
  @DisplayName("G4 G5: a limit that does not hold after one posting refuses them all")
  void oneRefusedPostingRefusesAll() {
    assertThat(reason(transaction(from(BOB, CAROL, 1), from(ALICE, BOB, 60))))
        .isEqualTo(Reason.INSUFFICIENT_FUNDS);
    assertThat(reason(transaction(from(ALICE, BOB, 60), from(ALICE, CAROL, 41))))
        .isEqualTo(Reason.INSUFFICIENT_FUNDS);
  }

  @Test
  @DisplayName("G4: what a pending transaction holds can't be spent")
  void aPendingTransactionHoldsItsMoney() {
    books.given("t", pending(from(ALICE, BOB, 30), from(ALICE, OUTSIDE, 20)));

    assertThat(books.open(AccountId.of(ALICE)).heldMinor()).isEqualTo(50);
    assertThat(books.open(AccountId.of(ALICE)).availableMinor()).isEqualTo(50);
    assertThat(books.open(AccountId.of(ALICE)).postedMinor()).isEqualTo(100);
    assertThat(books.open(AccountId.of(BOB)).postedMinor()).isZero();
    assertThat(reason(new Withdraw(AccountId.of(ALICE), usd(51), Details.NONE)))
        .isEqualTo(Reason.INSUFFICIENT_FUNDS);
    assertThat(reason(pending(from(ALICE, BOB, 51)))).isEqualTo(Reason.INSUFFICIENT_FUNDS);
  }

  @Test
  void aPendingTransactionNeedsDestinationsThatCanGetItsMoney() {
    books.given(
        new CreateAccount(AccountId.of("euros"), "EUR", Limits.NONE, Details.NONE),
        new CloseAccount(AccountId.of(CAROL), Details.NONE));

    assertThat(reason(pending(from(ALICE, "nobody", 1)))).isEqualTo(Reason.ACCOUNT_NOT_FOUND);
    assertThat(reason(pending(from(ALICE, "euros", 1)))).isEqualTo(Reason.CURRENCY_MISMATCH);
    assertThat(reason(pending(from(ALICE, CAROL, 1)))).isEqualTo(Reason.ACCOUNT_CLOSED);
  }

  @Test
  void postingMovesAllThatIsHeld() {
    books.given("t", pending(from(ALICE, BOB, 30), from(ALICE, OUTSIDE, 20)));

    assertThat(events(post()))
        .containsExactly(
            new HoldPosted(usd(30), usd(30), Optional.of(AccountId.of(BOB)), 0),
            new MoneyTransferredIn(usd(30), AccountId.of(ALICE)),
            new HoldPosted(usd(20), usd(20), Optional.empty(), 1));

    books.given(post());

    assertThat(books.open(AccountId.of(ALICE)).postedMinor()).isEqualTo(50);
    assertThat(books.open(AccountId.of(ALICE)).heldMinor()).isZero();
    assertThat(reason(post())).isEqualTo(Reason.TRANSACTION_ALREADY_POSTED);
    assertThat(reason(release())).isEqualTo(Reason.TRANSACTION_ALREADY_POSTED);
  }

  @Test
  void postingInPartReleasesTheRest() {
    books.given(
        "t", pending(from(ALICE, BOB, 30), from(ALICE, OUTSIDE, 20), from(ALICE, CAROL, 7)));

    assertThat(events(post(0, 5, 7)))
        .containsExactly(
            new HoldVoided(usd(30), 0),
            new HoldPosted(usd(5), usd(20), Optional.empty(), 1),
            new HoldPosted(usd(7), usd(7), Optional.of(AccountId.of(CAROL)), 2),
            new MoneyTransferredIn(usd(7), AccountId.of(ALICE)));

    books.given(post(0, 5, 7));

    assertThat(books.open(AccountId.of(ALICE)).postedMinor()).isEqualTo(88);
    assertThat(books.open(AccountId.of(ALICE)).availableMinor()).isEqualTo(88);
    assertThat(reason(post())).isEqualTo(Reason.TRANSACTION_ALREADY_POSTED);
  }

  @Test
  void whatIsToBePostedMustBePending() {
    books.given("t", pending(from(ALICE, BOB, 30)));

    assertThat(reason(post(31))).isEqualTo(Reason.POST_AMOUNT_EXCEEDS_PENDING);
    assertThat(reason(post(1, 1))).isEqualTo(Reason.AMOUNTS_MISMATCH);
    assertThat(
            reason(
                new PostTransaction(CommandId.of("t"), List.of(new Money("EUR", 1)), Details.NONE)))
        .isEqualTo(Reason.CURRENCY_MISMATCH);

    books.given("deposit", new Deposit(AccountId.of(ALICE), usd(1), Details.NONE));

    assertThat(reason(new PostTransaction(CommandId.of("deposit"), List.of(), Details.NONE)))
        .isEqualTo(Reason.TRANSACTION_NOT_PENDING);
    assertThat(reason(new VoidTransaction(CommandId.of("deposit"), Details.NONE)))
        .isEqualTo(Reason.TRANSACTION_NOT_PENDING);
    assertThat(reason(new PostTransaction(CommandId.of("unheard"), List.of(), Details.NONE)))
        .isEqualTo(Reason.TRANSACTION_NOT_FOUND);
  }

  @Test
  void voidingReleasesEverythingOnce() {
    books.given("t", pending(from(ALICE, BOB, 30), from(ALICE, OUTSIDE, 20)));

    assertThat(events(release()))
        .containsExactly(new HoldVoided(usd(30), 0), new HoldVoided(usd(20), 1));

    books.given(release());

    assertThat(books.open(AccountId.of(ALICE)).availableMinor()).isEqualTo(100);
    assertThat(reason(release())).isEqualTo(Reason.TRANSACTION_ALREADY_VOIDED);
    assertThat(reason(post())).isEqualTo(Reason.TRANSACTION_ALREADY_VOIDED);
    assertThat(reason(reverse("t"))).isEqualTo(Reason.TRANSACTION_ALREADY_VOIDED);
  }

  @Test
  void aTransactionCanBePostedUntilItsTimeIsUpAndNotAfter() {
    books.given("t", until(LATER, from(ALICE, BOB, 30)));

    assertThat(books.decide(post(), LATER.minusNanos(1_000))).isInstanceOf(Accepted.class);
    assertThat(reason(books.decide(post(), LATER))).isEqualTo(Reason.TRANSACTION_EXPIRED);
    assertThat(reason(books.decide(release(), LATER))).isEqualTo(Reason.TRANSACTION_EXPIRED);
    assertThat(reason(until(NOW, from(ALICE, BOB, 30)))).isEqualTo(Reason.TRANSACTION_EXPIRED);
  }

  @Test
  void anExpiredTransactionHasReleasedEverything() {
    books.given("t", until(LATER, from(ALICE, BOB, 30), from(ALICE, OUTSIDE, 20)));

    assertThat(Ledger.expire(books, CommandId.of("t")).steps().stream().map(Step::event))
        .containsExactly(new HoldExpired(usd(30), 0), new HoldExpired(usd(20), 1));

    books.expired("t");

    assertThat(books.open(AccountId.of(ALICE)).heldMinor()).isZero();
    assertThat(reason(post())).isEqualTo(Reason.TRANSACTION_EXPIRED);
    assertThat(reason(reverse("t"))).isEqualTo(Reason.TRANSACTION_EXPIRED);
    assertThatIllegalStateException().isThrownBy(() -> books.expired("t"));
  }

  @Test
  void frozenAccountsKeepWhatIsHeldAndMayReleaseIt() {
    books.given("t", pending(from(ALICE, BOB, 30)));
    books.given(new FreezeAccount(AccountId.of(ALICE), Freeze.DEBITS, Details.NONE));

    assertThat(reason(post())).isEqualTo(Reason.ACCOUNT_FROZEN);
    assertThat(reason(pending(from(ALICE, BOB, 1)))).isEqualTo(Reason.ACCOUNT_FROZEN);
    assertThat(books.decide(release())).isInstanceOf(Accepted.class);
  }

  @Test
  void theDestinationMustBeAbleToTakeWhatIsPosted() {
    books.given("t", pending(from(ALICE, BOB, 30)));
    books.given(new CloseAccount(AccountId.of(BOB), Details.NONE));

    assertThat(reason(post())).isEqualTo(Reason.ACCOUNT_CLOSED);
  }

  @Test
  void anAccountWithHoldsIsNotEmpty() {
    books.given(new Withdraw(AccountId.of(ALICE), usd(100), Details.NONE));
    books.given(
        new CreateAccount(
            AccountId.of("credit"), "USD", new Limits(50, OptionalLong.empty()), Details.NONE));
    books.given("t", pending(from("credit", BOB, 30)));

    assertThat(reason(new CloseAccount(AccountId.of("credit"), Details.NONE)))
        .isEqualTo(Reason.ACCOUNT_NOT_EMPTY);
  }

  @Test
  void aReversalMovesEverythingBackTheLastPostingFirst() {
    books.given("t", transaction(from(ALICE, BOB, 60), from(BOB, CAROL, 60)));

    assertThat(events(reverse("t")))
        .containsExactly(
            new MoneyTransferredOut(usd(60), AccountId.of(BOB)),
            new MoneyTransferredIn(usd(60), AccountId.of(CAROL)),
            new MoneyTransferredOut(usd(60), AccountId.of(ALICE)),
            new MoneyTransferredIn(usd(60), AccountId.of(BOB)));

    books.given("r", reverse("t"));

    assertThat(books.open(AccountId.of(ALICE)).postedMinor()).isEqualTo(100);
    assertThat(refusal(books.decide(reverse("t"))))
        .isEqualTo(
            new Refusal(
                Reason.TRANSACTION_ALREADY_REVERSED,
                "Transaction t was reversed before.",
                Map.of("transaction", "t", "reversed_by", "r")));
  }

  @Test
  void aReversalCanItselfBeReversed() {
    books.given("t", transaction(from(ALICE, BOB, 60)));
    books.given("r", reverse("t"));
    books.given("rr", reverse("r"));

    assertThat(books.open(AccountId.of(BOB)).postedMinor()).isEqualTo(60);
    assertThat(reason(reverse("t"))).isEqualTo(Reason.TRANSACTION_ALREADY_REVERSED);
  }

  @Test
  void depositsWithdrawalsAndPostedHoldsAreReversedToo() {
    books.given("in", new Deposit(AccountId.of(BOB), usd(5), Details.NONE));
    books.given("out", new Withdraw(AccountId.of(ALICE), usd(5), Details.NONE));
    books.given("t", pending(from(ALICE, BOB, 30), from(ALICE, OUTSIDE, 20)));
    books.given(post(10, 20));

    assertThat(events(reverse("in"))).containsExactly(new MoneyWithdrawn(usd(5)));
    assertThat(events(reverse("out"))).containsExactly(new MoneyDeposited(usd(5)));
    assertThat(events(reverse("t")))
        .containsExactly(
            new MoneyDeposited(usd(20)),
            new MoneyTransferredOut(usd(10), AccountId.of(ALICE)),
            new MoneyTransferredIn(usd(10), AccountId.of(BOB)));
  }

  @Test
  @DisplayName("G4: money that has been spent can't be reversed")
  void aReversalKeepsToLimits() {
    books.given("t", transaction(from(ALICE, BOB, 60)));
    books.given(new Withdraw(AccountId.of(BOB), usd(1), Details.NONE));

    assertThat(reason(reverse("t"))).isEqualTo(Reason.INSUFFICIENT_FUNDS);
  }

  @Test
  void whatIsPendingOrUnheardOfCannotBeReversed() {
    books.given("t", pending(from(ALICE, BOB, 30)));

    assertThat(reason(reverse("t"))).isEqualTo(Reason.TRANSACTION_NOT_POSTED);
    assertThat(reason(reverse("unheard"))).isEqualTo(Reason.TRANSACTION_NOT_FOUND);
  }

  @Test
  void whatMakesNoSenseCannotBeAsked() {
    assertThatIllegalArgumentException().isThrownBy(() -> transaction());
    assertThatIllegalArgumentException().isThrownBy(() -> from(OUTSIDE, OUTSIDE, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> from(ALICE, ALICE, 1));
    assertThatIllegalArgumentException().isThrownBy(() -> from(ALICE, BOB, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> pending(from(OUTSIDE, BOB, 1)));
    assertThatIllegalArgumentException().isThrownBy(() -> post(0, 0));
    assertThatIllegalArgumentException().isThrownBy(() -> post(-1));
  }

  private Reason reason(Command command) {
    return reason(books.decide(command));
  }

  private static Reason reason(Decision decision) {
    return refusal(decision).reason();
  }

  private static Refusal refusal(Decision decision) {
    return ((Refused) decision).refusal();
  }

  private List<Event> events(Command command) {
    return ((Accepted) books.decide(command)).steps().stream().map(Step::event).toList();
  }

  private static CreateTransaction transaction(Movement... postings) {
    return new CreateTransaction(List.of(postings), false, Optional.empty(), Details.NONE);
  }

  private static CreateTransaction pending(Movement... postings) {
    return new CreateTransaction(List.of(postings), true, Optional.empty(), Details.NONE);
  }

  private static CreateTransaction until(Instant expireTime, Movement... postings) {
    return new CreateTransaction(List.of(postings), true, Optional.of(expireTime), Details.NONE);
  }

  private static PostTransaction post(long... amounts) {
    return new PostTransaction(
        CommandId.of("t"),
        Arrays.stream(amounts).mapToObj(TransactionTest::usd).toList(),
        Details.NONE);
  }

  private static VoidTransaction release() {
    return new VoidTransaction(CommandId.of("t"), Details.NONE);
  }

  private static ReverseTransaction reverse(String id) {
    return new ReverseTransaction(CommandId.of(id), false, Details.NONE);
  }

  private static Movement from(String source, String destination, long minor) {
    return new Movement(side(source), side(destination), usd(minor));
  }

  private static Optional<AccountId> side(String account) {
    return account.isEmpty() ? Optional.empty() : Optional.of(AccountId.of(account));
  }

  private static Money usd(long minor) {
    return new Money("USD", minor);
  }
}
