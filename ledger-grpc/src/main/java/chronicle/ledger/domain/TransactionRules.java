package chronicle.ledger.domain;

import chronicle.ledger.domain.Account.Closed;
import chronicle.ledger.domain.Account.Open;
import chronicle.ledger.domain.Account.Unopened;
import chronicle.ledger.domain.Command.CreateTransaction;
import chronicle.ledger.domain.Command.PostTransaction;
import chronicle.ledger.domain.Command.ReverseTransaction;
import chronicle.ledger.domain.Command.VoidTransaction;
import chronicle.ledger.domain.Event.FundsHeld;
import chronicle.ledger.domain.Event.HoldExpired;
import chronicle.ledger.domain.Event.HoldPosted;
import chronicle.ledger.domain.Event.HoldVoided;
import chronicle.ledger.domain.Event.MoneyTransferredIn;
import chronicle.ledger.domain.Refusal.Reason;
import chronicle.ledger.domain.Transaction.Expired;
import chronicle.ledger.domain.Transaction.Pending;
import chronicle.ledger.domain.Transaction.Posted;
import chronicle.ledger.domain.Transaction.Unknown;
import chronicle.ledger.domain.Transaction.Voided;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The rules of transactions of many postings, pending ones and reversals. Each adds to the draft,
 * or refuses; what a refused command left in its draft comes to nothing.
 */
final class TransactionRules {
  private TransactionRules() {}

  static Optional<Refusal> create(Draft draft, CreateTransaction command, Instant recordTime) {
    if (command.expireTime().filter(time -> !time.isAfter(recordTime)).isPresent()) {
      return Refusals.of(
          Reason.TRANSACTION_EXPIRED, "expire_time has passed on the ledger's clock.", Map.of());
    }
    for (int i = 0; i < command.postings().size(); i++) {
      Movement posting = command.postings().get(i);
      var refusal =
          command.pending()
              ? hold(draft, posting, command.expireTime(), i)
              : MoneyRules.move(draft, posting);
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    return Refusals.none();
  }

  static Optional<Refusal> post(Draft draft, PostTransaction command, Instant recordTime) {
    CommandId id = command.transaction();
    return switch (draft.transaction(id)) {
      case Pending pending when pending.isDue(recordTime) -> expired(id);
      case Pending pending -> post(draft, command, pending.movements());
      case Unknown _, Posted _, Voided _, Expired _ -> notPending(draft.transaction(id), id);
    };
  }

  static Optional<Refusal> release(Draft draft, VoidTransaction command, Instant recordTime) {
    CommandId id = command.transaction();
    return switch (draft.transaction(id)) {
      case Pending pending when pending.isDue(recordTime) -> expired(id);
      case Pending pending -> {
        for (int i = 0; i < pending.movements().size(); i++) {
          Movement held = pending.movements().get(i);
          draft.add(source(held), new HoldVoided(held.amount(), i));
        }
        yield Refusals.none();
      }
      case Unknown _, Posted _, Voided _, Expired _ -> notPending(draft.transaction(id), id);
    };
  }

  static void expire(Draft draft, CommandId id) {
    if (!(draft.transaction(id) instanceof Pending(var holds, _))) {
      throw new IllegalStateException("transaction " + id + " is not pending, and can't expire");
    }
    for (int i = 0; i < holds.size(); i++) {
      draft.add(source(holds.get(i)), new HoldExpired(holds.get(i).amount(), i));
    }
  }

  /** The last posting first, so that money that went on comes back before it goes further back. */
  static Optional<Refusal> reverse(Draft draft, ReverseTransaction command) {
    CommandId id = command.transaction();
    return switch (draft.transaction(id)) {
      case Unknown _ -> notFound(id);
      case Pending _ ->
          Refusals.ofTransaction(
              Reason.TRANSACTION_NOT_POSTED, id, "Transaction %s is still pending.");
      case Voided _ -> voided(id);
      case Expired _ -> expired(id);
      case Posted posted when posted.reversedBy().isPresent() ->
          Refusals.of(
              Reason.TRANSACTION_ALREADY_REVERSED,
              "Transaction %s was reversed before.".formatted(id),
              Map.of("transaction", id.value(), "reversed_by", posted.reversedBy().get().value()));
      case Posted posted -> {
        for (Movement movement : posted.movements().reversed()) {
          var refusal = MoneyRules.move(draft, movement.reversed());
          if (refusal.isPresent()) {
            yield refusal;
          }
        }
        yield Refusals.none();
      }
    };
  }

  private static Optional<Refusal> hold(
      Draft draft, Movement posting, Optional<Instant> expireTime, int index) {
    var refusal =
        posting.destination().flatMap(id -> unusable(draft.account(id), id, posting.amount()));
    if (refusal.isPresent()) {
      return refusal;
    }
    var held = new FundsHeld(posting.amount(), posting.destination(), expireTime, index);
    return MoneyRules.debit(draft, source(posting), posting.amount(), held, OptionalLong.empty());
  }

  /** What no time will mend; a limit or a freeze may be another when the money is to arrive. */
  private static Optional<Refusal> unusable(Account account, AccountId id, Money amount) {
    return switch (account) {
      case Unopened _ -> Refusals.notFound(id);
      case Closed _ -> Refusals.closed(id);
      case Open open when !open.currency().equals(amount.currency()) ->
          Refusals.mismatch(id, open.currency(), amount);
      case Open _ -> Refusals.none();
    };
  }

  private static Optional<Refusal> post(
      Draft draft, PostTransaction command, List<Movement> holds) {
    List<Money> amounts = command.amounts();
    if (!amounts.isEmpty() && amounts.size() != holds.size()) {
      return Refusals.of(
          Reason.AMOUNTS_MISMATCH,
          "Transaction %s has %d postings, %d amounts were given."
              .formatted(command.transaction(), holds.size(), amounts.size()),
          Map.of(
              "transaction", command.transaction().value(),
              "postings", Integer.toString(holds.size())));
    }
    for (int i = 0; i < holds.size(); i++) {
      Movement held = holds.get(i);
      Money amount = amounts.isEmpty() ? held.amount() : amounts.get(i);
      var refusal = post(draft, held, amount, i);
      if (refusal.isPresent()) {
        return refusal;
      }
    }
    return Refusals.none();
  }

  private static Optional<Refusal> post(Draft draft, Movement held, Money amount, int index) {
    AccountId source = source(held);
    if (!amount.currency().equals(held.amount().currency())) {
      return Refusals.mismatch(source, held.amount().currency(), amount);
    }
    if (amount.minorUnits() > held.amount().minorUnits()) {
      return exceeds(held, amount, index);
    }
    if (amount.minorUnits() == 0) {
      draft.add(source, new HoldVoided(held.amount(), index));
      return Refusals.none();
    }
    if (draft.account(source) instanceof Open open && open.freeze().barsDebits()) {
      return Refusals.frozen(source, open.freeze());
    }
    draft.add(source, new HoldPosted(amount, held.amount(), held.destination(), index));
    return held.destination()
        .flatMap(destination ->
            MoneyRules.credit(
                draft,
                destination,
                amount,
                new MoneyTransferredIn(amount, source),
                OptionalLong.empty()));
  }

  private static Optional<Refusal> exceeds(Movement held, Money amount, int index) {
    return Refusals.of(
        Reason.POST_AMOUNT_EXCEEDS_PENDING,
        "Posting %d holds %s, %s were to be posted.".formatted(index, held.amount(), amount),
        Map.of(
            "posting", Integer.toString(index),
            "pending", Long.toString(held.amount().minorUnits()),
            "requested", Long.toString(amount.minorUnits())));
  }

  private static Optional<Refusal> notPending(Transaction transaction, CommandId id) {
    return switch (transaction) {
      case Unknown _ -> notFound(id);
      case Pending _ -> throw new IllegalStateException("transaction " + id + " is pending");
      case Posted posted when posted.wasPending() ->
          Refusals.ofTransaction(
              Reason.TRANSACTION_ALREADY_POSTED, id, "Transaction %s was posted before.");
      case Posted _ ->
          Refusals.ofTransaction(
              Reason.TRANSACTION_NOT_PENDING, id, "Transaction %s was never pending.");
      case Voided _ -> voided(id);
      case Expired _ -> expired(id);
    };
  }

  private static Optional<Refusal> notFound(CommandId id) {
    return Refusals.ofTransaction(
        Reason.TRANSACTION_NOT_FOUND, id, "Transaction %s does not exist.");
  }

  private static Optional<Refusal> voided(CommandId id) {
    return Refusals.ofTransaction(
        Reason.TRANSACTION_ALREADY_VOIDED, id, "Transaction %s was voided.");
  }

  private static Optional<Refusal> expired(CommandId id) {
    return Refusals.ofTransaction(Reason.TRANSACTION_EXPIRED, id, "Transaction %s has expired.");
  }

  private static AccountId source(Movement held) {
    return held.source().orElseThrow();
  }
}
