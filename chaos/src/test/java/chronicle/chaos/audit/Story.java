package chronicle.chaos.audit;

import chronicle.chaos.audit.Outcome.Answered;
import chronicle.event.v1.BalancesAfter;
import chronicle.event.v1.Event;
import chronicle.event.v1.LedgerCreated;
import chronicle.ledger.v1.CommandOutcome;
import chronicle.ledger.v1.CommandReceipt;
import chronicle.ledger.v1.CreateLedgerRequest;
import chronicle.ledger.v1.EventReceipt;
import chronicle.ledger.v1.ExecuteBatchRequest;
import chronicle.ledger.v1.ExecuteBatchResponse;
import chronicle.query.v1.Account;
import chronicle.query.v1.Balance;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;

/**
 * A history and its log, told one call after the other: each takes two units of time, and what is
 * told later was sent after what is told before was answered.
 */
final class Story {
  static final String LEDGER = "story";

  final List<Call> calls = new ArrayList<>();
  final List<Event> events = new ArrayList<>();
  final List<Log.Message> stream = new ArrayList<>();
  private long now;
  private long clock = 1_700_000_000;

  Story() {
    var request = CreateLedgerRequest.newBuilder().setLedger(LEDGER).setCommandId("ledger").build();
    var created =
        Event.newBuilder().setLedgerCreated(LedgerCreated.newBuilder().setIncarnation("1")).build();
    answer(request, append("ledger", List.of(created)));
  }

  /** Executes a command as a ledger does that keeps its promises. */
  void execute(Message request) {
    var command = Command.of(request).orElseThrow();
    switch (Rulebook.decide(replay().at(events.size()), command)) {
      case Decision.Accepted(var decided) -> force(request, decided);
      case Decision.Refused(var reason) -> refuse(request, reason);
    }
  }

  /** Acknowledges a command that left these events, whatever a ledger should have said. */
  void force(Message request, List<Event> decided) {
    var id = Command.of(request).orElseThrow().id();
    answer(request, receipts(request, append(id, decided)));
  }

  void refuse(Message request, String reason) {
    told(request, new Outcome.Refused(reason, Map.of()));
  }

  /** Tells of a call with its outcome, after all others. */
  void told(Message request, Outcome outcome) {
    calls.add(new Call(1, "server", now, now + 1, request, outcome));
    now += 2;
  }

  void answer(Message request, Message answer) {
    told(request, new Answered(answer));
  }

  /** The clock's next time is this many seconds later than it would be. */
  void setClockOn(long seconds) {
    clock += seconds;
  }

  /** What the next event will be recorded at, in seconds. */
  long nextTime() {
    return clock;
  }

  Replay replay() {
    return Replay.of(events);
  }

  long head() {
    return events.size();
  }

  Balance balance(String account, long position) {
    var state = replay().account(account, position).orElseThrow();
    return Balance.newBuilder()
        .setAccount(account)
        .setPosted(state.getPosted())
        .setHeld(state.getHeld())
        .setAvailable(state.getAvailable())
        .setAccountVersion(state.getAccountVersion())
        .setPosition(state.getPosition())
        .setReadPosition(position)
        .build();
  }

  /** Changes the event at a position, in the stream too. */
  void changeEvent(long position, UnaryOperator<Event.Builder> change) {
    int index = (int) position - 1;
    events.set(index, change.apply(events.get(index).toBuilder()).build());
    stream.set(index, new Log.Message(position, events.get(index).toByteString()));
  }

  /** Changes the last call with a request of this id or type. */
  void changeCall(String idOrType, UnaryOperator<Call> change) {
    change(call -> is(idOrType, call), change);
  }

  /** Changes the answer of the last answered call with a request of this id or type. */
  void changeAnswer(String idOrType, UnaryOperator<Message> change) {
    change(
        call -> is(idOrType, call) && call.outcome() instanceof Answered,
        call -> {
          var answer = ((Answered) call.outcome()).answer();
          return with(call, new Answered(change.apply(answer)));
        });
  }

  private void change(Predicate<Call> which, UnaryOperator<Call> change) {
    for (int i = calls.size() - 1; i >= 0; i--) {
      if (which.test(calls.get(i))) {
        calls.set(i, change.apply(calls.get(i)));
        return;
      }
    }
    throw new IllegalStateException("no such call");
  }

  private static boolean is(String idOrType, Call call) {
    return call.request().getDescriptorForType().getName().equals(idOrType)
        || Command.of(call.request()).filter(it -> it.id().equals(idOrType)).isPresent();
  }

  static Call with(Call call, Outcome outcome) {
    return new Call(
        call.client(), call.target(), call.startNanos(), call.endNanos(), call.request(), outcome);
  }

  static Call during(Call call, long startNanos, long endNanos) {
    return new Call(
        call.client(), call.target(), startNanos, endNanos, call.request(), call.outcome());
  }

  /** Appends a command's events to the log and returns the receipt of them all. */
  CommandReceipt append(String id, List<Event> decided) {
    var time = Timestamp.newBuilder().setSeconds(clock++).build();
    var receipt =
        CommandReceipt.newBuilder()
            .setLedger(LEDGER)
            .setCommandId(id)
            .setRecordTime(time)
            .setStatus(CommandReceipt.Status.PENDING_MATERIALIZATION);
    for (int i = 0; i < decided.size(); i++) {
      var event =
          envelope(id, decided.get(i), time)
              .setTransactionIndex(i)
              .setTransactionSize(decided.size());
      events.add(event.build());
      stream.add(new Log.Message(head(), ByteString.EMPTY));
      stamp();
      receipt.setTransactionId(event.getTransactionId()).addEvents(receipt(events.getLast()));
    }
    decided.stream()
        .map(Event::getAccount)
        .distinct()
        .flatMap(account -> replay().account(account, head()).stream())
        .forEach(account -> receipt.addBalances(Receipts.balances(account)));
    return receipt.setPosition(head()).build();
  }

  private Event.Builder envelope(String id, Event decided, Timestamp time) {
    var event =
        decided.toBuilder()
            .setLedger(LEDGER)
            .setPosition(events.size() + 1)
            .setCommandId(id)
            .setRecordTime(time)
            .setActor("anonymous")
            .setSchemaVersion(1);
    return decided.hasEffectiveTime() ? event : event.setEffectiveTime(time);
  }

  /** Gives the last event its account's version and balances, as a replay says. */
  private void stamp() {
    var event = events.getLast();
    var account = replay().account(event.getAccount(), event.getPosition());
    long version = events.stream().filter(it -> it.getAccount().equals(event.getAccount())).count();
    changeEvent(
        event.getPosition(),
        it -> {
          it.setAccountVersion(version);
          account.ifPresent(state -> it.setBalancesAfter(balances(state)));
          return it;
        });
  }

  private static BalancesAfter balances(Account account) {
    return BalancesAfter.newBuilder()
        .setCurrencyCode(account.getPosted().getCurrencyCode())
        .setPostedMinorUnits(account.getPosted().getMinorUnits())
        .setHeldMinorUnits(account.getHeld().getMinorUnits())
        .setAvailableMinorUnits(account.getAvailable().getMinorUnits())
        .build();
  }

  private static EventReceipt receipt(Event event) {
    return EventReceipt.newBuilder()
        .setEventId(LEDGER + "-" + event.getPosition())
        .setType(Replay.type(event))
        .setAccount(event.getAccount())
        .setAccountVersion(event.getAccountVersion())
        .setPosition(event.getPosition())
        .build();
  }

  /** A batch of two commands, each of two events, has a receipt for each; all else has one. */
  private Message receipts(Message request, CommandReceipt whole) {
    if (!(request instanceof ExecuteBatchRequest)) {
      return whole;
    }
    int half = whole.getEventsCount() / 2;
    return ExecuteBatchResponse.newBuilder()
        .addOutcomes(part(whole, 0, half))
        .addOutcomes(part(whole, half, whole.getEventsCount()))
        .build();
  }

  private CommandOutcome part(CommandReceipt whole, int from, int to) {
    var events = whole.getEventsList().subList(from, to);
    var part = whole.toBuilder().clearEvents().addAllEvents(events).clearBalances();
    events.stream()
        .flatMap(it -> replay().account(it.getAccount(), it.getPosition()).stream())
        .forEach(account -> part.addBalances(Receipts.balances(account)));
    return CommandOutcome.newBuilder().setReceipt(part).build();
  }

  Report check() {
    return Checker.check(calls, new Log(events, Optional.of(stream)), List.of());
  }
}
