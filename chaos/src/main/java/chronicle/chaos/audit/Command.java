package chronicle.chaos.audit;

import chronicle.ledger.v1.CommandRequest;
import chronicle.ledger.v1.CreateLedgerRequest;
import chronicle.ledger.v1.ExecuteBatchRequest;
import com.google.protobuf.Message;
import java.util.List;
import java.util.Optional;

/**
 * What was asked under one command id: one command, the commands of an atomic batch in order, or
 * none where the ledger itself was to be made.
 */
record Command(String id, boolean validateOnly, List<CommandRequest> parts, Message request) {
  /** The command that a request asks for; empty if it is a read. */
  static Optional<Command> of(Message request) {
    return switch (request) {
      case CommandRequest command ->
          Optional.of(
              new Command(
                  text(inner(command), "command_id"),
                  flag(inner(command), "validate_only"),
                  List.of(command),
                  request));
      case ExecuteBatchRequest batch ->
          Optional.of(
              new Command(
                  batch.getCommandId(), batch.getValidateOnly(), batch.getCommandsList(), request));
      case CreateLedgerRequest ledger ->
          Optional.of(
              new Command(ledger.getCommandId(), ledger.getValidateOnly(), List.of(), request));
      default -> Optional.empty();
    };
  }

  /** The request in a command's oneof. */
  static Message inner(CommandRequest command) {
    var field =
        CommandRequest.getDescriptor().findFieldByNumber(command.getCommandCase().getNumber());
    return (Message) command.getField(field);
  }

  /** The id of a part: its own, or the one that the batch gives it. */
  String idOf(int part) {
    if (!(request instanceof ExecuteBatchRequest)) {
      return id;
    }
    var own = text(inner(parts.get(part)), "command_id");
    return own.isEmpty() ? id + "." + part : own;
  }

  static String text(Message message, String field) {
    return (String) message.getField(message.getDescriptorForType().findFieldByName(field));
  }

  private static boolean flag(Message message, String field) {
    return (Boolean) message.getField(message.getDescriptorForType().findFieldByName(field));
  }
}
