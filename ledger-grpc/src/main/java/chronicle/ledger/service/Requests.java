package chronicle.ledger.service;

import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.log.Request;
import chronicle.ledger.service.CommandParser.Parsed;
import chronicle.ledger.v1.CommandRequest;
import chronicle.ledger.v1.ExecuteBatchRequest;
import chronicle.runtime.Failure;
import chronicle.runtime.Traceparent;
import com.fasterxml.uuid.Generators;
import com.fasterxml.uuid.impl.TimeBasedEpochRandomGenerator;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;

/**
 * Gives parsed commands what makes them requests: an id, an actor, and the ledger they go to; or
 * throws INVALID_REQUEST naming the field.
 */
final class Requests {
  /** Who asks, until callers are authenticated. */
  private static final String ANONYMOUS = "anonymous";

  private static final int COMMANDS_MAX = 1_000;
  private static final int POSTINGS_MAX = 5_000;

  private final TimeBasedEpochRandomGenerator ids = Generators.timeBasedEpochRandomGenerator();

  /** A request and the ledger it goes to. */
  record Addressed(LedgerId ledger, Request request) {}

  /** Requests that come together, and the ledger that all go to. */
  record Together(
      LedgerId ledger,
      boolean isAtomic,
      CommandId id,
      boolean validateOnly,
      List<Request> requests) {
    Request.Atomic atomic() {
      return new Request.Atomic(id, ANONYMOUS, Traceparent.current(), validateOnly, requests);
    }
  }

  /**
   * A command on its own: its id is the one in the message, else the one in the header, else new.
   */
  Addressed alone(Parsed parsed) {
    String inMessage = parsed.commandId();
    String inHeader = IdempotencyKey.current();
    if (!inMessage.isEmpty() && !inHeader.isEmpty() && !inMessage.equals(inHeader)) {
      throw Failure.invalid("command_id", "differs from the header idempotency-key");
    }
    return addressed(parsed, inMessage.isEmpty() ? inHeader : inMessage);
  }

  /** A command of a stream: its id is the one in the message, else new. */
  Addressed streamed(CommandRequest message) {
    Parsed parsed = CommandParser.parse(message);
    return addressed(parsed, parsed.commandId());
  }

  /** The commands of a batch: their ids are those in the messages, else made of the batch's. */
  Together together(ExecuteBatchRequest message) {
    LedgerId ledger = Fields.ledger(message.getLedger());
    requireNoHeader();
    if (message.getCommandsCount() == 0 || message.getCommandsCount() > COMMANDS_MAX) {
      throw Failure.invalid("commands", "must be 1 to " + COMMANDS_MAX);
    }
    if (message.getValidateOnly() && !message.getAtomic()) {
      throw Failure.invalid(
          "validate_only", "is for an atomic batch; else each command says it for itself");
    }
    CommandId id = id(message.getCommandId());
    var requests = new ArrayList<Request>(message.getCommandsCount());
    for (CommandRequest command : message.getCommandsList()) {
      try {
        requests.add(part(message, id, requests.size(), command));
      } catch (Failure e) {
        throw Fields.within("commands[%d]".formatted(requests.size()), e);
      }
    }
    requireBounded(requests);
    if (message.getAtomic()) {
      requireDistinct(id, requests);
    }
    return new Together(ledger, message.getAtomic(), id, message.getValidateOnly(), requests);
  }

  /** Refuses the header that names one command where there are many. */
  static void requireNoHeader() {
    if (!IdempotencyKey.current().isEmpty()) {
      throw Failure.invalid("", "the header idempotency-key is for a command on its own");
    }
  }

  private Request part(
      ExecuteBatchRequest batch, CommandId batchId, int index, CommandRequest message) {
    Parsed parsed = CommandParser.parse(message);
    if (!parsed.ledger().isEmpty() && !parsed.ledger().equals(batch.getLedger())) {
      throw Failure.invalid("ledger", "must be the batch's, or empty");
    }
    if (batch.getAtomic() && parsed.validateOnly()) {
      throw Failure.invalid("validate_only", "is the whole batch's, where it is atomic");
    }
    String id = parsed.commandId();
    return request(parsed, Fields.commandId(id.isEmpty() ? batchId + "." + index : id));
  }

  private Addressed addressed(Parsed parsed, String id) {
    return new Addressed(Fields.ledger(parsed.ledger()), request(parsed, id(id)));
  }

  private CommandId id(String given) {
    return given.isEmpty() ? new CommandId(ids.generate().toString()) : Fields.commandId(given);
  }

  private static Request request(Parsed parsed, CommandId id) {
    return new Request(
        id, ANONYMOUS, Traceparent.current(), parsed.validateOnly(), parsed.command());
  }

  private static void requireBounded(List<Request> requests) {
    int postings = 0;
    for (Request request : requests) {
      postings +=
          request.command() instanceof Command.CreateTransaction create
              ? create.postings().size()
              : 1;
    }
    if (postings > POSTINGS_MAX) {
      throw Failure.invalid("commands", "must have at most %d postings".formatted(POSTINGS_MAX));
    }
  }

  private static void requireDistinct(CommandId batchId, List<Request> requests) {
    var seen = new HashSet<CommandId>();
    seen.add(batchId);
    for (int i = 0; i < requests.size(); i++) {
      if (!seen.add(requests.get(i).id())) {
        throw Failure.invalid(
            "commands[%d].command_id".formatted(i), "is used twice in an atomic batch");
      }
    }
  }
}
