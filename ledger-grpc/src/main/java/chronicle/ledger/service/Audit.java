package chronicle.ledger.service;

import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.log.Outcome;
import chronicle.ledger.log.Request;
import chronicle.runtime.Failure;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One line per command that was asked: what, by whom, and what came of it; no amounts and no
 * references.
 */
final class Audit {
  private static final Logger log = LoggerFactory.getLogger("chronicle.audit");

  private Audit() {}

  static void command(LedgerId ledger, Request request, Outcome outcome, long nanos) {
    if (log.isInfoEnabled()) {
      line(ledger, request.id(), request.actor(), outcome, nanos)
          .addKeyValue("type", request.command().getClass().getSimpleName())
          .addKeyValue("accounts", request.command().accounts())
          .log();
    }
  }

  /** One line for an atomic batch, and one for each of its commands where they were executed. */
  static void batch(LedgerId ledger, Request.Atomic batch, Outcome outcome, long nanos) {
    if (!log.isInfoEnabled()) {
      return;
    }
    line(ledger, batch.id(), batch.actor(), outcome, nanos)
        .addKeyValue("type", "ExecuteBatch")
        .addKeyValue("commands", batch.parts().size())
        .log();
    if (outcome instanceof Outcome.ExecutedAll(var parts, var replayed)) {
      for (int i = 0; i < parts.size(); i++) {
        command(ledger, batch.parts().get(i), new Outcome.Executed(parts.get(i), replayed), nanos);
      }
    }
  }

  private static LoggingEventBuilder line(
      LedgerId ledger, CommandId id, String actor, Outcome outcome, long nanos) {
    return log.atInfo()
        .setMessage("command")
        .addKeyValue("ledger", ledger.value())
        .addKeyValue("command_id", id.value())
        .addKeyValue("actor", actor)
        .addKeyValue("outcome", outcome(outcome))
        .addKeyValue("position", position(outcome))
        .addKeyValue("replayed", isReplayed(outcome))
        .addKeyValue("micros", nanos / 1_000);
  }

  private static String outcome(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Executed _ -> "ACCEPTED";
      case Outcome.ExecutedAll _ -> "ACCEPTED";
      case Outcome.Validated _, Outcome.ValidatedAll _ -> "VALIDATED";
      case Outcome.Refused(var refusal, _) -> refusal.reason().name();
      case Outcome.Reused _ -> "COMMAND_ID_REUSED";
      case Outcome.Failed(var cause) ->
          cause instanceof Failure failure ? failure.reason().name() : "FAILED";
      case Outcome.OfQuestion _ -> throw new IllegalStateException("not an outcome of a command");
    };
  }

  private static long position(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Executed(var events, _) -> events.getLast().commandEnd();
      case Outcome.ExecutedAll(var parts, _) -> parts.getLast().getLast().commandEnd();
      case Outcome.Validated _,
          Outcome.ValidatedAll _,
          Outcome.Refused _,
          Outcome.Reused _,
          Outcome.OfQuestion _,
          Outcome.Failed _ ->
          0;
    };
  }

  private static boolean isReplayed(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Executed(_, var replayed) -> replayed;
      case Outcome.ExecutedAll(_, var replayed) -> replayed;
      case Outcome.Refused(_, var replayed) -> replayed;
      case Outcome.Validated _,
          Outcome.ValidatedAll _,
          Outcome.Reused _,
          Outcome.OfQuestion _,
          Outcome.Failed _ ->
          false;
    };
  }
}
