package chronicle.ledger.log;

import static org.assertj.core.api.Assertions.assertThat;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.Details;
import chronicle.ledger.domain.Event.Limits;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.domain.Money;
import chronicle.ledger.domain.Movement;
import chronicle.ledger.log.EventStoreException.Kind;
import chronicle.ledger.log.FaultyEventStore.Step;
import chronicle.ledger.log.LogAgainstModel.Answer;
import chronicle.ledger.model.Seeds;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two processes on one log in memory, batch by batch on one thread: random work, random faults at
 * every step, processes that crash and lose what they knew; then the whole log and every answer are
 * held against the model. Everything follows from the seed, which is in the test's name and replays
 * it: {@code -Dsimulation.seed=42}.
 */
final class SequencerSimulationTest {
  private static final int SEEDS = 300;
  private static final int BATCHES = 40;
  private static final int WORK_MAX = 6;
  private static final int AHEAD_MAX = 2;
  private static final double FAULTS = 0.03;
  private static final Duration SOON = Duration.ofMillis(5);
  private static final Duration LATE = Duration.ofHours(1);

  private static final Set<Class<?>> kinds = new HashSet<>();
  private static int plansWritten;
  private static int plansOnPlansWritten;

  static LongStream seeds() {
    return Seeds.of(SEEDS);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  @DisplayName(
      "G1 G2 G3 G4 G5 G6 G9: under faults at every step the log and every answer are what the model says")
  void faultsLeaveALogAfterTheModel(long seed) {
    new Simulation(Seeds.random(seed)).run();
  }

  /** A simulation that never got somewhere shows nothing about it. */
  @AfterAll
  static void everyAnswerWasGiven() {
    if (Long.getLong("simulation.seed") == null) {
      assertThat(kinds)
          .contains(
              Outcome.Executed.class,
              Outcome.ExecutedAll.class,
              Outcome.Refused.class,
              Outcome.Reused.class,
              Outcome.Validated.class,
              Outcome.ValidatedAll.class,
              Outcome.Inspected.class,
              Outcome.Swept.class);
      assertThat(plansWritten).isGreaterThan(SEEDS);
      assertThat(plansOnPlansWritten).isGreaterThan(SEEDS / 4);
    }
  }

  /** One history. */
  private static final class Simulation {
    private final RandomGenerator random;
    private final MemoryEventStore memory =
        new MemoryEventStore(Instant.parse("2026-11-23T12:00:00Z"));
    private final FaultyEventStore store = new FaultyEventStore(memory);
    private final Memory[] processes = {new Memory(2), new Memory(10)};
    private final RandomWork works;
    private final List<Answer> answers = new ArrayList<>();
    private final List<Work> unanswered = new ArrayList<>();
    private boolean isNested;

    /** What a process remembers. */
    private final class Memory {
      private final StoreClock clock =
          new StoreClock(() -> ChronoUnit.NANOS.between(Instant.EPOCH, memory.clock()));
      private final StateCache cache;

      Memory(int accountsMax) {
        this.cache = new StateCache(accountsMax, clock);
      }
    }

    Simulation(RandomGenerator random) {
      this.random = random;
      this.works = new RandomWork(random, random.nextBoolean() ? SOON : LATE);
    }

    void run() {
      perform(0, List.of(execute("~~main", "~ledger", new Command.CreateLedger(Details.NONE))));
      if (random.nextInt(8) == 0) {
        fillOneAccount();
      }
      if (random.nextInt(16) == 0) {
        holdALot();
      }
      store.breakBy(this::breakSometimes);
      for (int i = 0; i < BATCHES; i++) {
        batch(random.nextInt(2));
      }
      store.breakBy(_ -> {});
      while (!unanswered.isEmpty()) {
        var asked = List.copyOf(unanswered);
        unanswered.clear();
        perform(0, asked);
      }
      assertThat(answers)
          .as("G3: whatever was not answered is resolved by repeating it")
          .noneMatch(answer -> answer.outcome() instanceof Outcome.Failed);
      LogAgainstModel.check(store, memory.commands(), store.appended(), answers);
    }

    private void batch(int process) {
      memory.pass(Duration.ofNanos(1_000 * random.nextLong(2_000)));
      if (random.nextInt(4) > 0) {
        performAhead(process, tickets(works(AHEAD_MAX)), tickets(works(AHEAD_MAX)));
      } else {
        perform(process, works(WORK_MAX));
      }
    }

    private List<Work> works(int max) {
      int count = 1 + random.nextInt(max);
      return IntStream.range(0, count).mapToObj(_ -> works.next(now())).toList();
    }

    private Instant now() {
      return memory.clock();
    }

    /**
     * As a sequencer does it ahead: the second batch is decided before the first is written, and
     * void where that is not; what was not written is decided under the head lock.
     */
    private void performAhead(int process, List<Ticket> first, List<Ticket> second) {
      StateCache cache = processes[process].cache;
      Optional<Plan> plan = Plan.of(LedgerId.MAIN, cache, Optional.empty(), first);
      Optional<Plan> next =
          plan.flatMap(before -> Plan.of(LedgerId.MAIN, cache, Optional.of(before), second));
      var left = new ArrayList<Ticket>();
      var doubtful = new HashSet<Instant>();
      boolean isWritten = plan.isPresent() && written(process, plan.get(), doubtful);
      if (!isWritten) {
        left.addAll(first);
      }
      if (isWritten && next.isPresent() && written(process, next.get(), doubtful)) {
        plansOnPlansWritten++;
      } else {
        next.ifPresent(none -> none.tickets().forEach(Ticket::unclaim));
        left.addAll(second);
      }
      boolean hasFailed = plan.isPresent() && !left.isEmpty();
      if (hasFailed && random.nextInt(4) == 0) {
        crash(process, left);
      } else if (!left.isEmpty()) {
        perform(process, left, doubtful, hasFailed || random.nextBoolean());
      }
    }

    private boolean written(int process, Plan plan, Set<Instant> doubtful) {
      memory.pass(Duration.ofNanos(1_000 * random.nextLong(500)));
      otherProcessMayBeFaster(process);
      try {
        plan.write(LedgerId.MAIN, store, processes[process].clock);
        assertThat(plan.commitTo(processes[process].cache)).isTrue();
        plan.outcomes().forEach(Ticket::give);
        plansWritten++;
        return true;
      } catch (EventStoreException e) {
        if (e.kind() == Kind.AMBIGUOUS) {
          doubtful.add(plan.append().recordTime());
        }
        plan.tickets().forEach(ticket -> ticket.release(e.kind()));
        return false;
      }
    }

    private void otherProcessMayBeFaster(int process) {
      if (!isNested && random.nextInt(4) == 0) {
        isNested = true;
        batch(1 - process);
        isNested = false;
      }
    }

    private void perform(int process, List<Work> batch) {
      perform(process, tickets(batch), new HashSet<>(), random.nextBoolean());
    }

    private List<Ticket> tickets(List<Work> works) {
      return works.stream().map(this::ticket).toList();
    }

    /** As a sequencer does it; but another process may be faster between two attempts. */
    private void perform(
        int process, List<Ticket> tickets, Set<Instant> doubtful, boolean expectedRepeats) {
      boolean expectsRepeats = expectedRepeats;
      while (!performed(process, tickets, doubtful, expectsRepeats)) {
        expectsRepeats = true;
        memory.pass(Duration.ofNanos(1_000 * random.nextLong(500)));
        if (random.nextInt(4) == 0) {
          crash(process, tickets);
          return;
        }
        otherProcessMayBeFaster(process);
      }
    }

    private boolean performed(
        int process, List<Ticket> tickets, Set<Instant> doubtful, boolean expectsRepeats) {
      try {
        boolean isWhole = false;
        while (!isWhole) {
          var result =
              new Attempt(LedgerId.MAIN, store, processes[process].cache, doubtful, expectsRepeats)
                  .run(tickets);
          result.outcomes().forEach(Ticket::give);
          isWhole = result.isWhole();
          memory.pass(Duration.ofNanos(1_000));
        }
        return true;
      } catch (EventStoreException e) {
        tickets.forEach(ticket -> ticket.release(e.kind()));
        return false;
      }
    }

    /** A process that crashes knows nothing any more, and its callers never hear of it. */
    private void crash(int process, List<Ticket> tickets) {
      processes[process] = new Memory(1 + random.nextInt(10));
      tickets.forEach(ticket -> unanswered.add(ticket.work()));
    }

    private Ticket ticket(Work work) {
      return new Ticket(
          LedgerId.MAIN,
          work,
          0,
          0,
          outcome -> {
            works.see(work, outcome);
            answers.add(new Answer(work, outcome));
            kinds.add(outcome.getClass());
          });
    }

    private void breakSometimes(Step step) {
      if (random.nextDouble() < FAULTS) {
        boolean isConflict = random.nextBoolean() && step != Step.AFTER_COMMIT;
        throw isConflict
            ? FaultyEventStore.failure(Kind.CONFLICT, step)
            : FaultyEventStore.lostConnection(step);
      }
    }

    /** So many events of one account that there will be snapshots of it. */
    private void fillOneAccount() {
      var account = AccountId.of("account-0");
      var fill = new ArrayList<Work>();
      fill.add(
          execute(
              "fill",
              "anonymous",
              new Command.CreateAccount(account, "USD", Limits.NONE, Details.NONE)));
      for (int i = 0; i < Snapshot.EVENTS_BETWEEN - 10; i++) {
        fill.add(
            execute(
                "fill-" + i,
                "anonymous",
                new Command.Deposit(account, new Money("USD", 2), Details.NONE)));
      }
      perform(0, fill);
    }

    /** More that is due at once than one batch ends. */
    private void holdALot() {
      var account = AccountId.of("account-1");
      var holds = new ArrayList<Work>();
      holds.add(
          execute(
              "holder",
              "anonymous",
              new Command.CreateAccount(
                  account, "USD", new Limits(1_000, OptionalLong.empty()), Details.NONE)));
      var posting = new Movement(Optional.of(account), Optional.empty(), new Money("USD", 1));
      for (int i = 0; i < 600; i++) {
        holds.add(
            execute(
                "hold-" + i,
                "anonymous",
                new Command.CreateTransaction(
                    List.of(posting), true, Optional.of(now().plus(SOON)), Details.NONE)));
      }
      perform(0, holds);
    }

    private static Work execute(String id, String actor, Command command) {
      return new Work.Execute(new Request(new CommandId(id), actor, "", false, command));
    }
  }
}
