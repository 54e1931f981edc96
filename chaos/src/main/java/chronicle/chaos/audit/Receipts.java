package chronicle.chaos.audit;

import chronicle.event.v1.Event;
import chronicle.ledger.v1.AccountBalances;
import chronicle.ledger.v1.CommandOutcome;
import chronicle.ledger.v1.CommandReceipt;
import chronicle.ledger.v1.EventReceipt;
import chronicle.ledger.v1.ExecuteBatchResponse;
import chronicle.query.v1.Account;
import com.google.protobuf.Message;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;

/** What receipts of commands must say of the log. */
final class Receipts {
  private Receipts() {}

  /** The receipts in an answer: of one command, or of each of an atomic batch. */
  static List<CommandReceipt> of(Message answer) {
    return switch (answer) {
      case CommandReceipt receipt -> List.of(receipt);
      case ExecuteBatchResponse batch ->
          batch.getOutcomesList().stream().map(CommandOutcome::getReceipt).toList();
      default -> throw new IllegalArgumentException("no receipt: " + answer.getClass());
    };
  }

  /** The answer without what differs between the first time and a repetition. */
  static List<CommandReceipt> lasting(Message answer) {
    return of(answer).stream().map(it -> it.toBuilder().clearReplayed().build()).toList();
  }

  static boolean isReplayed(Message answer) {
    return of(answer).stream().allMatch(CommandReceipt::getReplayed);
  }

  /** Says what of an answer does not agree with the command's events; empty if all does. */
  static Optional<String> disagreement(Message answer, List<Event> events, Replay replay) {
    if (events.isEmpty()) {
      return Optional.of("It was acknowledged, and is not in the log.");
    }
    int next = 0;
    for (CommandReceipt receipt : of(answer)) {
      int end = Math.min(events.size(), next + receipt.getEventsCount());
      var wrong = disagreement(receipt, events.subList(next, end), events.getLast(), replay);
      if (wrong.isPresent()) {
        return wrong;
      }
      next = end;
    }
    return next == events.size()
        ? Optional.empty()
        : Optional.of("It left %d events, its receipt has %d.".formatted(events.size(), next));
  }

  private static Optional<String> disagreement(
      CommandReceipt receipt, List<Event> events, Event last, Replay replay) {
    if (receipt.getPosition() != last.getPosition()) {
      return Optional.of(
          "Its receipt says position %d, its last event stands at %d."
              .formatted(receipt.getPosition(), last.getPosition()));
    }
    if (!receipt.getEventsList().equals(events.stream().map(Receipts::receipt).toList())) {
      return Optional.of("The events of its receipt are not those of the log.");
    }
    if (!receipt.getRecordTime().equals(last.getRecordTime())) {
      return Optional.of("Its receipt has another record time than the log.");
    }
    return receipt.getBalancesList().equals(balances(events, replay))
        ? Optional.empty()
        : Optional.of("The balances of its receipt are not those of a replay.");
  }

  private static EventReceipt receipt(Event event) {
    return EventReceipt.newBuilder()
        .setEventId(event.getLedger() + "-" + event.getPosition())
        .setType(Replay.type(event))
        .setAccount(event.getAccount())
        .setAccountVersion(event.getAccountVersion())
        .setPosition(event.getPosition())
        .build();
  }

  /** The balances of each account after the last of its events, in the order of the first ones. */
  private static List<AccountBalances> balances(List<Event> events, Replay replay) {
    var last = new LinkedHashMap<String, Account>();
    for (Event event : events) {
      replay
          .account(event.getAccount(), event.getPosition())
          .ifPresent(account -> last.put(event.getAccount(), account));
    }
    return last.values().stream().map(Receipts::balances).toList();
  }

  static AccountBalances balances(Account account) {
    return AccountBalances.newBuilder()
        .setAccount(account.getAccount())
        .setPosted(account.getPosted())
        .setHeld(account.getHeld())
        .setAvailable(account.getAvailable())
        .build();
  }
}
