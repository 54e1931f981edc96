package chronicle.chaos.lab;

import chronicle.chaos.audit.Outcome;
import chronicle.event.v1.Event;
import chronicle.ledger.v1.CommandReceipt;
import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;

/** What clients do to a ledger. */
final class ClientHarms {
  private static final int WITHDRAWALS = 200;
  private static final int RACERS = 32;
  private static final long EACH = 7;
  private static final int FLOOD = 24_000;
  // A connection takes only so many calls at a time; more wait in the client.
  private static final int FLOOD_CONNECTIONS = 25;
  private static final Duration FLOOD_DEADLINE = Duration.ofSeconds(30);
  private static final String QUEUE_FULL = "QUEUE_FULL";

  private ClientHarms() {}

  /** 200 withdrawals at once through both ledgers, from an account that can afford a third. */
  static void racingWithdrawals(Scene scene) throws Exception {
    var lab = scene.lab();
    var ledger = "race-" + System.nanoTime();
    var affordable = WITHDRAWALS / 3;
    var rest = EACH - 1;
    try (var one = new Teller(lab.firstLedger().target(), ledger);
        var other = new Teller(lab.lastLedger().target(), ledger)) {
      one.createLedger();
      one.open("alice", affordable * EACH + rest);
      scene.mark("%d withdrawals at once".formatted(WITHDRAWALS));
      var outcomes = race(one, other);
      scene.mark("withdrawals answered");
      scene.require(
          outcomes.getOrDefault("", 0L) == affordable,
          "%d withdrawals could be afforded: %s".formatted(affordable, outcomes));
      scene.require(
          outcomes.getOrDefault("INSUFFICIENT_FUNDS", 0L) == WITHDRAWALS - affordable,
          "The others were to be refused: " + outcomes);
      scene.require(
          one.state("alice").getPosted().getMinorUnits() == rest
              && other.state("alice").getPosted().getMinorUnits() == rest,
          "The balance is not what is left.");
    }
  }

  /** A reader of the feed stops reading; nobody waits for it, and it misses nothing. */
  static void slowClient(Scene scene) throws Exception {
    var lab = scene.lab();
    try (var teller = new Teller(lab.firstLedger().target(), scene.ledger());
        var readers = new SlowReaders(teller.channel(), scene.ledger())) {
      scene.mark("readers stop reading");
      scene.hold();
      var events = teller.events();
      scene.mark("readers read on");
      readers.readOn();
      scene.await(
          "slow readers have every event, or were told to come again",
          () -> readers.haveAll(events.size()));
      scene.require(readers.missedNothing(), "A slow reader missed an event.");
    }
  }

  /**
   * More commands than a ledger queues while the event store stands still: it refuses what is too
   * much at once, and none of that happens.
   */
  static void queueFull(Scene scene) throws Exception {
    var lab = scene.lab();
    var ledger = "flood-" + System.nanoTime();
    try (var teller = new Teller(lab.firstLedger().target(), ledger);
        var crowd = new Tellers(lab.firstLedger().target(), ledger, FLOOD_CONNECTIONS)) {
      teller.createLedger();
      teller.open("alice", 1);
      lab.eventStore().forEach(it -> it.pause());
      scene.mark("event store frozen, %d commands at once".formatted(FLOOD));
      var answers = new HashMap<String, ListenableFuture<CommandReceipt>>();
      for (int i = 0; i < FLOOD; i++) {
        var id = "flood-" + i;
        answers.put(id, crowd.next().depositLater("alice", 1, id, FLOOD_DEADLINE));
      }
      scene.await("something is refused", () -> anyRefused(answers.values()));
      lab.eventStore().forEach(it -> it.resume());
      scene.mark("event store goes on");
      var reasons = reasons(answers);
      var refused = idsOf(reasons, QUEUE_FULL);
      scene.require(!refused.isEmpty(), "Nothing was refused: " + counted(reasons));
      // A write after the flood: what was in flight is settled when it is answered.
      scene.await("the ledger takes commands again", () -> teller.takes("alice"));
      var executed = teller.events().stream().map(Event::getCommandId).collect(Collectors.toSet());
      scene.require(
          refused.stream().noneMatch(executed::contains), "A command that was refused happened.");
      scene.require(
          executed.containsAll(idsOf(reasons, "")), "An acknowledged command did not happen.");
    }
  }

  private static boolean anyRefused(Collection<ListenableFuture<CommandReceipt>> answers)
      throws InterruptedException {
    for (var answer : answers) {
      if (answer.isDone() && reason(answer).equals(QUEUE_FULL)) {
        return true;
      }
    }
    return false;
  }

  private static Map<String, Long> race(Teller one, Teller other) throws Exception {
    try (var threads = Executors.newFixedThreadPool(RACERS)) {
      var calls = new ArrayList<Future<CommandReceipt>>();
      for (int i = 0; i < WITHDRAWALS; i++) {
        var teller = i % 2 == 0 ? one : other;
        calls.add(threads.submit(() -> teller.withdraw("alice", EACH)));
      }
      var reasons = new HashMap<String, Long>();
      for (var call : calls) {
        reasons.merge(reason(call), 1L, Long::sum);
      }
      return reasons;
    }
  }

  private static Map<String, String> reasons(Map<String, ListenableFuture<CommandReceipt>> answers)
      throws InterruptedException {
    var reasons = new HashMap<String, String>();
    for (var answer : answers.entrySet()) {
      reasons.put(answer.getKey(), reason(answer.getValue()));
    }
    return reasons;
  }

  /** The reason of a refusal, empty for a receipt. */
  private static String reason(Future<CommandReceipt> answer) throws InterruptedException {
    try {
      answer.get();
      return "";
    } catch (ExecutionException e) {
      return e.getCause() instanceof StatusRuntimeException thrown
          ? reason(Outcome.of(thrown))
          : String.valueOf(e.getCause());
    }
  }

  private static String reason(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Answered _ -> "";
      case Outcome.Refused(var reason, _) -> reason;
      case Outcome.Failed(var reason) -> reason;
      case Outcome.Unknown(var reason) -> reason;
    };
  }

  private static Set<String> idsOf(Map<String, String> reasons, String reason) {
    var ids = new HashSet<String>();
    reasons.forEach((id, why) -> {
      if (why.equals(reason)) {
        ids.add(id);
      }
    });
    return ids;
  }

  private static Map<String, Long> counted(Map<String, String> reasons) {
    return List.copyOf(reasons.values()).stream()
        .collect(Collectors.groupingBy(it -> it, Collectors.counting()));
  }
}
