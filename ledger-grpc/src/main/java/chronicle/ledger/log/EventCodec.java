package chronicle.ledger.log;

import chronicle.event.v1.BalancesAfter;
import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.Details;
import chronicle.ledger.domain.Event;
import chronicle.ledger.domain.Event.AccountClosed;
import chronicle.ledger.domain.Event.AccountCreated;
import chronicle.ledger.domain.Event.AccountEvent;
import chronicle.ledger.domain.Event.AccountFrozen;
import chronicle.ledger.domain.Event.AccountReopened;
import chronicle.ledger.domain.Event.AccountUnfrozen;
import chronicle.ledger.domain.Event.AccountUpdated;
import chronicle.ledger.domain.Event.AssetRegistered;
import chronicle.ledger.domain.Event.FundsHeld;
import chronicle.ledger.domain.Event.HoldExpired;
import chronicle.ledger.domain.Event.HoldPosted;
import chronicle.ledger.domain.Event.HoldVoided;
import chronicle.ledger.domain.Event.LedgerCreated;
import chronicle.ledger.domain.Event.LedgerEvent;
import chronicle.ledger.domain.Event.Limits;
import chronicle.ledger.domain.Event.MoneyDeposited;
import chronicle.ledger.domain.Event.MoneyTransferredIn;
import chronicle.ledger.domain.Event.MoneyTransferredOut;
import chronicle.ledger.domain.Event.MoneyWithdrawn;
import chronicle.ledger.domain.Event.TransactionEvent;
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
            .setReversesTransactionId(cause.reversesTransactionId())
            .setTransactionIndex(recorded.index())
            .setTransactionSize(cause.size())
            .setRecordTime(Messages.timestamp(cause.recordTime()))
            .setEffectiveTime(Messages.timestamp(cause.effectiveTime()))
            .setActor(cause.actor())
            .setTraceparent(cause.traceparent())
            .setReference(cause.details().reference());
    if (!cause.details().metadata().isEmpty()) {
      message.putAllMetadata(cause.details().metadata());
    }
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
      case LedgerEvent about -> withLedgerPayload(message, about);
      case AccountEvent about -> withAccountPayload(message, about);
      case TransactionEvent part -> withTransactionPayload(message, part);
    };
  }

  private static chronicle.event.v1.Event.Builder withLedgerPayload(
      chronicle.event.v1.Event.Builder message, LedgerEvent event) {
    return switch (event) {
      case LedgerCreated(var incarnation) ->
          message.setLedgerCreated(
              chronicle.event.v1.LedgerCreated.newBuilder().setIncarnation(incarnation));
      case AssetRegistered(var currency, var scale) ->
          message.setAssetRegistered(
              chronicle.event.v1.AssetRegistered.newBuilder()
                  .setCurrencyCode(currency)
                  .setScale(scale));
    };
  }

  private static chronicle.event.v1.Event.Builder withAccountPayload(
      chronicle.event.v1.Event.Builder message, AccountEvent event) {
    return switch (event) {
      case AccountCreated created -> message.setAccountCreated(accountCreated(created));
      case AccountUpdated updated -> message.setAccountUpdated(accountUpdated(updated));
      case AccountFrozen(var freeze) ->
          message.setAccountFrozen(
              chronicle.event.v1.AccountFrozen.newBuilder().setScope(Messages.scope(freeze)));
      case AccountUnfrozen() ->
          message.setAccountUnfrozen(chronicle.event.v1.AccountUnfrozen.getDefaultInstance());
      case AccountClosed() ->
          message.setAccountClosed(chronicle.event.v1.AccountClosed.getDefaultInstance());
      case AccountReopened() ->
          message.setAccountReopened(chronicle.event.v1.AccountReopened.getDefaultInstance());
    };
  }

  private static chronicle.event.v1.Event.Builder withTransactionPayload(
      chronicle.event.v1.Event.Builder message, TransactionEvent event) {
    return switch (event) {
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
      case FundsHeld held -> message.setFundsHeld(fundsHeld(held));
      case HoldPosted(var amount, var held, var destination, var posting) ->
          message.setHoldPosted(
              chronicle.event.v1.HoldPosted.newBuilder()
                  .setAmount(Messages.money(amount))
                  .setHeld(Messages.money(held))
                  .setDestinationAccount(destination.map(AccountId::value).orElse(""))
                  .setPostingIndex(posting));
      case HoldVoided(var amount, var posting) ->
          message.setHoldVoided(
              chronicle.event.v1.HoldVoided.newBuilder()
                  .setAmount(Messages.money(amount))
                  .setPostingIndex(posting));
      case HoldExpired(var amount, var posting) ->
          message.setHoldExpired(
              chronicle.event.v1.HoldExpired.newBuilder()
                  .setAmount(Messages.money(amount))
                  .setPostingIndex(posting));
    };
  }

  private static chronicle.event.v1.AccountCreated accountCreated(AccountCreated created) {
    var message =
        chronicle.event.v1.AccountCreated.newBuilder()
            .setCurrencyCode(created.currency())
            .setOverdraftLimitMinorUnits(created.limits().overdraftMinor());
    created.limits().balanceMaxMinor().ifPresent(message::setBalanceMaxMinorUnits);
    return message.build();
  }

  private static chronicle.event.v1.AccountUpdated accountUpdated(AccountUpdated updated) {
    var message =
        chronicle.event.v1.AccountUpdated.newBuilder()
            .setOverdraftLimitMinorUnits(updated.limits().overdraftMinor())
            .setSetsReference(updated.setsReference())
            .setSetsMetadata(updated.setsMetadata());
    updated.limits().balanceMaxMinor().ifPresent(message::setBalanceMaxMinorUnits);
    return message.build();
  }

  private static chronicle.event.v1.FundsHeld fundsHeld(FundsHeld held) {
    var message =
        chronicle.event.v1.FundsHeld.newBuilder()
            .setAmount(Messages.money(held.amount()))
            .setDestinationAccount(held.destination().map(AccountId::value).orElse(""))
            .setPostingIndex(held.posting());
    held.expireTime().ifPresent(time -> message.setExpireTime(Messages.timestamp(time)));
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
        message.getReversesTransactionId(),
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
      case ASSET_REGISTERED ->
          new AssetRegistered(
              message.getAssetRegistered().getCurrencyCode(),
              message.getAssetRegistered().getScale());
      case ACCOUNT_UPDATED -> accountUpdated(message.getAccountUpdated());
      case ACCOUNT_FROZEN ->
          new AccountFrozen(Messages.freeze(message.getAccountFrozen().getScope()));
      case ACCOUNT_UNFROZEN -> new AccountUnfrozen();
      case ACCOUNT_CLOSED -> new AccountClosed();
      case ACCOUNT_REOPENED -> new AccountReopened();
      case FUNDS_HELD -> fundsHeld(message.getFundsHeld());
      case HOLD_POSTED ->
          new HoldPosted(
              money(message.getHoldPosted().getAmount()),
              money(message.getHoldPosted().getHeld()),
              optional(message.getHoldPosted().getDestinationAccount()),
              message.getHoldPosted().getPostingIndex());
      case HOLD_VOIDED ->
          new HoldVoided(
              money(message.getHoldVoided().getAmount()),
              message.getHoldVoided().getPostingIndex());
      case HOLD_EXPIRED ->
          new HoldExpired(
              money(message.getHoldExpired().getAmount()),
              message.getHoldExpired().getPostingIndex());
      case PAYLOAD_NOT_SET ->
          throw new UnreadableEventException(
              ledger.value(), message.getPosition(), "this version does not know its type");
    };
  }

  private static AccountCreated accountCreated(chronicle.event.v1.AccountCreated created) {
    return new AccountCreated(
        created.getCurrencyCode(),
        limits(
            created.getOverdraftLimitMinorUnits(),
            created.hasBalanceMaxMinorUnits(),
            created.getBalanceMaxMinorUnits()));
  }

  private static AccountUpdated accountUpdated(chronicle.event.v1.AccountUpdated updated) {
    return new AccountUpdated(
        limits(
            updated.getOverdraftLimitMinorUnits(),
            updated.hasBalanceMaxMinorUnits(),
            updated.getBalanceMaxMinorUnits()),
        updated.getSetsReference(),
        updated.getSetsMetadata());
  }

  private static Limits limits(long overdraft, boolean hasMax, long max) {
    return new Limits(overdraft, hasMax ? OptionalLong.of(max) : OptionalLong.empty());
  }

  private static FundsHeld fundsHeld(chronicle.event.v1.FundsHeld held) {
    return new FundsHeld(
        money(held.getAmount()),
        optional(held.getDestinationAccount()),
        held.hasExpireTime() ? Optional.of(instant(held.getExpireTime())) : Optional.empty(),
        held.getPostingIndex());
  }

  private static Optional<AccountId> optional(String account) {
    return account.isEmpty() ? Optional.empty() : Optional.of(new AccountId(account));
  }

  private static Money money(chronicle.type.v1.Money money) {
    return new Money(money.getCurrencyCode(), money.getMinorUnits());
  }

  private static Instant instant(Timestamp timestamp) {
    return Instant.ofEpochSecond(timestamp.getSeconds(), timestamp.getNanos());
  }
}
