package chronicle.chaos.audit;

import chronicle.chaos.audit.Outcome.Answered;
import chronicle.chaos.audit.Outcome.Failed;
import chronicle.chaos.audit.Outcome.Refused;
import chronicle.chaos.audit.Outcome.Unknown;
import chronicle.event.v1.Event;
import com.google.protobuf.Message;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/** What was asked and answered under each command id, held against the log. */
final class CommandCheck {
  private final Replay replay;
  private final Map<String, Attempts> attempts;
  private final Findings findings;

  CommandCheck(Replay replay, Map<String, Attempts> attempts, Findings findings) {
    this.replay = replay;
    this.attempts = attempts;
    this.findings = findings;
  }

  void check(List<Call> calls) {
    requireClassified(calls);
    requireAskedFor();
    requireNothingValidated(calls);
    for (Attempts of : attempts.values()) {
      requireOneOutcome(of);
      requireOneBody(of);
      requireLogged(of);
      requireEffects(of);
    }
  }

  private void requireClassified(List<Call> calls) {
    for (Call call : calls) {
      boolean isOurs =
          call.outcome() instanceof Unknown(var reason)
              && (reason.equals(Outcome.UNCLASSIFIED) || reason.equals("INTERNAL"));
      findings.require(
          !isOurs,
          Rule.CLASSIFIED,
          subject(call),
          () -> "%s answered %s.".formatted(call.target(), call.outcome()));
    }
  }

  private void requireAskedFor() {
    for (Event event : replay.events()) {
      boolean isLedgersOwn = event.hasHoldExpired() && event.getCommandId().startsWith("~");
      findings.require(
          isLedgersOwn || attempts.containsKey(event.getCommandId()),
          Rule.ASKED_FOR,
          "position " + event.getPosition(),
          () -> "No client sent command %s.".formatted(event.getCommandId()));
    }
  }

  private void requireNothingValidated(List<Call> calls) {
    var logged = new HashSet<String>();
    replay.events().forEach(event -> logged.add(event.getCommandId()));
    for (Call call : calls) {
      Command.of(call.request())
          .filter(command -> command.validateOnly() && !attempts.containsKey(command.id()))
          .ifPresent(command ->
              findings.require(
                  !logged.contains(command.id()),
                  Rule.NO_EFFECT,
                  command.id(),
                  () -> "It was to be validated only, and is in the log."));
    }
  }

  private void requireOneOutcome(Attempts of) {
    long outcomes = of.decided().stream().map(it -> lasting(it.outcome())).distinct().count();
    long first = of.receipts().stream().filter(receipt -> !Receipts.isReplayed(receipt)).count();
    if (of.calls().size() > 1) {
      findings.require(
          outcomes <= 1 && first <= 1,
          Rule.SAME_OUTCOME,
          of.id(),
          () ->
              outcomes > 1
                  ? "It was answered in %d ways: %s".formatted(outcomes, of.decided())
                  : "%d answers say that they are the first.".formatted(first));
    }
  }

  /** What was taken under an id is one command; another one is told so, and in which field. */
  private void requireOneBody(Attempts of) {
    long bodies = of.decided().stream().map(Call::request).distinct().count();
    if (bodies > 1) {
      findings.require(
          false, Rule.REUSE, of.id(), () -> bodies + " different commands were taken under it.");
    }
    for (Call call : of.reused()) {
      boolean isAnother =
          of.decided().stream().noneMatch(it -> it.request().equals(call.request()));
      boolean namesField =
          call.outcome() instanceof Refused(_, var metadata)
              && !metadata.getOrDefault("field", "").isEmpty();
      findings.require(
          isAnother && namesField,
          Rule.REUSE,
          of.id(),
          () ->
              isAnother
                  ? "It was refused as reused, and no field named."
                  : "The very command that it stands for was refused as another.");
    }
  }

  private void requireLogged(Attempts of) {
    for (Message receipt : of.receipts()) {
      var wrong = Receipts.disagreement(receipt, of.logged(), replay);
      findings.require(wrong.isEmpty(), Rule.RECEIPTS, of.id(), () -> wrong.orElse(""));
    }
    boolean isRefused = of.decided().stream().anyMatch(it -> it.outcome() instanceof Refused);
    if (of.hasUnknown()) {
      findings.require(
          !isRefused || of.logged().isEmpty(),
          Rule.UNKNOWN,
          of.id(),
          () -> "It was of unknown outcome, then refused, and is in the log.");
    } else if (of.receipts().isEmpty()) {
      findings.require(
          of.logged().isEmpty(),
          Rule.NO_EFFECT,
          of.id(),
          () -> "It was %s, and is in the log.".formatted(of.calls().getLast().outcome()));
    }
  }

  /** The events are those that follow from one of the commands sent under the id. */
  private void requireEffects(Attempts of) {
    if (of.logged().isEmpty()) {
      return;
    }
    var candidates =
        of.decided().isEmpty()
            ? of.calls().stream().filter(it -> !(it.outcome() instanceof Failed)).toList()
            : of.decided();
    boolean follows =
        candidates.stream()
            .map(Call::request)
            .distinct()
            .flatMap(request -> Command.of(request).stream())
            .anyMatch(command -> isEffect(command, of.logged()));
    findings.require(
        follows || candidates.isEmpty(),
        Rule.EFFECTS,
        of.id(),
        () ->
            "Its events at position %d are not what follows from it."
                .formatted(of.logged().getFirst().getPosition()));
  }

  private boolean isEffect(Command command, List<Event> logged) {
    if (command.parts().isEmpty()) {
      return logged.size() == 1 && logged.getFirst().hasLedgerCreated();
    }
    var before = replay.at(logged.getFirst().getPosition() - 1);
    return switch (Rulebook.decide(before, command)) {
      case Decision.Refused _ -> false;
      case Decision.Accepted(var events) -> {
        boolean isSame = events.size() == logged.size();
        for (int i = 0; i < events.size() && isSame; i++) {
          isSame = events.get(i).equals(asked(logged.get(i), events.get(i)));
        }
        yield isSame;
      }
    };
  }

  /** What of a recorded event follows from its command. */
  private static Event asked(Event event, Event wanted) {
    var asked =
        event.toBuilder()
            .clearLedger()
            .clearPosition()
            .clearAccountVersion()
            .clearCommandId()
            .clearTransactionIndex()
            .clearTransactionSize()
            .clearRecordTime()
            .clearActor()
            .clearTraceparent()
            .clearSchemaVersion()
            .clearBalancesAfter();
    boolean isNow = event.getEffectiveTime().equals(event.getRecordTime());
    return (wanted.hasEffectiveTime() || !isNow ? asked : asked.clearEffectiveTime()).build();
  }

  private static Object lasting(Outcome outcome) {
    return outcome instanceof Answered(var answer) ? Receipts.lasting(answer) : outcome;
  }

  private static String subject(Call call) {
    return Command.of(call.request())
        .map(Command::id)
        .orElseGet(() -> ReadCheck.subject(call.request()));
  }
}
