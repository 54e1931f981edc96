package chronicle.ledger.log;

import chronicle.event.v1.BalancesAfter;
import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.Details;
import chronicle.ledger.domain.Event;
import chronicle.ledger.domain.Event.AccountCreated;
import chronicle.ledger.domain.Event.LedgerCreated;
import chronicle.ledger.domain.Event.MoneyDeposited;
import chronicle.ledger.domain.Event.MoneyTransferredIn;
import chronicle.ledger.domain.Event.MoneyTransferredOut;
import chronicle.ledger.domain.Event.MoneyWithdrawn;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.domain.Money;
import chronicle.ledger.log.RecordedEvent.Balances;
import com.google.protobuf.CodedInputStream;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Timestamp;
import java.io.IOException;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Between events of the domain and {@code chronicle.event.v1.Event}, in both directions without
 * loss.
 */
public final class EventCodec {
  private EventCodec() {}

  /** Returns the event's serialized form. */
  public static EncodedEvent encode(LedgerId ledger, RecordedEvent recorded) {
    byte[] bytes = toMessage(ledger, recorded).toByteArray();
    return new EncodedEvent(recorded.position(), recorded.type(), bytes);
  }

  /**
   * Returns the event, upcast where it is old; one that this version does not know, or that makes
   * no sense, throws {@link UnreadableEventException}.
   */
  public static RecordedEvent decode(LedgerId ledger, long position, byte[] bytes) {
    try {
      return fromMessage(ledger, position, chronicle.event.v1.Event.parseFrom(bytes));
    } catch (InvalidProtocolBufferException | IllegalArgumentException e) {
      throw new UnreadableEventException(ledger.value(), position, String.valueOf(e.getMessage()));
    }
  }

  /** Returns the event's W3C trace context without decoding the rest; empty where it has none. */
  public static String traceparent(EncodedEvent event) {
    try {
      var input = CodedInputStream.newInstance(event.bytes());
      for (int tag = input.readTag(); tag != 0; tag = input.readTag()) {
        if (tag >>> 3 == chronicle.event.v1.Event.TRACEPARENT_FIELD_NUMBER) {
          return input.readString();
        }
        input.skipField(tag);
      }
      return "";
    } catch (IOException e) {
      throw new IllegalStateException("an encoded event can't be read", e);
    }
  }

  private static chronicle.event.v1.Event toMessage(LedgerId ledger, RecordedEvent recorded) {
    Cause cause = recorded.cause();
    var message =
        chronicle.event.v1.Event.newBuilder()
            .setLedger(ledger.value())
            .setPosition(recorded.position())
            .setAccount(recorded.account().value())
            .setAccountVersion(recorded.accountVersion())
            .setCommandId(cause.commandId().value())
            .setTransactionId(cause.transactionId())
            .setTransactionIndex(recorded.index())
            .setTransactionSize(cause.size())
            .setRecordTime(Messages.timestamp(cause.recordTime()))
            .setEffectiveTime(Messages.timestamp(cause.effectiveTime()))
            .setActor(cause.actor())
            .setTraceparent(cause.traceparent())
            .setReference(cause.details().reference())
            .putAllMetadata(cause.details().metadata());
    if (!recorded.account().isLedger()) {
      message.setBalancesAfter(balances(recorded.balancesAfter()));
    }
    withPayload(message, recorded.event());
    return message.setSchemaVersion(Upcasters.newestVersion(message.getPayloadCase())).build();
  }

  private static BalancesAfter balances(Balances balances) {
    return BalancesAfter.newBuilder()
        .setCurrencyCode(balances.currency())
        .setPostedMinorUnits(balances.postedMinor())
        .setHeldMinorUnits(balances.heldMinor())
        .setAvailableMinorUnits(balances.availableMinor())
        .build();
  }

  private static chronicle.event.v1.Event.Builder withPayload(
      chronicle.event.v1.Event.Builder message, Event event) {
    return switch (event) {
      case LedgerCreated(var incarnation) ->
          message.setLedgerCreated(
              chronicle.event.v1.LedgerCreated.newBuilder().setIncarnation(incarnation));
      case AccountCreated created -> message.setAccountCreated(accountCreated(created));
      case MoneyDeposited(var amount) ->
          message.setMoneyDeposited(
              chronicle.event.v1.MoneyDeposited.newBuilder().setAmount(Messages.money(amount)));
      case MoneyWithdrawn(var amount) ->
          message.setMoneyWithdrawn(
              chronicle.event.v1.MoneyWithdrawn.newBuilder().setAmount(Messages.money(amount)));
      case MoneyTransferredOut(var amount, var destination) ->
          message.setMoneyTransferredOut(
              chronicle.event.v1.MoneyTransferredOut.newBuilder()
                  .setAmount(Messages.money(amount))
                  .setDestinationAccount(destination.value()));
      case MoneyTransferredIn(var amount, var source) ->
          message.setMoneyTransferredIn(
              chronicle.event.v1.MoneyTransferredIn.newBuilder()
                  .setAmount(Messages.money(amount))
                  .setSourceAccount(source.value()));
    };
  }

  private static chronicle.event.v1.AccountCreated accountCreated(AccountCreated created) {
    var message =
        chronicle.event.v1.AccountCreated.newBuilder()
            .setCurrencyCode(created.currency())
            .setOverdraftLimitMinorUnits(created.overdraftLimitMinor());
    created.balanceMaxMinor().ifPresent(message::setBalanceMaxMinorUnits);
    return message.build();
  }

  private static RecordedEvent fromMessage(
      LedgerId ledger, long position, chronicle.event.v1.Event stored) {
    if (stored.getPosition() != position || !stored.getLedger().equals(ledger.value())) {
      throw new UnreadableEventException(
          ledger.value(),
          position,
          "it says %s-%d of itself".formatted(stored.getLedger(), stored.getPosition()));
    }
    chronicle.event.v1.Event message = Upcasters.upcast(stored);
    Event event = payload(ledger, message);
    return new RecordedEvent(
        position,
        new AccountId(message.getAccount()),
        message.getAccountVersion(),
        message.getTransactionIndex(),
        cause(message),
        balances(message.getBalancesAfter()),
        event);
  }

  private static Cause cause(chronicle.event.v1.Event message) {
    return new Cause(
        new CommandId(message.getCommandId()),
        message.getTransactionId(),
        message.getTransactionSize(),
        instant(message.getRecordTime()),
        instant(message.getEffectiveTime()),
        message.getActor(),
        message.getTraceparent(),
        new Details(
            message.getReference(),
            message.getMetadataMap(),
            Optional.empty(),
            OptionalLong.empty()));
  }

  private static Balances balances(BalancesAfter after) {
    return new Balances(
        after.getCurrencyCode(),
        after.getPostedMinorUnits(),
        after.getHeldMinorUnits(),
        after.getAvailableMinorUnits());
  }

  private static Event payload(LedgerId ledger, chronicle.event.v1.Event message) {
    return switch (message.getPayloadCase()) {
      case LEDGER_CREATED -> new LedgerCreated(message.getLedgerCreated().getIncarnation());
      case ACCOUNT_CREATED -> accountCreated(message.getAccountCreated());
      case MONEY_DEPOSITED -> new MoneyDeposited(money(message.getMoneyDeposited().getAmount()));
      case MONEY_WITHDRAWN -> new MoneyWithdrawn(money(message.getMoneyWithdrawn().getAmount()));
      case MONEY_TRANSFERRED_OUT ->
          new MoneyTransferredOut(
              money(message.getMoneyTransferredOut().getAmount()),
              new AccountId(message.getMoneyTransferredOut().getDestinationAccount()));
      case MONEY_TRANSFERRED_IN ->
          new MoneyTransferredIn(
              money(message.getMoneyTransferredIn().getAmount()),
              new AccountId(message.getMoneyTransferredIn().getSourceAccount()));
      case ASSET_REGISTERED,
          ACCOUNT_UPDATED,
          ACCOUNT_FROZEN,
          ACCOUNT_UNFROZEN,
          ACCOUNT_CLOSED,
          ACCOUNT_REOPENED,
          FUNDS_HELD,
          HOLD_POSTED,
          HOLD_VOIDED,
          HOLD_EXPIRED,
          PAYLOAD_NOT_SET ->
          throw new UnreadableEventException(
              ledger.value(),
              message.getPosition(),
              "this version does not know its type, " + message.getPayloadCase());
    };
  }

  private static AccountCreated accountCreated(chronicle.event.v1.AccountCreated created) {
    return new AccountCreated(
        created.getCurrencyCode(),
        created.getOverdraftLimitMinorUnits(),
        created.hasBalanceMaxMinorUnits()
            ? OptionalLong.of(created.getBalanceMaxMinorUnits())
            : OptionalLong.empty());
  }

  private static Money money(chronicle.type.v1.Money money) {
    return new Money(money.getCurrencyCode(), money.getMinorUnits());
  }

  private static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }
}
