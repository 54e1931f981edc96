package chronicle.chaos.audit;

import static chronicle.chaos.audit.AccountFold.money;

import chronicle.event.v1.Event;
import chronicle.query.v1.Transaction;
import chronicle.query.v1.Transaction.End;
import chronicle.query.v1.Transaction.Posting;
import chronicle.query.v1.Transaction.Status;
import chronicle.type.v1.Money;
import java.util.Optional;

/** A transaction as a fold of the events that carry its id, in the words of the read model. */
final class TransactionFold {
  private static final String EXTERNAL = "external:";

  private TransactionFold() {}

  /** Whether the event is of a transaction at all. */
  static boolean isOfTransaction(Event event) {
    return switch (event.getPayloadCase()) {
      case MONEY_DEPOSITED,
          MONEY_WITHDRAWN,
          MONEY_TRANSFERRED_OUT,
          MONEY_TRANSFERRED_IN,
          FUNDS_HELD,
          HOLD_POSTED,
          HOLD_VOIDED,
          HOLD_EXPIRED ->
          true;
      case LEDGER_CREATED,
          ASSET_REGISTERED,
          ACCOUNT_CREATED,
          ACCOUNT_UPDATED,
          ACCOUNT_FROZEN,
          ACCOUNT_UNFROZEN,
          ACCOUNT_CLOSED,
          ACCOUNT_REOPENED,
          PAYLOAD_NOT_SET ->
          false;
    };
  }

  /** The state after the event; empty where the event ends a hold that there is not. */
  static Optional<Transaction> next(Optional<Transaction> before, Event event) {
    return switch (event.getPayloadCase()) {
      case MONEY_DEPOSITED -> {
        var amount = event.getMoneyDeposited().getAmount();
        yield Optional.of(moved(before, event, external(amount), event.getAccount(), amount));
      }
      case MONEY_WITHDRAWN -> {
        var amount = event.getMoneyWithdrawn().getAmount();
        yield Optional.of(moved(before, event, event.getAccount(), external(amount), amount));
      }
      case MONEY_TRANSFERRED_OUT -> {
        var out = event.getMoneyTransferredOut();
        yield Optional.of(
            moved(before, event, event.getAccount(), out.getDestinationAccount(), out.getAmount()));
      }
      case FUNDS_HELD -> Optional.of(held(before, event));
      case HOLD_POSTED ->
          before.flatMap(it ->
              ended(
                  it,
                  event,
                  event.getHoldPosted().getPostingIndex(),
                  event.getHoldPosted().getHeld(),
                  event.getHoldPosted().getAmount().getMinorUnits()));
      case HOLD_VOIDED ->
          before.flatMap(it ->
              ended(
                  it,
                  event,
                  event.getHoldVoided().getPostingIndex(),
                  event.getHoldVoided().getAmount(),
                  0));
      case HOLD_EXPIRED ->
          before.flatMap(it ->
              ended(
                  it,
                  event,
                  event.getHoldExpired().getPostingIndex(),
                  event.getHoldExpired().getAmount(),
                  0));
      case MONEY_TRANSFERRED_IN,
          LEDGER_CREATED,
          ASSET_REGISTERED,
          ACCOUNT_CREATED,
          ACCOUNT_UPDATED,
          ACCOUNT_FROZEN,
          ACCOUNT_UNFROZEN,
          ACCOUNT_CLOSED,
          ACCOUNT_REOPENED,
          PAYLOAD_NOT_SET ->
          before;
    };
  }

  /** Whether it was made pending, whatever became of it. */
  static boolean wasPending(Transaction transaction) {
    return transaction.getStatus() == Status.PENDING || transaction.hasEnd();
  }

  static String external(Money amount) {
    return EXTERNAL + amount.getCurrencyCode();
  }

  static boolean isExternal(String account) {
    return account.startsWith(EXTERNAL);
  }

  private static Transaction moved(
      Optional<Transaction> before, Event event, String source, String destination, Money amount) {
    return before
        .map(Transaction::toBuilder)
        .orElseGet(() -> made(event, Status.POSTED))
        .addPostings(
            Posting.newBuilder()
                .setSourceAccount(source)
                .setDestinationAccount(destination)
                .setAmount(amount)
                .setPosted(amount))
        .build();
  }

  private static Transaction held(Optional<Transaction> before, Event event) {
    var held = event.getFundsHeld();
    var transaction =
        before.map(Transaction::toBuilder).orElseGet(() -> made(event, Status.PENDING));
    if (held.hasExpireTime()) {
      transaction.setExpireTime(held.getExpireTime());
    }
    return transaction
        .addPostings(
            Posting.newBuilder()
                .setSourceAccount(event.getAccount())
                .setDestinationAccount(
                    held.getDestinationAccount().isEmpty()
                        ? external(held.getAmount())
                        : held.getDestinationAccount())
                .setAmount(held.getAmount())
                .setPosted(money(held.getAmount().getCurrencyCode(), 0)))
        .build();
  }

  private static Optional<Transaction> ended(
      Transaction before, Event event, int index, Money held, long posted) {
    boolean isOpen =
        before.getStatus() == Status.PENDING
            || before.getEnd().getCommandId().equals(event.getCommandId());
    if (!isOpen
        || index >= before.getPostingsCount()
        || !before.getPostings(index).getSourceAccount().equals(event.getAccount())
        || !before.getPostings(index).getAmount().equals(held)
        || posted > held.getMinorUnits()) {
      return Optional.empty();
    }
    var transaction = before.toBuilder().setStatus(status(before.getStatus(), event));
    transaction.getPostingsBuilder(index).getPostedBuilder().setMinorUnits(posted);
    if (!before.hasEnd()) {
      transaction.setEnd(
          End.newBuilder()
              .setPosition(event.getPosition())
              .setCommandId(event.getCommandId())
              .setRecordTime(event.getRecordTime())
              .setEffectiveTime(event.getEffectiveTime()));
    }
    return Optional.of(transaction.build());
  }

  /** It is posted when anything of it is. */
  private static Status status(Status before, Event event) {
    if (event.hasHoldExpired()) {
      return Status.EXPIRED;
    }
    return event.hasHoldPosted() || before == Status.POSTED ? Status.POSTED : Status.VOIDED;
  }

  private static Transaction.Builder made(Event event, Status status) {
    return Transaction.newBuilder()
        .setTransactionId(event.getTransactionId())
        .setStatus(status)
        .setReversesTransactionId(event.getReversesTransactionId())
        .setPosition(event.getPosition())
        .setRecordTime(event.getRecordTime())
        .setEffectiveTime(event.getEffectiveTime())
        .setReference(event.getReference())
        .putAllMetadata(event.getMetadataMap());
  }
}
