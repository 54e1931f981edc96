package chronicle.chaos.audit;

import chronicle.chaos.audit.Outcome.Answered;
import chronicle.chaos.audit.Outcome.Failed;
import chronicle.chaos.audit.Outcome.Refused;
import chronicle.chaos.audit.Outcome.Unknown;
import chronicle.error.v1.ErrorReason;
import chronicle.event.v1.Event;
import com.google.protobuf.Message;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * All calls under one command id that were meant to be executed, in the order in which they ended.
 *
 * @param logged the events of the id in the log
 */
record Attempts(String id, List<Call> calls, List<Event> logged) {
  private static final String REUSED = ErrorReason.COMMAND_ID_REUSED.name();

  /** The attempts of a history by their ids. */
  static Map<String, Attempts> of(List<Call> calls, Map<String, List<Event>> events) {
    var byId = new LinkedHashMap<String, List<Call>>();
    for (Call call : calls) {
      Command.of(call.request())
          .filter(command -> !command.validateOnly())
          .ifPresent(
              command -> byId.computeIfAbsent(command.id(), _ -> new ArrayList<>()).add(call));
    }
    var attempts = new LinkedHashMap<String, Attempts>();
    byId.forEach((id, of) ->
        attempts.put(id, new Attempts(id, List.copyOf(of), events.getOrDefault(id, List.of()))));
    return attempts;
  }

  /** Those that were acknowledged, or refused for what they asked. */
  List<Call> decided() {
    return calls.stream().filter(it -> isDecided(it.outcome())).toList();
  }

  /** The answers of those that were acknowledged. */
  List<Message> receipts() {
    return calls.stream()
        .flatMap(
            it -> it.outcome() instanceof Answered(var answer) ? Stream.of(answer) : Stream.empty())
        .toList();
  }

  /** Those that were told that the id stands for another command. */
  List<Call> reused() {
    return calls.stream().filter(it -> isReused(it.outcome())).toList();
  }

  boolean hasUnknown() {
    return calls.stream().anyMatch(it -> it.outcome() instanceof Unknown);
  }

  /** The request that the id stands for, as far as any call knows: one that may have been taken. */
  Optional<Command> taken() {
    return calls.stream()
        .filter(it -> isDecided(it.outcome()))
        .findFirst()
        .or(() -> calls.stream().filter(it -> it.outcome() instanceof Unknown).findFirst())
        .flatMap(it -> Command.of(it.request()));
  }

  /** No earlier than this it was decided: where no client knows for what, by any of the calls. */
  long startNanos(Command command) {
    boolean isKnown = !decided().isEmpty();
    return calls.stream()
        .filter(it -> !isKnown || it.request().equals(command.request()))
        .filter(it -> !(it.outcome() instanceof Failed))
        .mapToLong(Call::startNanos)
        .min()
        .orElse(0);
  }

  /** By this it was decided; never, as far as its clients know, where none was answered. */
  long endNanos(Command command) {
    return calls.stream()
        .filter(it -> it.request().equals(command.request()))
        .filter(it -> isDecided(it.outcome()))
        .mapToLong(Call::endNanos)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  private static boolean isDecided(Outcome outcome) {
    return switch (outcome) {
      case Answered _ -> true;
      case Refused _ -> !isReused(outcome);
      case Failed _, Unknown _ -> false;
    };
  }

  private static boolean isReused(Outcome outcome) {
    return outcome instanceof Refused(var reason, _) && reason.equals(REUSED);
  }
}
