package chronicle.ledger.domain;

import chronicle.ledger.domain.Account.Closed;
import chronicle.ledger.domain.Account.Open;
import chronicle.ledger.domain.Account.Unopened;
import chronicle.ledger.domain.Command.CloseAccount;
import chronicle.ledger.domain.Command.CreateAccount;
import chronicle.ledger.domain.Command.FreezeAccount;
import chronicle.ledger.domain.Command.OfAccount;
import chronicle.ledger.domain.Command.ReopenAccount;
import chronicle.ledger.domain.Command.UnfreezeAccount;
import chronicle.ledger.domain.Command.UpdateAccount;
import chronicle.ledger.domain.Command.UpdateAccount.Field;
import chronicle.ledger.domain.Event.AccountClosed;
import chronicle.ledger.domain.Event.AccountCreated;
import chronicle.ledger.domain.Event.AccountFrozen;
import chronicle.ledger.domain.Event.AccountReopened;
import chronicle.ledger.domain.Event.AccountUnfrozen;
import chronicle.ledger.domain.Event.AccountUpdated;
import chronicle.ledger.domain.Event.Limits;
import chronicle.ledger.domain.Refusal.Reason;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** The rules of an account's life. Each adds to the draft, or refuses and leaves it alone. */
final class AccountRules {
  private AccountRules() {}

  static Optional<Refusal> create(Draft draft, CreateAccount command) {
    String currency = command.currency();
    if (!draft.book().knows(currency)) {
      return Refusals.of(
          Reason.ASSET_UNKNOWN,
          currency + " is neither ISO 4217 nor registered in the ledger.",
          Map.of("currency_code", currency));
    }
    if (!(draft.account(command.account()) instanceof Unopened)) {
      return Refusals.ofAccount(
          Reason.ACCOUNT_ALREADY_EXISTS, command.account(), "Account %s exists already.");
    }
    draft.add(command.account(), new AccountCreated(currency, command.limits()));
    return Refusals.none();
  }

  static Optional<Refusal> update(Draft draft, UpdateAccount command) {
    return switch (draft.account(command.account())) {
      case Unopened _ -> Refusals.notFound(command.account());
      case Closed _ -> Refusals.closed(command.account());
      case Open open -> {
        var refusal = unexpected(command, open).or(() -> foreign(command, open));
        yield refusal.isPresent() ? refusal : limit(draft, command, open);
      }
    };
  }

  static Optional<Refusal> freeze(Draft draft, FreezeAccount command) {
    return switch (draft.account(command.account())) {
      case Unopened _ -> Refusals.notFound(command.account());
      case Closed _ -> Refusals.closed(command.account());
      case Open open when isUnexpected(command, open) -> unexpected(command, open);
      case Open _ -> add(draft, command, new AccountFrozen(command.freeze()));
    };
  }

  static Optional<Refusal> unfreeze(Draft draft, UnfreezeAccount command) {
    return switch (draft.account(command.account())) {
      case Unopened _ -> Refusals.notFound(command.account());
      case Closed _ -> Refusals.closed(command.account());
      case Open open when isUnexpected(command, open) -> unexpected(command, open);
      case Open open when open.freeze() == Freeze.NONE ->
          Refusals.ofAccount(
              Reason.ACCOUNT_NOT_FROZEN, command.account(), "Account %s is not frozen.");
      case Open _ -> add(draft, command, new AccountUnfrozen());
    };
  }

  static Optional<Refusal> close(Draft draft, CloseAccount command) {
    return switch (draft.account(command.account())) {
      case Unopened _ -> Refusals.notFound(command.account());
      case Closed _ -> Refusals.closed(command.account());
      case Open open when isUnexpected(command, open) -> unexpected(command, open);
      case Open open when open.freeze() != Freeze.NONE ->
          Refusals.frozen(command.account(), open.freeze());
      case Open open when open.postedMinor() != 0 || open.heldMinor() != 0 ->
          notEmpty(command.account(), open);
      case Open _ -> add(draft, command, new AccountClosed());
    };
  }

  static Optional<Refusal> reopen(Draft draft, ReopenAccount command) {
    return switch (draft.account(command.account())) {
      case Unopened _ -> Refusals.notFound(command.account());
      case Account account when isUnexpected(command, account) -> unexpected(command, account);
      case Open _ ->
          Refusals.ofAccount(
              Reason.ACCOUNT_NOT_CLOSED, command.account(), "Account %s is not closed.");
      case Closed _ -> add(draft, command, new AccountReopened());
    };
  }

  private static Optional<Refusal> add(Draft draft, OfAccount command, Event event) {
    draft.add(command.account(), event);
    return Refusals.none();
  }

  private static Optional<Refusal> limit(Draft draft, UpdateAccount command, Open open) {
    Limits limits = limits(command, open.limits());
    if (!open.fits(0, limits)) {
      return Refusals.overflow(command.account());
    }
    if (open.postedMinor() - open.heldMinor() + limits.overdraftMinor() < 0) {
      return Refusals.belowLimit(command.account(), open, limits.overdraftMinor());
    }
    if (limits.balanceMaxMinor().orElse(Long.MAX_VALUE) < open.postedMinor()) {
      return Refusals.aboveMax(command.account(), open, limits.balanceMaxMinor().getAsLong());
    }
    return add(
        draft,
        command,
        new AccountUpdated(
            limits,
            command.fields().contains(Field.REFERENCE),
            command.fields().contains(Field.METADATA)));
  }

  private static Limits limits(UpdateAccount command, Limits before) {
    return new Limits(
        command.fields().contains(Field.OVERDRAFT_LIMIT)
            ? command.overdraftLimit().map(Money::minorUnits).orElse(0L)
            : before.overdraftMinor(),
        command.fields().contains(Field.BALANCE_MAX)
            ? command.balanceMax().stream().mapToLong(Money::minorUnits).findFirst()
            : before.balanceMaxMinor());
  }

  /** A limit in another currency than the account's. */
  private static Optional<Refusal> foreign(UpdateAccount command, Open open) {
    return command
        .overdraftLimit()
        .filter(limit -> !limit.currency().equals(open.currency()))
        .or(() -> command.balanceMax().filter(limit -> !limit.currency().equals(open.currency())))
        .flatMap(limit -> Refusals.mismatch(command.account(), open.currency(), limit));
  }

  private static Optional<Refusal> notEmpty(AccountId id, Open open) {
    return Refusals.of(
        Reason.ACCOUNT_NOT_EMPTY,
        "Account %s has %d %s posted and %d held."
            .formatted(id, open.postedMinor(), open.currency(), open.heldMinor()),
        Map.of(
            "account", id.value(),
            "posted", Long.toString(open.postedMinor()),
            "held", Long.toString(open.heldMinor())));
  }

  private static boolean isUnexpected(OfAccount command, Account account) {
    OptionalLong expected = command.details().expectedVersion();
    return expected.isPresent() && expected.getAsLong() != account.version();
  }

  private static Optional<Refusal> unexpected(OfAccount command, Account account) {
    return isUnexpected(command, account)
        ? Refusals.conflict(
            command.account(), account.version(), command.details().expectedVersion().getAsLong())
        : Refusals.none();
  }
}
