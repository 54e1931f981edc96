package chronicle.ledger.domain;

import static org.assertj.core.api.Assertions.assertThat;

import chronicle.ledger.domain.Command.CloseAccount;
import chronicle.ledger.domain.Command.CreateAccount;
import chronicle.ledger.domain.Command.CreateLedger;
import chronicle.ledger.domain.Command.CreateTransaction;
import chronicle.ledger.domain.Command.Deposit;
import chronicle.ledger.domain.Command.FreezeAccount;
import chronicle.ledger.domain.Command.PostTransaction;
import chronicle.ledger.domain.Command.RegisterAsset;
import chronicle.ledger.domain.Command.ReopenAccount;
import chronicle.ledger.domain.Command.ReverseTransaction;
import chronicle.ledger.domain.Command.UnfreezeAccount;
import chronicle.ledger.domain.Command.VoidTransaction;
import chronicle.ledger.domain.Command.Withdraw;
import chronicle.ledger.domain.Decision.Refused;
import chronicle.ledger.domain.Event.Limits;
import chronicle.ledger.domain.Refusal.Reason;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A command for each reason there is; a new reason does not compile without one. */
final class ReasonTest {
  private static final AccountId ALICE = AccountId.of("alice");
  private static final AccountId BOB = AccountId.of("bob");
  private static final CommandId PENDING = CommandId.of("pending");

  private final BooksFixture books = BooksFixture.open();

  @BeforeEach
  void open() {
    books.given(
        new CreateAccount(ALICE, "USD", new Limits(0, OptionalLong.of(1_000)), Details.NONE),
        new CreateAccount(BOB, "USD", Limits.NONE, Details.NONE));
    books.given("deposit", deposit(100));
    books.given("pending", hold(BooksFixture.NOW.plusSeconds(1)));
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  @DisplayName("G13: every reason to refuse a command is reachable")
  void everyReasonIsReachable(Reason reason) {
    assertThat(decision(reason))
        .isInstanceOfSatisfying(
            Refused.class, refused -> assertThat(refused.refusal().reason()).isEqualTo(reason));
  }

  private Decision decision(Reason reason) {
    return switch (reason) {
      case ACCOUNT_ALREADY_EXISTS ->
          books.decide(new CreateAccount(ALICE, "USD", Limits.NONE, Details.NONE));
      case ACCOUNT_CLOSED -> {
        books.given(new CloseAccount(BOB, Details.NONE));
        yield books.decide(new CloseAccount(BOB, Details.NONE));
      }
      case ACCOUNT_FROZEN -> {
        books.given(new FreezeAccount(ALICE, Freeze.ALL, Details.NONE));
        yield books.decide(deposit(1));
      }
      case ACCOUNT_NOT_CLOSED -> books.decide(new ReopenAccount(ALICE, Details.NONE));
      case ACCOUNT_NOT_EMPTY -> books.decide(new CloseAccount(ALICE, Details.NONE));
      case ACCOUNT_NOT_FOUND ->
          books.decide(new CloseAccount(AccountId.of("nobody"), Details.NONE));
      case ACCOUNT_NOT_FROZEN -> books.decide(new UnfreezeAccount(ALICE, Details.NONE));
      case AMOUNT_OVERFLOW -> books.decide(deposit(Long.MAX_VALUE));
      case AMOUNTS_MISMATCH -> books.decide(post(1, 1));
      case ASSET_ALREADY_EXISTS -> books.decide(new RegisterAsset("USD", 2, Details.NONE));
      case ASSET_UNKNOWN ->
          books.decide(new CreateAccount(AccountId.of("carol"), "ZZZ", Limits.NONE, Details.NONE));
      case CURRENCY_MISMATCH -> books.decide(new Deposit(ALICE, new Money("EUR", 1), Details.NONE));
      case INSUFFICIENT_FUNDS -> books.decide(new Withdraw(ALICE, usd(91), Details.NONE));
      case LEDGER_ALREADY_EXISTS -> books.decide(new CreateLedger(Details.NONE));
      case LEDGER_NOT_FOUND -> new BooksFixture().decide(deposit(1));
      case LIMIT_EXCEEDED -> books.decide(deposit(901));
      case POST_AMOUNT_EXCEEDS_PENDING -> books.decide(post(11));
      case TIME_IN_FUTURE ->
          books.decide(
              new Deposit(
                  ALICE,
                  usd(1),
                  new Details(
                      "",
                      Map.of(),
                      Optional.of(BooksFixture.NOW.plusSeconds(1)),
                      OptionalLong.empty())));
      case TRANSACTION_ALREADY_POSTED -> {
        books.given(post(10));
        yield books.decide(post(10));
      }
      case TRANSACTION_ALREADY_REVERSED -> {
        books.given(reverse("deposit"));
        yield books.decide(reverse("deposit"));
      }
      case TRANSACTION_ALREADY_VOIDED -> {
        books.given(new VoidTransaction(PENDING, Details.NONE));
        yield books.decide(post(10));
      }
      case TRANSACTION_EXPIRED -> books.decide(hold(BooksFixture.NOW));
      case TRANSACTION_NOT_FOUND -> books.decide(reverse("unheard"));
      case TRANSACTION_NOT_PENDING ->
          books.decide(new VoidTransaction(CommandId.of("deposit"), Details.NONE));
      case TRANSACTION_NOT_POSTED -> books.decide(reverse("pending"));
      case VERSION_CONFLICT ->
          books.decide(
              new CloseAccount(
                  ALICE, new Details("", Map.of(), Optional.empty(), OptionalLong.of(9))));
    };
  }

  private static Command deposit(long minor) {
    return new Deposit(ALICE, usd(minor), Details.NONE);
  }

  private static Command hold(Instant expireTime) {
    var posting = new Movement(Optional.of(ALICE), Optional.of(BOB), usd(10));
    return new CreateTransaction(List.of(posting), true, Optional.of(expireTime), Details.NONE);
  }

  private static Command post(long... amounts) {
    return new PostTransaction(
        PENDING, Arrays.stream(amounts).mapToObj(ReasonTest::usd).toList(), Details.NONE);
  }

  private static Command reverse(String id) {
    return new ReverseTransaction(CommandId.of(id), false, Details.NONE);
  }

  private static Money usd(long minor) {
    return new Money("USD", minor);
  }
}
