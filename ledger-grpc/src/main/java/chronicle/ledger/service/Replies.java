package chronicle.ledger.service;

import chronicle.error.v1.ErrorReason;
import chronicle.ledger.domain.Account;
import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Book;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.Event.Limits;
import chronicle.ledger.domain.Freeze;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.domain.Refusal;
import chronicle.ledger.log.AccountAt;
import chronicle.ledger.log.Head;
import chronicle.ledger.log.Messages;
import chronicle.ledger.log.Outcome;
import chronicle.ledger.log.RecordedEvent;
import chronicle.ledger.log.RecordedEvent.Balances;
import chronicle.ledger.log.Request;
import chronicle.ledger.v1.AccountBalances;
import chronicle.ledger.v1.AccountState;
import chronicle.ledger.v1.Asset;
import chronicle.ledger.v1.CommandOutcome;
import chronicle.ledger.v1.CommandReceipt;
import chronicle.ledger.v1.EventReceipt;
import chronicle.ledger.v1.ExecuteBatchResponse;
import chronicle.ledger.v1.Ledger;
import chronicle.runtime.Failure;
import chronicle.runtime.Failures;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReferenceArray;

/** Makes replies of what the log says. */
final class Replies {
  private Replies() {}

  /** The receipt of a command; a function of its events alone, so that a replay gives the same. */
  static CommandReceipt receipt(
      LedgerId ledger, Request request, List<RecordedEvent> events, boolean replayed) {
    RecordedEvent last = events.getLast();
    var receipt =
        CommandReceipt.newBuilder()
            .setLedger(ledger.value())
            .setCommandId(request.id().value())
            .setPosition(last.commandEnd())
            .setStatus(CommandReceipt.Status.PENDING_MATERIALIZATION)
            .setRecordTime(Messages.timestamp(last.cause().recordTime()))
            .setReplayed(replayed)
            .setTransactionId(last.cause().transactionId());
    for (RecordedEvent event : events) {
      receipt.addEvents(eventReceipt(ledger, event));
    }
    return addBalances(receipt, events).build();
  }

  /** What a command would do: the balances before and after it, and nothing that was recorded. */
  static CommandReceipt validated(LedgerId ledger, Request request, Outcome.Validated outcome) {
    var receipt =
        CommandReceipt.newBuilder()
            .setLedger(ledger.value())
            .setCommandId(request.id().value())
            .setStatus(CommandReceipt.Status.VALIDATED)
            .setTransactionId(outcome.events().getLast().cause().transactionId());
    addBalances(receipt, outcome.events());
    outcome
        .before()
        .forEach((account, balances) ->
            receipt.addBalancesBefore(
                balances(account, inCurrency(balances, account, outcome.events()))));
    return receipt.build();
  }

  /** What came of a command of a batch or stream. */
  static CommandOutcome outcome(LedgerId ledger, Request request, Outcome outcome) {
    var reply = CommandOutcome.newBuilder().setCommandId(request.id().value());
    try {
      return reply.setReceipt(receipt(ledger, request, outcome)).build();
    } catch (RuntimeException e) {
      return reply.setError(Failures.status(Call.failure(e))).build();
    }
  }

  /** The receipt of a command that was accepted; what else came of it is thrown. */
  static CommandReceipt receipt(LedgerId ledger, Request request, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Executed(var events, var replayed) -> receipt(ledger, request, events, replayed);
      case Outcome.Validated validated -> validated(ledger, request, validated);
      case Outcome.Refused(var refusal, _) -> throw failure(refusal);
      case Outcome.Reused(var id, var field) -> throw reused(id, field);
      case Outcome.Failed(var cause) -> throw cause;
      case Outcome.ExecutedAll _, Outcome.ValidatedAll _, Outcome.OfQuestion _ ->
          throw new IllegalStateException("not an outcome of a command");
    };
  }

  /** The answer to an atomic batch that was accepted; what else came of it is thrown. */
  static ExecuteBatchResponse receipts(LedgerId ledger, Request.Atomic batch, Outcome outcome) {
    var reply = ExecuteBatchResponse.newBuilder();
    switch (outcome) {
      case Outcome.ExecutedAll(var parts, var replayed) -> {
        for (int i = 0; i < parts.size(); i++) {
          var part = new Outcome.Executed(parts.get(i), replayed);
          reply.addOutcomes(outcome(ledger, batch.parts().get(i), part));
        }
      }
      case Outcome.ValidatedAll(var parts) -> {
        for (int i = 0; i < parts.size(); i++) {
          reply.addOutcomes(outcome(ledger, batch.parts().get(i), parts.get(i)));
        }
      }
      case Outcome.Refused(var refusal, _) -> throw failure(refusal);
      case Outcome.Reused(var id, var field) -> throw reused(id, field);
      case Outcome.Failed(var cause) -> throw cause;
      case Outcome.Executed _, Outcome.Validated _, Outcome.OfQuestion _ ->
          throw new IllegalStateException("not an outcome of a batch");
    }
    return reply.build();
  }

  /** The outcomes of a batch, all of which there are. */
  static ExecuteBatchResponse outcomes(AtomicReferenceArray<CommandOutcome> outcomes) {
    var reply = ExecuteBatchResponse.newBuilder();
    for (int i = 0; i < outcomes.length(); i++) {
      reply.addOutcomes(outcomes.get(i));
    }
    return reply.build();
  }

  private static Failure failure(Refusal refusal) {
    Failure failure = Failure.of(ErrorReason.valueOf(refusal.reason().name()), refusal.message());
    for (var figure : refusal.figures().entrySet()) {
      failure = failure.with(figure.getKey(), figure.getValue());
    }
    return failure;
  }

  private static Failure reused(CommandId id, String field) {
    return Failure.of(
            ErrorReason.COMMAND_ID_REUSED,
            "Command id %s stands for another command: %s differs.".formatted(id, field))
        .with("field", field);
  }

  static Failure accountNotFound(AccountId account) {
    return Failure.of(ErrorReason.ACCOUNT_NOT_FOUND, "Account " + account + " does not exist.")
        .with("account", account.value());
  }

  /** Where a ledger stands, with the assets registered in it. */
  static Ledger ledger(LedgerId id, Head head, Book book) {
    var ledger = ledger(id, head).toBuilder();
    book.scales()
        .forEach((currency, scale) ->
            ledger.addAssets(Asset.newBuilder().setCurrencyCode(currency).setScale(scale)));
    return ledger.build();
  }

  static Ledger ledger(LedgerId id, Head head) {
    return Ledger.newBuilder()
        .setLedger(id.value())
        .setPosition(head.position())
        .setLastRecordTime(Messages.timestamp(head.lastRecordTime()))
        .setIncarnation(head.incarnation())
        .build();
  }

  /** The account as of a position; empty where it was not opened by then. */
  static Optional<AccountState> state(AccountId id, AccountAt account, long readPosition) {
    return switch (account.state()) {
      case Account.Unopened _ -> Optional.empty();
      case Account.Open open ->
          Optional.of(
              state(id, account, readPosition, open.limits())
                  .setStatus(
                      open.freeze() == Freeze.NONE
                          ? AccountState.Status.ACTIVE
                          : AccountState.Status.FROZEN)
                  .setFrozen(Messages.scope(open.freeze()))
                  .build());
      case Account.Closed closed ->
          Optional.of(
              state(id, account, readPosition, closed.limits())
                  .setStatus(AccountState.Status.CLOSED)
                  .build());
    };
  }

  private static AccountState.Builder state(
      AccountId id, AccountAt at, long readPosition, Limits limits) {
    Balances balances = Balances.of(at.state());
    String currency = balances.currency();
    var state =
        AccountState.newBuilder()
            .setAccount(id.value())
            .setPosted(Messages.money(currency, balances.postedMinor()))
            .setHeld(Messages.money(currency, balances.heldMinor()))
            .setAvailable(Messages.money(currency, balances.availableMinor()))
            .setOverdraftLimit(Messages.money(currency, limits.overdraftMinor()))
            .setAccountVersion(at.state().version())
            .setPosition(at.position())
            .setReadPosition(readPosition)
            .setUpdateTime(Messages.timestamp(at.recordTime()));
    limits.balanceMaxMinor().ifPresent(max -> state.setBalanceMax(Messages.money(currency, max)));
    return state;
  }

  private static EventReceipt eventReceipt(LedgerId ledger, RecordedEvent event) {
    return EventReceipt.newBuilder()
        .setEventId(ledger + "-" + event.position())
        .setType(event.type())
        .setAccount(event.account().value())
        .setAccountVersion(event.accountVersion())
        .setPosition(event.position())
        .build();
  }

  private static CommandReceipt.Builder addBalances(
      CommandReceipt.Builder receipt, List<RecordedEvent> events) {
    var last = new LinkedHashMap<AccountId, Balances>();
    for (RecordedEvent event : events) {
      if (!event.account().isLedger()) {
        last.put(event.account(), event.balancesAfter());
      }
    }
    last.forEach((account, balances) -> receipt.addBalances(balances(account, balances)));
    return receipt;
  }

  /** An account that the command would open has no currency before it. */
  private static Balances inCurrency(
      Balances before, AccountId account, List<RecordedEvent> events) {
    return before.currency().isEmpty()
        ? events.stream()
            .filter(event -> event.account().equals(account))
            .findFirst()
            .map(event -> new Balances(event.balancesAfter().currency(), 0, 0, 0))
            .orElse(before)
        : before;
  }

  private static AccountBalances balances(AccountId account, Balances balances) {
    String currency = balances.currency();
    return AccountBalances.newBuilder()
        .setAccount(account.value())
        .setPosted(Messages.money(currency, balances.postedMinor()))
        .setHeld(Messages.money(currency, balances.heldMinor()))
        .setAvailable(Messages.money(currency, balances.availableMinor()))
        .build();
  }
}
