package chronicle.ledger.log;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Command.CloseAccount;
import chronicle.ledger.domain.Command.CreateAccount;
import chronicle.ledger.domain.Command.CreateLedger;
import chronicle.ledger.domain.Command.CreateTransaction;
import chronicle.ledger.domain.Command.Deposit;
import chronicle.ledger.domain.Command.FreezeAccount;
import chronicle.ledger.domain.Command.PostTransaction;
import chronicle.ledger.domain.Command.RegisterAsset;
import chronicle.ledger.domain.Command.ReopenAccount;
import chronicle.ledger.domain.Command.ReverseTransaction;
import chronicle.ledger.domain.Command.Transfer;
import chronicle.ledger.domain.Command.UnfreezeAccount;
import chronicle.ledger.domain.Command.UpdateAccount;
import chronicle.ledger.domain.Command.UpdateAccount.Field;
import chronicle.ledger.domain.Command.VoidTransaction;
import chronicle.ledger.domain.Command.Withdraw;
import chronicle.ledger.domain.Details;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.domain.Movement;
import chronicle.ledger.v1.CloseAccountRequest;
import chronicle.ledger.v1.CommandRecord;
import chronicle.ledger.v1.CommandRequest;
import chronicle.ledger.v1.CreateAccountRequest;
import chronicle.ledger.v1.CreateLedgerRequest;
import chronicle.ledger.v1.CreateTransactionRequest;
import chronicle.ledger.v1.DepositRequest;
import chronicle.ledger.v1.ExecuteBatchRequest;
import chronicle.ledger.v1.FreezeAccountRequest;
import chronicle.ledger.v1.PostTransactionRequest;
import chronicle.ledger.v1.Posting;
import chronicle.ledger.v1.RegisterAssetRequest;
import chronicle.ledger.v1.ReopenAccountRequest;
import chronicle.ledger.v1.ReverseTransactionRequest;
import chronicle.ledger.v1.TransferRequest;
import chronicle.ledger.v1.UnfreezeAccountRequest;
import chronicle.ledger.v1.UpdateAccountRequest;
import chronicle.ledger.v1.VoidTransactionRequest;
import chronicle.ledger.v1.WithdrawRequest;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import java.util.Locale;
import java.util.Set;

/**
 * Commands in the form in which they are kept: normalised, so that equal commands are equal
 * messages.
 */
final class CommandRecords {
  private CommandRecords() {}

  static CommandRecord record(LedgerId ledger, Request request) {
    var record = CommandRecord.newBuilder().setActor(request.actor());
    switch (request.command()) {
      case CreateLedger create -> record.setCreateLedger(createLedger(ledger, create));
      case RegisterAsset register -> record.setRegisterAsset(registerAsset(ledger, register));
      case CreateAccount create -> record.setCreateAccount(createAccount(ledger, create));
      case UpdateAccount update -> record.setUpdateAccount(updateAccount(ledger, update));
      case FreezeAccount freeze -> record.setFreezeAccount(freezeAccount(ledger, freeze));
      case UnfreezeAccount unfreeze -> record.setUnfreezeAccount(unfreezeAccount(ledger, unfreeze));
      case CloseAccount close -> record.setCloseAccount(closeAccount(ledger, close));
      case ReopenAccount reopen -> record.setReopenAccount(reopenAccount(ledger, reopen));
      case Deposit deposit -> record.setDeposit(deposit(ledger, deposit));
      case Withdraw withdraw -> record.setWithdraw(withdraw(ledger, withdraw));
      case Transfer transfer -> record.setTransfer(transfer(ledger, transfer));
      case CreateTransaction create ->
          record.setCreateTransaction(createTransaction(ledger, create));
      case PostTransaction post -> record.setPostTransaction(postTransaction(ledger, post));
      case VoidTransaction release -> record.setVoidTransaction(voidTransaction(ledger, release));
      case ReverseTransaction reverse ->
          record.setReverseTransaction(reverseTransaction(ledger, reverse));
    }
    return record.build();
  }

  /** A batch with its commands, each with the id that it has. */
  static CommandRecord record(LedgerId ledger, Request.Atomic batch) {
    var message = ExecuteBatchRequest.newBuilder().setLedger(ledger.value()).setAtomic(true);
    batch.parts().forEach(part -> message.addCommands(part(ledger, part)));
    return CommandRecord.newBuilder().setActor(batch.actor()).setExecuteBatch(message).build();
  }

  /** The command's message of the same name in CommandRequest, with its id. */
  private static CommandRequest part(LedgerId ledger, Request request) {
    CommandRecord record = record(ledger, request);
    var field =
        record.getOneofFieldDescriptor(CommandRecord.getDescriptor().getOneofs().getFirst());
    var message = ((Message) record.getField(field)).toBuilder();
    var id = message.getDescriptorForType().findFieldByName("command_id");
    return CommandRequest.newBuilder()
        .setField(
            CommandRequest.getDescriptor().findFieldByName(field.getName()),
            message.setField(id, request.id().value()).build())
        .build();
  }

  private static CreateLedgerRequest createLedger(LedgerId ledger, CreateLedger command) {
    return CreateLedgerRequest.newBuilder()
        .setLedger(ledger.value())
        .setReference(command.details().reference())
        .putAllMetadata(command.details().metadata())
        .build();
  }

  private static RegisterAssetRequest registerAsset(LedgerId ledger, RegisterAsset command) {
    Details details = command.details();
    var message =
        RegisterAssetRequest.newBuilder()
            .setLedger(ledger.value())
            .setCurrencyCode(command.currency())
            .setScale(command.scale())
            .setReference(details.reference())
            .putAllMetadata(details.metadata());
    return message.build();
  }

  private static UnfreezeAccountRequest unfreezeAccount(LedgerId ledger, UnfreezeAccount command) {
    Details details = command.details();
    var message =
        UnfreezeAccountRequest.newBuilder()
            .setLedger(ledger.value())
            .setAccount(command.account().value())
            .setReference(details.reference())
            .putAllMetadata(details.metadata());
    details.effectiveTime().ifPresent(time -> message.setEffectiveTime(Messages.timestamp(time)));
    details.expectedVersion().ifPresent(message::setExpectedVersion);
    return message.build();
  }

  private static CloseAccountRequest closeAccount(LedgerId ledger, CloseAccount command) {
    Details details = command.details();
    var message =
        CloseAccountRequest.newBuilder()
            .setLedger(ledger.value())
            .setAccount(command.account().value())
            .setReference(details.reference())
            .putAllMetadata(details.metadata());
    details.effectiveTime().ifPresent(time -> message.setEffectiveTime(Messages.timestamp(time)));
    details.expectedVersion().ifPresent(message::setExpectedVersion);
    return message.build();
  }

  private static ReopenAccountRequest reopenAccount(LedgerId ledger, ReopenAccount command) {
    Details details = command.details();
    var message =
        ReopenAccountRequest.newBuilder()
            .setLedger(ledger.value())
            .setAccount(command.account().value())
            .setReference(details.reference())
            .putAllMetadata(details.metadata());
    details.effectiveTime().ifPresent(time -> message.setEffectiveTime(Messages.timestamp(time)));
    details.expectedVersion().ifPresent(message::setExpectedVersion);
    return message.build();
  }

  private static FreezeAccountRequest freezeAccount(LedgerId ledger, FreezeAccount command) {
    Details details = command.details();
    var message =
        FreezeAccountRequest.newBuilder()
            .setLedger(ledger.value())
            .setAccount(command.account().value())
            .setScope(Messages.scope(command.freeze()))
            .setReference(details.reference())
            .putAllMetadata(details.metadata());
    details.effectiveTime().ifPresent(time -> message.setEffectiveTime(Messages.timestamp(time)));
    details.expectedVersion().ifPresent(message::setExpectedVersion);
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

  private static VoidTransactionRequest voidTransaction(LedgerId ledger, VoidTransaction command) {
    Details details = command.details();
    var message =
        VoidTransactionRequest.newBuilder()
            .setLedger(ledger.value())
            .setTransaction(command.transaction().value())
            .setReference(details.reference())
            .putAllMetadata(details.metadata());
    details.effectiveTime().ifPresent(time -> message.setEffectiveTime(Messages.timestamp(time)));
    return message.build();
  }

  private static ReverseTransactionRequest reverseTransaction(
      LedgerId ledger, ReverseTransaction command) {
    Details details = command.details();
    var message =
        ReverseTransactionRequest.newBuilder()
            .setLedger(ledger.value())
            .setTransaction(command.transaction().value())
            .setAtOriginalEffectiveTime(command.atOriginalTime())
            .setReference(details.reference())
            .putAllMetadata(details.metadata());
    details.effectiveTime().ifPresent(time -> message.setEffectiveTime(Messages.timestamp(time)));
    return message.build();
  }

  private static UpdateAccountRequest updateAccount(LedgerId ledger, UpdateAccount command) {
    Details details = command.details();
    var message =
        UpdateAccountRequest.newBuilder()
            .setLedger(ledger.value())
            .setAccount(command.account().value())
            .setUpdateMask(mask(command.fields()))
            .setReference(details.reference())
            .putAllMetadata(details.metadata());
    command.overdraftLimit().map(Messages::money).ifPresent(message::setOverdraftLimit);
    command.balanceMax().map(Messages::money).ifPresent(message::setBalanceMax);
    details.effectiveTime().ifPresent(time -> message.setEffectiveTime(Messages.timestamp(time)));
    details.expectedVersion().ifPresent(message::setExpectedVersion);
    return message.build();
  }

  private static CreateAccountRequest createAccount(LedgerId ledger, CreateAccount command) {
    Details details = command.details();
    var message =
        CreateAccountRequest.newBuilder()
            .setLedger(ledger.value())
            .setAccount(command.account().value())
            .setCurrencyCode(command.currency())
            .setOverdraftLimit(
                Messages.money(command.currency(), command.limits().overdraftMinor()))
            .setReference(details.reference())
            .putAllMetadata(details.metadata());
    command
        .limits()
        .balanceMaxMinor()
        .ifPresent(max -> message.setBalanceMax(Messages.money(command.currency(), max)));
    return message.build();
  }

  private static CreateTransactionRequest createTransaction(
      LedgerId ledger, CreateTransaction command) {
    Details details = command.details();
    var message =
        CreateTransactionRequest.newBuilder()
            .setLedger(ledger.value())
            .addAllPostings(command.postings().stream().map(CommandRecords::posting).toList())
            .setPending(command.pending())
            .setReference(details.reference())
            .putAllMetadata(details.metadata());
    command.expireTime().ifPresent(time -> message.setExpireTime(Messages.timestamp(time)));
    details.effectiveTime().ifPresent(time -> message.setEffectiveTime(Messages.timestamp(time)));
    return message.build();
  }

  private static PostTransactionRequest postTransaction(LedgerId ledger, PostTransaction command) {
    Details details = command.details();
    var message =
        PostTransactionRequest.newBuilder()
            .setLedger(ledger.value())
            .setTransaction(command.transaction().value())
            .addAllAmounts(command.amounts().stream().map(Messages::money).toList())
            .setReference(details.reference())
            .putAllMetadata(details.metadata());
    details.effectiveTime().ifPresent(time -> message.setEffectiveTime(Messages.timestamp(time)));
    return message.build();
  }

  private static Posting posting(Movement movement) {
    return Posting.newBuilder()
        .setSourceAccount(movement.source().map(AccountId::value).orElse(""))
        .setDestinationAccount(movement.destination().map(AccountId::value).orElse(""))
        .setAmount(Messages.money(movement.amount()))
        .build();
  }

  private static FieldMask mask(Set<Field> fields) {
    var mask = FieldMask.newBuilder();
    fields.stream()
        .sorted()
        .map(field -> field.name().toLowerCase(Locale.ROOT))
        .forEach(mask::addPaths);
    return mask.build();
  }
}
