package chronicle.ledger.log;

import static org.assertj.core.api.Assertions.assertThat;

import chronicle.ledger.domain.Account;
import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.Details;
import chronicle.ledger.domain.Freeze;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.model.Fact;
import chronicle.ledger.model.ReferenceLedger;
import chronicle.ledger.model.ReferenceLedger.AccountView;
import chronicle.ledger.model.ReferenceLedger.Part;
import chronicle.ledger.model.Verdict;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeSet;

/**
 * Holds a whole log, and every answer that was given while it grew, against the reference ledger:
 * the commands are put to it in the order of the log at the times of the log, and everything that
 * was recorded must be what it says.
 */
final class LogAgainstModel {
  private static final Request CREATE_MAIN =
      new Request(
          new CommandId("~~main"), "~ledger", "", false, new Command.CreateLedger(Details.NONE));

  private static final String NOTHING = Fact.balances("", 0, 0, 0);

  private final LogChecker.Checked log;
  private final Map<CommandId, RecordedCommand> recorded = new HashMap<>();
  private final Map<Instant, List<RecordedCommand>> batches = new HashMap<>();
  private final Map<Instant, List<RecordedEvent>> events = new HashMap<>();
  private final Map<CommandId, List<Work>> asked = new HashMap<>();
  private final List<Answer> validated = new ArrayList<>();
  private final Set<CommandId> parts = new HashSet<>();
  private final Set<CommandId> checked = new HashSet<>();
  private final ReferenceLedger model = new ReferenceLedger();
  private long position;

  /** What was asked, and what was answered. */
  record Answer(Work work, Outcome outcome) {}

  private LogAgainstModel(
      LogChecker.Checked log,
      Collection<RecordedCommand> commands,
      Collection<Append> appended,
      List<Answer> answers) {
    this.log = log;
    commands.forEach(command -> recorded.put(command.id(), command));
    for (RecordedEvent event : log.events()) {
      events.computeIfAbsent(event.cause().recordTime(), _ -> new ArrayList<>()).add(event);
    }
    order(commands, appended);
    ask(new Work.Execute(CREATE_MAIN));
    for (Answer answer : answers) {
      ask(answer.work());
      if (answer.outcome() instanceof Outcome.Validated
          || answer.outcome() instanceof Outcome.ValidatedAll) {
        validated.add(answer);
      }
    }
    findParts();
  }

  /**
   * Asserts all of it; {@code appended} holds at least the batches that were committed, which have
   * the commands in the order in which they were decided.
   */
  static void check(
      EventStore store,
      Collection<RecordedCommand> commands,
      Collection<Append> appended,
      List<Answer> answers) {
    var log = LogChecker.check(store);
    var check = new LogAgainstModel(log, commands, appended, answers);
    check.replay();
    answers.forEach(check::requireKept);
  }

  /** The order within a batch is that in which it was written; the rows themselves have none. */
  private void order(Collection<RecordedCommand> commands, Collection<Append> appended) {
    var rows = new HashMap<Instant, Set<CommandId>>();
    for (RecordedCommand command : commands) {
      rows.computeIfAbsent(command.recordTime(), _ -> new HashSet<>()).add(command.id());
    }
    for (Append append : appended) {
      var ids = append.commands().stream().map(RecordedCommand::id).toList();
      if (new HashSet<>(ids).equals(rows.get(append.recordTime()))) {
        batches.put(
            append.recordTime(),
            ids.stream().map(id -> Objects.requireNonNull(recorded.get(id))).toList());
      }
    }
    assertThat(batches.keySet()).as("no row was written but in a batch").isEqualTo(rows.keySet());
  }

  private void ask(Work work) {
    work.requests()
        .forEach(request ->
            asked
                .computeIfAbsent(request.id(), _ -> new ArrayList<>())
                .add(new Work.Execute(request)));
    if (work instanceof Work.ExecuteAll(var batch)) {
      asked.computeIfAbsent(batch.id(), _ -> new ArrayList<>()).add(work);
    }
  }

  private void replay() {
    var times = new TreeSet<Instant>();
    times.addAll(batches.keySet());
    times.addAll(events.keySet());
    requireValidated();
    for (Instant time : times) {
      expire(time);
      requireValidated();
      for (RecordedCommand command : batches.getOrDefault(time, List.of())) {
        require(command);
        requireValidated();
      }
    }
    assertThat(position)
        .as("G3: nothing is in the log that nobody asked for")
        .isEqualTo(log.events().size());
    assertThat(checked)
        .as("G3: nothing was recorded that nobody asked for")
        .isEqualTo(recorded.keySet());
    assertThat(validated).as("every validation was of a position of the log").isEmpty();
    requireSameState();
  }

  /** What is due ends before anything else does, under the ledger's own command ids. */
  private void expire(Instant time) {
    while (position < log.events().size()) {
      RecordedEvent event = log.events().get((int) position);
      if (!event.cause().recordTime().equals(time)
          || !(event.event() instanceof chronicle.ledger.domain.Event.HoldExpired)) {
        break;
      }
      String id = event.cause().transactionId();
      assertThat(model.due(time)).as("what expires is due at %s", time).contains(id);
      List<RecordedEvent> expired = range(position + 1, event.cause().size());
      assertThat(facts(expired)).isEqualTo(model.expire(id));
      assertThat(event.cause().actor()).isEqualTo("~ledger");
      position += expired.size();
    }
    if (batches.containsKey(time)) {
      assertThat(model.due(time)).as("a decision honours what is due at %s", time).isEmpty();
    }
  }

  private void require(RecordedCommand command) {
    if (parts.contains(command.id())) {
      return;
    }
    checked.add(command.id());
    switch (workOf(command)) {
      case Work.Execute(var request) -> {
        Verdict verdict =
            model.ask(
                request.id().value(), request.actor(), request.command(), command.recordTime());
        if (verdict instanceof Verdict.Yes yes) {
          requireYes(command, request, request.id(), yes, position, yes.facts().size());
          position += yes.facts().size();
        } else {
          requireNo(command, verdict);
        }
      }
      case Work.ExecuteAll(var batch) -> {
        Verdict verdict =
            model.askAll(batch.id().value(), batch.actor(), parts(batch), command.recordTime());
        if (verdict instanceof Verdict.YesToAll(var answers)) {
          requireYes(command, batch, answers);
        } else {
          requireNo(command, verdict);
        }
      }
      case Work.Inspect _, Work.Settle _, Work.Sweep _ -> throw new AssertionError(command);
    }
  }

  private void requireYes(
      RecordedCommand command, Request.Atomic batch, List<Verdict.Yes> answers) {
    long start = position;
    int size = answers.stream().mapToInt(yes -> yes.facts().size()).sum();
    for (int i = 0; i < answers.size(); i++) {
      Request request = batch.parts().get(i);
      RecordedCommand part = Objects.requireNonNull(recorded.get(request.id()));
      assertThat(part.request()).isEqualTo(CommandCodec.encode(LedgerId.MAIN, request));
      assertThat(part.recordTime()).isEqualTo(command.recordTime());
      requireYes(part, request, batch.id(), answers.get(i), start, size);
      position += answers.get(i).facts().size();
      checked.add(part.id());
    }
    assertThat(command.refusal()).isEmpty();
    assertThat(command.firstPosition()).isEqualTo(start + 1);
    assertThat(command.eventCount()).isEqualTo(size);
  }

  /** The events of a command are where its row says, and whose it says, and what the model says. */
  private void requireYes(
      RecordedCommand command,
      Request request,
      CommandId cause,
      Verdict.Yes yes,
      long start,
      int size) {
    assertThat(command.refusal()).as("%s is accepted: %s", request, yes).isEmpty();
    assertThat(command.firstPosition()).isEqualTo(position + 1);
    assertThat(command.eventCount()).as("%s", request).isEqualTo(yes.facts().size());
    List<RecordedEvent> found = range(position + 1, command.eventCount());
    assertThat(facts(found)).as("%s", request).isEqualTo(yes.facts());
    for (RecordedEvent event : found) {
      assertThat(event.index()).isEqualTo((int) (event.position() - 1 - start));
      assertThat(plain(event).cause())
          .isEqualTo(
              new Cause(
                  cause,
                  yes.transaction(),
                  yes.reverses(),
                  size,
                  command.recordTime(),
                  yes.effectiveTime(),
                  request.actor(),
                  request.traceparent(),
                  plain(request.command().details())));
    }
  }

  private static void requireNo(RecordedCommand command, Verdict verdict) {
    var reason = command.refusal().map(refusal -> refusal.reason().name()).orElse("accepted");
    int index =
        command.refusal().stream()
            .map(refusal -> refusal.figures().getOrDefault("command_index", "-1"))
            .mapToInt(Integer::parseInt)
            .findFirst()
            .orElse(-1);
    assertThat((Object) new Verdict.No(reason, index))
        .as("%s", command.id())
        .isEqualTo(
            verdict instanceof Verdict.No(var why, var at) ? new Verdict.No(why, at) : verdict);
    assertThat(command.eventCount()).as("a refused command leaves nothing").isZero();
    assertThat(command.firstPosition()).isZero();
  }

  /** The commands that were accepted in a batch, and are looked at with it. */
  private void findParts() {
    for (RecordedCommand command : recorded.values()) {
      if (command.refusal().isEmpty() && workOf(command) instanceof Work.ExecuteAll(var batch)) {
        batch.parts().forEach(part -> parts.add(part.id()));
      }
    }
  }

  /** What was asked under the id and in the words that were recorded. */
  private Work workOf(RecordedCommand command) {
    var works = works(command);
    assertThat(works).as("%s was asked as it was recorded", command.id()).isNotEmpty();
    return works.getFirst();
  }

  private List<Work> works(RecordedCommand command) {
    return asked.getOrDefault(command.id(), List.of()).stream()
        .filter(work -> Arrays.equals(encoded(work), command.request()))
        .toList();
  }

  private static byte[] encoded(Work work) {
    return work instanceof Work.ExecuteAll(var batch)
        ? CommandCodec.encode(LedgerId.MAIN, batch)
        : CommandCodec.encode(LedgerId.MAIN, work.requests().getFirst());
  }

  /**
   * What was validated at this position is what the model would have done here. It may have a later
   * time than what follows: that was decided before by another process, and written afterwards.
   */
  private void requireValidated() {
    validated.removeIf(answer -> {
      RecordedEvent first = first(answer);
      boolean isHere = first.position() == position + 1;
      if (isHere) {
        requireValidated(answer, first.cause().recordTime());
      }
      return isHere;
    });
  }

  private void requireValidated(Answer answer, Instant time) {
    var found = validations(answer).stream().map(each -> facts(each.events())).toList();
    var parts =
        answer.work().requests().stream()
            .map(request -> new Part(request.id().value(), request.command()))
            .toList();
    Verdict verdict = model.askWhetherAll(parts, time);
    assertThat(verdict)
        .as("%s", answer)
        .isInstanceOfSatisfying(
            Verdict.YesToAll.class,
            all ->
                assertThat(found).isEqualTo(all.parts().stream().map(Verdict.Yes::facts).toList()));
    for (Outcome.Validated each : validations(answer)) {
      each.before()
          .forEach((id, balances) ->
              assertThat(words(balances))
                  .isEqualTo(model.account(id.value()).map(AccountView::balances).orElse(NOTHING)));
    }
  }

  private static List<Outcome.Validated> validations(Answer answer) {
    return switch (answer.outcome()) {
      case Outcome.Validated one -> List.of(one);
      case Outcome.ValidatedAll(var parts) -> parts;
      default -> throw new AssertionError(answer);
    };
  }

  private static RecordedEvent first(Answer answer) {
    return validations(answer).getFirst().events().getFirst();
  }

  /** Whatever was answered, and whenever: it is what the log holds, and the model repeats. */
  private void requireKept(Answer answer) {
    switch (answer.outcome()) {
      case Outcome.Executed(var found, _) -> {
        Request request = answer.work().requests().getFirst();
        RecordedCommand command = Objects.requireNonNull(recorded.get(request.id()));
        assertThat(command.request()).isEqualTo(CommandCodec.encode(LedgerId.MAIN, request));
        assertThat(plain(found))
            .isEqualTo(plain(range(command.firstPosition(), command.eventCount())));
        assertThat(again(answer.work())).isInstanceOf(Verdict.Yes.class);
      }
      case Outcome.ExecutedAll(var parts, _) -> {
        var found = new ArrayList<List<RecordedEvent>>();
        for (Request request : answer.work().requests()) {
          RecordedCommand command = Objects.requireNonNull(recorded.get(request.id()));
          found.add(plain(range(command.firstPosition(), command.eventCount())));
        }
        assertThat(parts.stream().map(LogAgainstModel::plain).toList()).isEqualTo(found);
        assertThat(again(answer.work())).isInstanceOf(Verdict.YesToAll.class);
      }
      case Outcome.Refused(var refusal, _) -> {
        if (!isValidation(answer.work()) || model.knows(id(answer.work()).value())) {
          RecordedCommand command = Objects.requireNonNull(recorded.get(id(answer.work())));
          assertThat(command.refusal()).contains(refusal);
          assertThat(again(answer.work())).isInstanceOf(Verdict.No.class);
        }
      }
      case Outcome.Reused(var id, var field) ->
          assertThat(again(answer.work()))
              .as("%s", answer)
              .isEqualTo(new Verdict.Taken(id.value(), field));
      case Outcome.Inspected(var account, var readPosition) ->
          assertThat(account)
              .as("G9: the state as of the position that the answer names")
              .isEqualTo(
                  log.accountAt(
                      answer.work() instanceof Work.Inspect(var id) ? id : AccountId.LEDGER,
                      readPosition));
      case Outcome.Validated _,
          Outcome.ValidatedAll _,
          Outcome.Settled _,
          Outcome.InFuture _,
          Outcome.Swept _,
          Outcome.Failed _ -> {}
    }
  }

  private Verdict again(Work work) {
    Instant later = Instant.MAX;
    return switch (work) {
      case Work.Execute(var request) ->
          model.ask(request.id().value(), request.actor(), request.command(), later);
      case Work.ExecuteAll(var batch) ->
          model.askAll(batch.id().value(), batch.actor(), parts(batch), later);
      case Work.Inspect _, Work.Settle _, Work.Sweep _ -> throw new AssertionError(work);
    };
  }

  private static boolean isValidation(Work work) {
    return work.requests().getFirst().validateOnly();
  }

  private static CommandId id(Work work) {
    return work instanceof Work.ExecuteAll(var batch)
        ? batch.id()
        : work.requests().getFirst().id();
  }

  private void requireSameState() {
    var states = new HashMap<String, AccountView>();
    log.accounts().forEach((id, all) -> states.put(id.value(), view(all.getLast().state())));
    var expected = new HashMap<String, AccountView>();
    model.accounts().forEach(id -> expected.put(id, model.account(id).orElseThrow()));
    assertThat(states).isEqualTo(expected);
    var outside = new HashMap<>(model.outside());
    outside.values().removeIf(sum -> sum.signum() == 0);
    var found = new HashMap<>(log.outside());
    found.values().removeIf(sum -> sum.equals(BigInteger.ZERO));
    assertThat(found).as("G6: what is outside").isEqualTo(outside);
    model.requireSound();
  }

  private static AccountView view(Account account) {
    String status =
        switch (account) {
          case Account.Unopened _ -> "UNOPENED";
          case Account.Open open ->
              open.freeze() == Freeze.NONE ? "ACTIVE" : "FROZEN " + open.freeze();
          case Account.Closed _ -> "CLOSED";
        };
    return new AccountView(account.version(), status, words(RecordedEvent.Balances.of(account)));
  }

  private static List<Part> parts(Request.Atomic batch) {
    return batch.parts().stream().map(part -> new Part(part.id().value(), part.command())).toList();
  }

  private List<RecordedEvent> range(long from, int count) {
    return log.events().subList((int) from - 1, (int) from - 1 + count);
  }

  private static List<RecordedEvent> plain(List<RecordedEvent> events) {
    return events.stream().map(LogAgainstModel::plain).toList();
  }

  /** Without what the command said and no event repeats: the version it expected. */
  private static RecordedEvent plain(RecordedEvent event) {
    Cause cause = event.cause();
    return new RecordedEvent(
        event.position(),
        event.account(),
        event.accountVersion(),
        event.index(),
        new Cause(
            cause.commandId(),
            cause.transactionId(),
            cause.reversesTransactionId(),
            cause.size(),
            cause.recordTime(),
            cause.effectiveTime(),
            cause.actor(),
            cause.traceparent(),
            plain(cause.details())),
        event.balancesAfter(),
        event.event());
  }

  private static Details plain(Details details) {
    return new Details(
        details.reference(), details.metadata(), Optional.empty(), OptionalLong.empty());
  }

  private static List<Fact> facts(List<RecordedEvent> events) {
    return events.stream()
        .map(event ->
            Fact.of(
                event.account(),
                event.event(),
                event.accountVersion(),
                event.account().isLedger() ? Fact.NO_BALANCES : words(event.balancesAfter())))
        .toList();
  }

  private static String words(RecordedEvent.Balances balances) {
    return Fact.balances(
        balances.currency(),
        balances.postedMinor(),
        balances.heldMinor(),
        balances.availableMinor());
  }
}
