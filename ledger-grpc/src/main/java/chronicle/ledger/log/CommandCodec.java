package chronicle.ledger.log;

import chronicle.ledger.domain.Command.CreateAccount;
import chronicle.ledger.domain.Command.CreateLedger;
import chronicle.ledger.domain.Command.Deposit;
import chronicle.ledger.domain.Command.Transfer;
import chronicle.ledger.domain.Command.Withdraw;
import chronicle.ledger.domain.Details;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.domain.Money;
import chronicle.ledger.domain.Refusal;
import chronicle.ledger.v1.CommandRecord;
import chronicle.ledger.v1.CreateAccountRequest;
import chronicle.ledger.v1.CreateLedgerRequest;
import chronicle.ledger.v1.DepositRequest;
import chronicle.ledger.v1.RefusalRecord;
import chronicle.ledger.v1.TransferRequest;
import chronicle.ledger.v1.WithdrawRequest;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import java.util.Optional;

/** Writes commands and refusals as they are kept for ever, and tells two commands apart. */
final class CommandCodec {
  private CommandCodec() {}

  /**
   * Returns the command's normalised record: equal commands give records that are equal as
   * messages.
   */
  static byte[] encode(LedgerId ledger, Request request) {
    var record = CommandRecord.newBuilder().setActor(request.actor());
    switch (request.command()) {
      case CreateLedger(var details) -> record.setCreateLedger(createLedger(ledger, details));
      case CreateAccount create -> record.setCreateAccount(createAccount(ledger, create));
      case Deposit deposit -> record.setDeposit(deposit(ledger, deposit));
      case Withdraw withdraw -> record.setWithdraw(withdraw(ledger, withdraw));
      case Transfer transfer -> record.setTransfer(transfer(ledger, transfer));
    }
    return record.build().toByteArray();
  }

  /**
   * Returns the path of the first field in which two records differ, such as {@code
   * amount.minor_units}; empty where equal.
   */
  static Optional<String> differingField(byte[] recorded, byte[] asked) {
    try {
      return differing(CommandRecord.parseFrom(recorded), CommandRecord.parseFrom(asked));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a recorded command can't be read", e);
    }
  }

  static byte[] encode(Refusal refusal) {
    return RefusalRecord.newBuilder()
        .setReason(refusal.reason().name())
        .setMessage(refusal.message())
        .putAllMetadata(refusal.figures())
        .build()
        .toByteArray();
  }

  static Refusal decodeRefusal(byte[] bytes) {
    try {
      var refusal = RefusalRecord.parseFrom(bytes);
      return new Refusal(
          Refusal.Reason.valueOf(refusal.getReason()),
          refusal.getMessage(),
          refusal.getMetadataMap());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a recorded refusal can't be read", e);
    }
  }

  private static Optional<String> differing(CommandRecord recorded, CommandRecord asked) {
    if (!recorded.getActor().equals(asked.getActor())) {
      return Optional.of("actor");
    }
    if (recorded.getRequestCase() != asked.getRequestCase()) {
      return Optional.of("method");
    }
    return recorded.getAllFields().entrySet().stream()
        .filter(field -> field.getValue() instanceof Message)
        .findFirst()
        .flatMap(field ->
            differing((Message) field.getValue(), (Message) asked.getField(field.getKey())));
  }

  private static Optional<String> differing(Message one, Message other) {
    return one.getDescriptorForType().getFields().stream()
        .filter(field -> isDifferent(one, other, field))
        .findFirst()
        .map(field -> path(one, other, field));
  }

  private static boolean isDifferent(Message one, Message other, FieldDescriptor field) {
    return (field.hasPresence() && one.hasField(field) != other.hasField(field))
        || !one.getField(field).equals(other.getField(field));
  }

  private static String path(Message one, Message other, FieldDescriptor field) {
    boolean goesDeeper =
        !field.isRepeated()
            && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
            && !field.getMessageType().equals(Timestamp.getDescriptor());
    return !goesDeeper
        ? field.getName()
        : differing((Message) one.getField(field), (Message) other.getField(field))
            .map(rest -> field.getName() + "." + rest)
            .orElse(field.getName());
  }

  private static CreateLedgerRequest createLedger(LedgerId ledger, Details details) {
    return CreateLedgerRequest.newBuilder()
        .setLedger(ledger.value())
        .setReference(details.reference())
        .putAllMetadata(details.metadata())
        .build();
  }

  private static CreateAccountRequest createAccount(LedgerId ledger, CreateAccount command) {
    var message =
        CreateAccountRequest.newBuilder()
            .setLedger(ledger.value())
            .setAccount(command.account().value())
            .setCurrencyCode(command.currency())
            .setOverdraftLimit(
                Messages.money(new Money(command.currency(), command.overdraftLimitMinor())))
            .setReference(command.details().reference())
            .putAllMetadata(command.details().metadata());
    command
        .balanceMaxMinor()
        .ifPresent(
            max -> message.setBalanceMax(Messages.money(new Money(command.currency(), max))));
    return message.build();
  }

  private static DepositRequest deposit(LedgerId ledger, Deposit command) {
    Details details = command.details();
    var message =
        DepositRequest.newBuilder()
            .setLedger(ledger.value())
            .setAccount(command.account().value())
            .setAmount(Messages.money(command.amount()))
            .setReference(details.reference())
            .putAllMetadata(details.metadata());
    details.effectiveTime().ifPresent(time -> message.setEffectiveTime(Messages.timestamp(time)));
    details.expectedVersion().ifPresent(message::setExpectedVersion);
    return message.build();
  }

  private static WithdrawRequest withdraw(LedgerId ledger, Withdraw command) {
    Details details = command.details();
    var message =
        WithdrawRequest.newBuilder()
            .setLedger(ledger.value())
            .setAccount(command.account().value())
            .setAmount(Messages.money(command.amount()))
            .setReference(details.reference())
            .putAllMetadata(details.metadata());
    details.effectiveTime().ifPresent(time -> message.setEffectiveTime(Messages.timestamp(time)));
    details.expectedVersion().ifPresent(message::setExpectedVersion);
    return message.build();
  }

  private static TransferRequest transfer(LedgerId ledger, Transfer command) {
    Details details = command.details();
    var message =
        TransferRequest.newBuilder()
            .setLedger(ledger.value())
            .setSourceAccount(command.source().value())
            .setDestinationAccount(command.destination().value())
            .setAmount(Messages.money(command.amount()))
            .setReference(details.reference())
            .putAllMetadata(details.metadata());
    details.effectiveTime().ifPresent(time -> message.setEffectiveTime(Messages.timestamp(time)));
    details.expectedVersion().ifPresent(message::setExpectedVersion);
    return message.build();
  }
}
