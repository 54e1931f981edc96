package chronicle.ledger.service;

import chronicle.error.v1.ErrorReason;
import chronicle.ledger.domain.Account;
import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.domain.Refusal;
import chronicle.ledger.log.AccountAt;
import chronicle.ledger.log.Head;
import chronicle.ledger.log.Messages;
import chronicle.ledger.log.RecordedEvent;
import chronicle.ledger.log.RecordedEvent.Balances;
import chronicle.ledger.log.Request;
import chronicle.ledger.v1.AccountBalances;
import chronicle.ledger.v1.AccountState;
import chronicle.ledger.v1.CommandReceipt;
import chronicle.ledger.v1.EventReceipt;
import chronicle.ledger.v1.Ledger;
import chronicle.runtime.Failure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

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
            .setPosition(last.position())
            .setStatus(CommandReceipt.Status.PENDING_MATERIALIZATION)
            .setRecordTime(Messages.timestamp(last.cause().recordTime()))
            .setReplayed(replayed);
    for (RecordedEvent event : events) {
      receipt.addEvents(eventReceipt(ledger, event));
    }
    return addBalances(receipt, events).build();
  }

  /** What a command would do: the balances after it, and nothing that was recorded. */
  static CommandReceipt validated(LedgerId ledger, Request request, List<RecordedEvent> events) {
    var receipt =
        CommandReceipt.newBuilder()
            .setLedger(ledger.value())
            .setCommandId(request.id().value())
            .setStatus(CommandReceipt.Status.VALIDATED);
    return addBalances(receipt, events).build();
  }

  static Failure failure(Refusal refusal) {
    Failure failure = Failure.of(ErrorReason.valueOf(refusal.reason().name()), refusal.message());
    for (var figure : refusal.figures().entrySet()) {
      failure = failure.with(figure.getKey(), figure.getValue());
    }
    return failure;
  }

  static Failure reused(Request request, String field) {
    return Failure.of(
            ErrorReason.COMMAND_ID_REUSED,
            "Command id %s stands for another command: %s differs.".formatted(request.id(), field))
        .with("field", field);
  }

  static Failure accountNotFound(AccountId account) {
    return Failure.of(ErrorReason.ACCOUNT_NOT_FOUND, "Account " + account + " does not exist.")
        .with("account", account.value());
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
      case Account.Open open -> Optional.of(state(id, open, account, readPosition));
    };
  }

  private static AccountState state(
      AccountId id, Account.Open open, AccountAt at, long readPosition) {
    String currency = open.currency();
    var state =
        AccountState.newBuilder()
            .setAccount(id.value())
            .setStatus(AccountState.Status.ACTIVE)
            .setPosted(Messages.money(currency, open.postedMinor()))
            .setHeld(Messages.money(currency, open.heldMinor()))
            .setAvailable(Messages.money(currency, open.availableMinor()))
            .setOverdraftLimit(Messages.money(currency, open.overdraftLimitMinor()))
            .setAccountVersion(open.version())
            .setPosition(at.position())
            .setReadPosition(readPosition)
            .setUpdateTime(Messages.timestamp(at.recordTime()));
    open.balanceMaxMinor().ifPresent(max -> state.setBalanceMax(Messages.money(currency, max)));
    return state.build();
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
