package chronicle.ledger.domain;

import chronicle.ledger.domain.Account.Closed;
import chronicle.ledger.domain.Account.Open;
import chronicle.ledger.domain.Account.Unopened;
import chronicle.ledger.domain.Command.Deposit;
import chronicle.ledger.domain.Command.Transfer;
import chronicle.ledger.domain.Command.Withdraw;
import chronicle.ledger.domain.Event.MoneyDeposited;
import chronicle.ledger.domain.Event.MoneyTransferredIn;
import chronicle.ledger.domain.Event.MoneyTransferredOut;
import chronicle.ledger.domain.Event.MoneyWithdrawn;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The rules of money that moves. Each adds to the draft, or refuses; what a refused command left in
 * its draft comes to nothing.
 */
final class MoneyRules {
  private MoneyRules() {}

  static Optional<Refusal> deposit(Draft draft, Deposit command) {
    return credit(
        draft,
        command.account(),
        command.amount(),
        new MoneyDeposited(command.amount()),
        command.details().expectedVersion());
  }

  static Optional<Refusal> withdraw(Draft draft, Withdraw command) {
    return debit(
        draft,
        command.account(),
        command.amount(),
        new MoneyWithdrawn(command.amount()),
        command.details().expectedVersion());
  }

  static Optional<Refusal> transfer(Draft draft, Transfer command) {
    return transfer(
        draft,
        command.source(),
        command.destination(),
        command.amount(),
        command.details().expectedVersion());
  }

  /** One movement of money, from or to the outside too. */
  static Optional<Refusal> move(Draft draft, Movement movement) {
    Money amount = movement.amount();
    if (movement.source().isEmpty()) {
      return credit(
          draft,
          movement.destination().orElseThrow(),
          amount,
          new MoneyDeposited(amount),
          OptionalLong.empty());
    }
    AccountId source = movement.source().get();
    return movement
        .destination()
        .map(destination -> transfer(draft, source, destination, amount, OptionalLong.empty()))
        .orElseGet(
            () -> debit(draft, source, amount, new MoneyWithdrawn(amount), OptionalLong.empty()));
  }

  /** Adds the event by which an account gets an amount, if it may. */
  static Optional<Refusal> credit(
      Draft draft, AccountId id, Money amount, Event event, OptionalLong expectedVersion) {
    return switch (draft.account(id)) {
      case Unopened _ -> Refusals.notFound(id);
      case Closed _ -> Refusals.closed(id);
      case Open open when isUnexpected(open, expectedVersion) ->
          Refusals.conflict(id, open.version(), expectedVersion.getAsLong());
      case Open open when !open.currency().equals(amount.currency()) ->
          Refusals.mismatch(id, open.currency(), amount);
      case Open open when open.freeze().barsCredits() -> Refusals.frozen(id, open.freeze());
      case Open open when !open.fits(amount.minorUnits(), open.limits()) -> Refusals.overflow(id);
      case Open open when isAboveMax(open, amount) ->
          Refusals.aboveMax(id, open, open.limits().balanceMaxMinor().getAsLong());
      case Open _ -> add(draft, id, event);
    };
  }

  /** Adds the event by which an amount leaves an account or is held there, if it may. */
  static Optional<Refusal> debit(
      Draft draft, AccountId id, Money amount, Event event, OptionalLong expectedVersion) {
    return switch (draft.account(id)) {
      case Unopened _ -> Refusals.notFound(id);
      case Closed _ -> Refusals.closed(id);
      case Open open when isUnexpected(open, expectedVersion) ->
          Refusals.conflict(id, open.version(), expectedVersion.getAsLong());
      case Open open when !open.currency().equals(amount.currency()) ->
          Refusals.mismatch(id, open.currency(), amount);
      case Open open when open.freeze().barsDebits() -> Refusals.frozen(id, open.freeze());
      case Open open when open.availableMinor() < amount.minorUnits() ->
          Refusals.insufficient(id, open, amount);
      case Open _ -> add(draft, id, event);
    };
  }

  private static Optional<Refusal> transfer(
      Draft draft,
      AccountId source,
      AccountId destination,
      Money amount,
      OptionalLong expectedVersion) {
    var out = new MoneyTransferredOut(amount, destination);
    var refusal = debit(draft, source, amount, out, expectedVersion);
    return refusal.isPresent()
        ? refusal
        : credit(
            draft,
            destination,
            amount,
            new MoneyTransferredIn(amount, source),
            OptionalLong.empty());
  }

  private static Optional<Refusal> add(Draft draft, AccountId id, Event event) {
    draft.add(id, event);
    return Refusals.none();
  }

  private static boolean isAboveMax(Open open, Money amount) {
    OptionalLong max = open.limits().balanceMaxMinor();
    return max.isPresent() && open.postedMinor() + amount.minorUnits() > max.getAsLong();
  }

  private static boolean isUnexpected(Open open, OptionalLong expectedVersion) {
    return expectedVersion.isPresent() && expectedVersion.getAsLong() != open.version();
  }
}
