package chronicle.ledger.log;

import static org.assertj.core.api.Assertions.assertThat;

import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.log.EventStoreException.Kind;
import chronicle.ledger.log.FaultyEventStore.Step;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two processes, random commands, random repeats and random faults at every step; then the whole
 * log is checked.
 */
final class SequencerSimulationIT {
  private static final int ROUNDS = 60;
  private static final int COMMANDS_MAX = 40;
  private static final int ACCOUNTS = 5;
  private static final double FAULTS = 0.04;

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  @DisplayName(
      "G1 G2 G3 G4 G5: under faults at every step each command happens once, whole, in order, within limits")
  void faultsLeaveASoundLog(long seed) throws InterruptedException {
    var random = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
    try (var log = new LogFixture()) {
      var stores = List.of(new FaultyEventStore(log.store()), new FaultyEventStore(log.store()));
      var processes = List.of(log.ledgers(stores.get(0)), log.ledgers(stores.get(1)));
      for (int i = 0; i < ACCOUNTS; i++) {
        LogFixture.given(processes.get(0), LogFixture.open("account-" + i));
      }
      for (FaultyEventStore store : stores) {
        long faultSeed = random.nextLong();
        store.breakBy(randomly(RandomGeneratorFactory.of("L64X128MixRandom").create(faultSeed)));
      }
      Map<CommandId, Outcome> outcomes = run(random, processes);
      stores.forEach(store -> store.breakBy(_ -> {}));
      requireKept(outcomes, LogChecker.check(stores.get(0)));
    }
  }

  private static Map<CommandId, Outcome> run(RandomGenerator random, List<Ledgers> processes) {
    var outcomes = new HashMap<CommandId, Outcome>();
    var asked = new ArrayList<Request>();
    for (int round = 0; round < ROUNDS; round++) {
      var running = new ArrayList<Map.Entry<Request, CompletableFuture<Outcome>>>();
      int commands = 1 + random.nextInt(COMMANDS_MAX);
      for (int i = 0; i < commands; i++) {
        boolean isRepeat = !asked.isEmpty() && random.nextInt(5) == 0;
        Request request =
            isRepeat
                ? asked.get(random.nextInt(asked.size()))
                : LogFixture.request("c-" + asked.size(), command(random));
        if (!isRepeat) {
          asked.add(request);
        }
        Ledgers process = processes.get(random.nextInt(processes.size()));
        running.add(Map.entry(request, LogFixture.submit(process, request)));
      }
      running.forEach(entry -> requireSame(outcomes, entry.getKey().id(), entry.getValue().join()));
    }
    return outcomes;
  }

  /** Whatever happened before it was answered, a command id never has two outcomes. */
  private static void requireSame(Map<CommandId, Outcome> outcomes, CommandId id, Outcome outcome) {
    Outcome first = outcomes.putIfAbsent(id, outcome);
    if (first != null) {
      assertThat(essence(outcome)).as("%s", id).isEqualTo(essence(first));
    }
  }

  private static Object essence(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Executed(var events, _) -> events;
      case Outcome.Refused(var refusal, _) -> refusal;
      case Outcome.Failed(var cause) -> throw cause;
      case Outcome.ExecutedAll _,
          Outcome.Validated _,
          Outcome.ValidatedAll _,
          Outcome.Reused _,
          Outcome.OfQuestion _ ->
          throw new AssertionError(outcome);
    };
  }

  private static void requireKept(Map<CommandId, Outcome> outcomes, LogChecker.Checked log) {
    outcomes.forEach((id, outcome) -> {
      if (outcome instanceof Outcome.Executed(var events, _)) {
        assertThat(log.byCommand().get(id)).as("%s", id).isEqualTo(events);
      } else {
        assertThat(log.byCommand()).as("a refused command left nothing").doesNotContainKey(id);
      }
    });
  }

  private static FaultyEventStore.Fault randomly(RandomGenerator random) {
    return step -> {
      if (random.nextDouble() < FAULTS) {
        boolean isConflict = random.nextBoolean() && step != Step.AFTER_COMMIT;
        throw isConflict
            ? FaultyEventStore.failure(Kind.CONFLICT, step)
            : FaultyEventStore.lostConnection(step);
      }
    };
  }

  private static Command command(RandomGenerator random) {
    String account = "account-" + random.nextInt(ACCOUNTS);
    String other = "account-" + random.nextInt(ACCOUNTS);
    long amount = 1 + random.nextLong(100);
    return switch (random.nextInt(4)) {
      case 0, 1 -> LogFixture.deposit(account, amount);
      case 2 -> LogFixture.withdraw(account, amount);
      default ->
          account.equals(other)
              ? LogFixture.withdraw(account, amount)
              : LogFixture.transfer(account, other, amount);
    };
  }
}
