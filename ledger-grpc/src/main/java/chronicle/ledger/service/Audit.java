package chronicle.ledger.service;

import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.log.Outcome;
import chronicle.ledger.log.Request;
import chronicle.runtime.Failure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line per command that was asked: what, by whom, and what came of it; no amounts and no
 * references.
 */
final class Audit {
  private static final Logger log = LoggerFactory.getLogger("chronicle.audit");

  private Audit() {}

  static void command(LedgerId ledger, Request request, Outcome outcome, long nanos) {
    if (!log.isInfoEnabled()) {
      return;
    }
    log.atInfo()
        .setMessage("command")
        .addKeyValue("ledger", ledger.value())
        .addKeyValue("command_id", request.id().value())
        .addKeyValue("type", request.command().getClass().getSimpleName())
        .addKeyValue("accounts", request.command().accounts())
        .addKeyValue("actor", request.actor())
        .addKeyValue("outcome", outcome(outcome))
        .addKeyValue("position", position(outcome))
        .addKeyValue("replayed", isReplayed(outcome))
        .addKeyValue("micros", nanos / 1_000)
        .log();
  }

  private static String outcome(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Executed _ -> "ACCEPTED";
      case Outcome.Validated _ -> "VALIDATED";
      case Outcome.Refused(var refusal, _) -> refusal.reason().name();
      case Outcome.Reused _ -> "COMMAND_ID_REUSED";
      case Outcome.Failed(var cause) ->
          cause instanceof Failure failure ? failure.reason().name() : "FAILED";
      case Outcome.Inspected _, Outcome.Settled _, Outcome.InFuture _ ->
          throw new IllegalStateException("not an outcome of a command");
    };
  }

  private static long position(Outcome outcome) {
    return outcome instanceof Outcome.Executed(var events, _) ? events.getLast().position() : 0;
  }

  private static boolean isReplayed(Outcome outcome) {
    return (outcome instanceof Outcome.Executed(_, boolean executed) && executed)
        || (outcome instanceof Outcome.Refused(_, boolean refused) && refused);
  }
}
