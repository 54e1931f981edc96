package chronicle.ledger.domain;

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
import chronicle.ledger.domain.Command.Transfer;
import chronicle.ledger.domain.Command.UnfreezeAccount;
import chronicle.ledger.domain.Command.UpdateAccount;
import chronicle.ledger.domain.Command.VoidTransaction;
import chronicle.ledger.domain.Command.Withdraw;
import chronicle.ledger.domain.Decision.Accepted;
import chronicle.ledger.domain.Decision.Refused;
import chronicle.ledger.domain.Event.AssetRegistered;
import chronicle.ledger.domain.Event.LedgerCreated;
import chronicle.ledger.domain.Refusal.Reason;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/** The rules of a ledger, as a pure function of what is known and what is asked. */
public final class Ledger {
  private Ledger() {}

  /**
   * Decides a command that would be recorded at {@code recordTime}; {@code incarnation} names the
   * log. The events of a yes apply in order to the states in {@code books}, and debits equal
   * credits among them and the external accounts.
   */
  public static Decision decide(
      Books books, Command command, Instant recordTime, String incarnation) {
    var draft = new Draft(books);
    return refusal(draft, command, recordTime, incarnation)
        .<Decision>map(Refused::new)
        .orElseGet(() -> new Accepted(draft.steps()));
  }

  /** Returns the events by which a pending transaction ends when its time is up. */
  public static Accepted expire(Books books, CommandId transaction) {
    var draft = new Draft(books);
    TransactionRules.expire(draft, transaction);
    return new Accepted(draft.steps());
  }

  private static Optional<Refusal> refusal(
      Draft draft, Command command, Instant recordTime, String incarnation) {
    Book book = draft.book();
    if (!book.isOpen() && !(command instanceof CreateLedger)) {
      return Refusals.of(Reason.LEDGER_NOT_FOUND, "The ledger does not exist.", Map.of());
    }
    if (command.details().isLaterThan(recordTime)) {
      return Refusals.of(
          Reason.TIME_IN_FUTURE, "effective_time lies after the ledger's clock.", Map.of());
    }
    return switch (command) {
      case CreateLedger _ -> create(draft, incarnation);
      case RegisterAsset(var currency, var scale, _) -> register(draft, currency, scale);
      case CreateAccount create -> AccountRules.create(draft, create);
      case UpdateAccount update -> AccountRules.update(draft, update);
      case FreezeAccount freeze -> AccountRules.freeze(draft, freeze);
      case UnfreezeAccount unfreeze -> AccountRules.unfreeze(draft, unfreeze);
      case CloseAccount close -> AccountRules.close(draft, close);
      case ReopenAccount reopen -> AccountRules.reopen(draft, reopen);
      case Deposit deposit -> MoneyRules.deposit(draft, deposit);
      case Withdraw withdraw -> MoneyRules.withdraw(draft, withdraw);
      case Transfer transfer -> MoneyRules.transfer(draft, transfer);
      case CreateTransaction create -> TransactionRules.create(draft, create, recordTime);
      case PostTransaction post -> TransactionRules.post(draft, post, recordTime);
      case VoidTransaction release -> TransactionRules.release(draft, release, recordTime);
      case ReverseTransaction reverse -> TransactionRules.reverse(draft, reverse);
    };
  }

  private static Optional<Refusal> create(Draft draft, String incarnation) {
    if (draft.book().isOpen()) {
      return Refusals.of(Reason.LEDGER_ALREADY_EXISTS, "The ledger exists already.", Map.of());
    }
    draft.addToLedger(new LedgerCreated(incarnation));
    return Refusals.none();
  }

  private static Optional<Refusal> register(Draft draft, String currency, int scale) {
    if (draft.book().knows(currency)) {
      return Refusals.of(
          Reason.ASSET_ALREADY_EXISTS,
          currency + " is registered already, or a currency of ISO 4217.",
          Map.of("currency_code", currency));
    }
    draft.addToLedger(new AssetRegistered(currency, scale));
    return Refusals.none();
  }
}
