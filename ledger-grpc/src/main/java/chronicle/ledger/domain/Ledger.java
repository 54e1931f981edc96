package chronicle.ledger.domain;

import chronicle.ledger.domain.Account.Open;
import chronicle.ledger.domain.Account.Unopened;
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
import java.util.List;
import java.util.Map;

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
    if (!books.book().isOpen() && !(command instanceof CreateLedger)) {
      return refused(Reason.LEDGER_NOT_FOUND, "The ledger does not exist.", Map.of());
    }
    if (command.details().effectiveTime().filter(recordTime::isBefore).isPresent()) {
      return refused(
          Reason.TIME_IN_FUTURE, "effective_time lies after the ledger's clock.", Map.of());
    }
    return switch (command) {
      case CreateLedger _ -> create(books.book(), incarnation);
      case CreateAccount create -> open(books, create);
      case Deposit(var account, var amount, var details) ->
          move(List.of(credit(books, account, amount, new MoneyDeposited(amount), details)));
      case Withdraw(var account, var amount, var details) ->
          move(List.of(debit(books, account, amount, new MoneyWithdrawn(amount), details)));
      case Transfer(var source, var destination, var amount, var details) ->
          move(
              List.of(
                  debit(
                      books, source, amount, new MoneyTransferredOut(amount, destination), details),
                  credit(
                      books,
                      destination,
                      amount,
                      new MoneyTransferredIn(amount, source),
                      Details.NONE)));
    };
  }

  private static Decision create(Book book, String incarnation) {
    return book.isOpen()
        ? refused(Reason.LEDGER_ALREADY_EXISTS, "The ledger exists already.", Map.of())
        : new Accepted(List.of(new Posting(AccountId.LEDGER, new LedgerCreated(incarnation))));
  }

  private static Decision open(Books books, CreateAccount command) {
    if (!books.book().knows(command.currency())) {
      return refused(
          Reason.ASSET_UNKNOWN,
          command.currency() + " is neither ISO 4217 nor registered in the ledger.",
          Map.of("currency_code", command.currency()));
    }
    return switch (books.account(command.account())) {
      case Unopened _ ->
          new Accepted(
              List.of(
                  new Posting(
                      command.account(),
                      new AccountCreated(
                          command.currency(),
                          command.overdraftLimitMinor(),
                          command.balanceMaxMinor()))));
      case Open _ ->
          refused(
              Reason.ACCOUNT_ALREADY_EXISTS,
              "Account " + command.account() + " exists already.",
              Map.of("account", command.account().value()));
    };
  }

  /**
   * All legs, or the first refusal: legs are decided apart, since no two touch the same account.
   */
  private static Decision move(List<Leg> legs) {
    for (Leg leg : legs) {
      if (leg instanceof No(var refusal)) {
        return new Refused(refusal);
      }
    }
    return new Accepted(legs.stream().map(leg -> ((Yes) leg).posting()).toList());
  }

  private static Leg debit(Books books, AccountId id, Money amount, Event event, Details details) {
    return switch (books.account(id)) {
      case Unopened _ -> notFound(id);
      case Open open when isUnexpected(open, details) -> conflict(id, open, details);
      case Open open when !open.currency().equals(amount.currency()) -> mismatch(id, open, amount);
      case Open open when open.availableMinor() < amount.minorUnits() ->
          no(
              Reason.INSUFFICIENT_FUNDS,
              "Account %s has %d %s available, %d were asked for."
                  .formatted(id, open.availableMinor(), open.currency(), amount.minorUnits()),
              Map.of(
                  "account", id.value(),
                  "available", Long.toString(open.availableMinor()),
                  "requested", Long.toString(amount.minorUnits())));
      case Open open when !open.canHold(-amount.minorUnits()) -> overflow(id);
      case Open _ -> new Yes(new Posting(id, event));
    };
  }

  private static Leg credit(Books books, AccountId id, Money amount, Event event, Details details) {
    return switch (books.account(id)) {
      case Unopened _ -> notFound(id);
      case Open open when isUnexpected(open, details) -> conflict(id, open, details);
      case Open open when !open.currency().equals(amount.currency()) -> mismatch(id, open, amount);
      case Open open when !open.canHold(amount.minorUnits()) -> overflow(id);
      case Open open
          when open.balanceMaxMinor().isPresent()
              && open.postedMinor() + amount.minorUnits() > open.balanceMaxMinor().getAsLong() ->
          no(
              Reason.LIMIT_EXCEEDED,
              "Account %s may hold at most %d %s."
                  .formatted(id, open.balanceMaxMinor().getAsLong(), open.currency()),
              Map.of(
                  "account", id.value(),
                  "balance_max", Long.toString(open.balanceMaxMinor().getAsLong()),
                  "posted", Long.toString(open.postedMinor())));
      case Open _ -> new Yes(new Posting(id, event));
    };
  }

  private static boolean isUnexpected(Open open, Details details) {
    return details.expectedVersion().isPresent()
        && details.expectedVersion().getAsLong() != open.version();
  }

  private static Leg notFound(AccountId id) {
    return no(
        Reason.ACCOUNT_NOT_FOUND,
        "Account " + id + " does not exist.",
        Map.of("account", id.value()));
  }

  private static Leg conflict(AccountId id, Open open, Details details) {
    return no(
        Reason.VERSION_CONFLICT,
        "Account %s is at version %d, %d was expected."
            .formatted(id, open.version(), details.expectedVersion().getAsLong()),
        Map.of("account", id.value(), "account_version", Long.toString(open.version())));
  }

  private static Leg mismatch(AccountId id, Open open, Money amount) {
    return no(
        Reason.CURRENCY_MISMATCH,
        "Account %s is in %s, the amount in %s.".formatted(id, open.currency(), amount.currency()),
        Map.of("account", id.value(), "currency_code", open.currency()));
  }

  private static Leg overflow(AccountId id) {
    return no(
        Reason.AMOUNT_OVERFLOW,
        "The balance of account " + id + " would leave the range of 64 bits.",
        Map.of("account", id.value()));
  }

  private static Leg no(Reason reason, String message, Map<String, String> figures) {
    return new No(new Refusal(reason, message, figures));
  }

  private static Decision refused(Reason reason, String message, Map<String, String> figures) {
    return new Refused(new Refusal(reason, message, figures));
  }

  /** One side of a movement of money, decided. */
  private sealed interface Leg {}

  private record Yes(Posting posting) implements Leg {}

  private record No(Refusal refusal) implements Leg {}
}
