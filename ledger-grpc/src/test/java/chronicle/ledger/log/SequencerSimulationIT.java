package chronicle.ledger.log;

import static org.assertj.core.api.Assertions.assertThat;

import chronicle.error.v1.ErrorReason;
import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.log.EventStoreException.Kind;
import chronicle.ledger.log.FaultyEventStore.Step;
import chronicle.ledger.log.LogAgainstModel.Answer;
import chronicle.ledger.model.Seeds;
import chronicle.runtime.Failure;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Two processes on PostgreSQL, random work and repeats, callers in a hurry, holds that expire by
 * the real clock, and random faults at every step; then the whole log and every answer are held
 * against the model. The seed fixes what is asked and what breaks, not how the threads take turns:
 * that the log itself tells, and is checked in its own order.
 */
final class SequencerSimulationIT {
  private static final int SEEDS = 4;
  private static final int ROUNDS = 50;
  private static final int WORK_MAX = 30;
  private static final double FAULTS = 0.02;
  private static final Duration SOON = Duration.ofMillis(60);
  private static final Duration HURRY = Duration.ofMillis(15);

  static LongStream seeds() {
    return Seeds.of(SEEDS);
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  @DisplayName(
      "G1 G2 G3 G4 G5 G6 G9: under faults at every step the log and every answer are what the model says")
  void faultsLeaveALogAfterTheModel(long seed) throws InterruptedException {
    try (var log = new LogFixture()) {
      new Simulation(Seeds.random(seed), log).run();
    }
  }

  /** One history. */
  private static final class Simulation {
    private final RandomGenerator random;
    private final LogFixture log;
    private final List<FaultyEventStore> stores;
    private final List<Ledgers> processes = new ArrayList<>();
    private final RandomWork works;
    private final List<Answer> answers = new ArrayList<>();

    Simulation(RandomGenerator random, LogFixture log) throws InterruptedException {
      this.random = random;
      this.log = log;
      works = new RandomWork(random, SOON);
      stores = List.of(new FaultyEventStore(log.store()), new FaultyEventStore(log.store()));
      // One so small that most accounts come from snapshots and events each time.
      int cacheMax = 2;
      for (FaultyEventStore store : stores) {
        var settings = new SequencerSettings(16_384, 40, cacheMax, Duration.ofSeconds(10));
        processes.add(log.ledgers(store, settings));
        cacheMax *= 10;
      }
    }

    void run() {
      fillOneAccount();
      stores.forEach(store -> store.breakBy(randomly(Seeds.random(random.nextLong()))));
      for (int i = 0; i < ROUNDS; i++) {
        int count = 1 + random.nextInt(WORK_MAX);
        perform(IntStream.range(0, count).mapToObj(_ -> works.next(now())).toList());
      }
      stores.forEach(store -> store.breakBy(_ -> {}));
      processes.forEach(Ledgers::close);
      var appended = new ArrayList<Append>();
      stores.forEach(store -> appended.addAll(store.appended()));
      LogAgainstModel.check(log.store(), log.commands(), appended, answers);
    }

    /** The machine's clock, which is near the store's. */
    private static Instant now() {
      return Instant.now().truncatedTo(ChronoUnit.MICROS);
    }

    private void perform(List<Work> batch) {
      var running = new ArrayList<CompletableFuture<Outcome>>();
      for (Work work : batch) {
        boolean isHurried = random.nextInt(8) == 0;
        running.add(
            submit(work, isHurried ? System.nanoTime() + HURRY.toNanos() : LogFixture.soon()));
      }
      for (int i = 0; i < batch.size(); i++) {
        Outcome outcome = running.get(i).join();
        answer(batch.get(i), outcome);
        if (outcome instanceof Outcome.Failed(var cause)) {
          assertThat(((Failure) cause).reason())
              .isIn(
                  ErrorReason.OUTCOME_UNKNOWN,
                  ErrorReason.CONTENTION,
                  ErrorReason.EVENT_STORE_UNAVAILABLE);
          resolve(batch.get(i));
        }
      }
    }

    /** What nobody knows of is found out by asking again. */
    private void resolve(Work work) {
      Outcome outcome = submit(work, LogFixture.soon()).join();
      assertThat(outcome).isNotInstanceOf(Outcome.Failed.class);
      answer(work, outcome);
    }

    private void answer(Work work, Outcome outcome) {
      works.see(work, outcome);
      answers.add(new Answer(work, outcome));
    }

    private CompletableFuture<Outcome> submit(Work work, long deadlineNanos) {
      var outcome = new CompletableFuture<Outcome>();
      processes
          .get(random.nextInt(processes.size()))
          .submit(LedgerId.MAIN, work, deadlineNanos, outcome::complete);
      return outcome;
    }

    /** So many events of one account that there will be snapshots of it. */
    private void fillOneAccount() {
      var fill = new ArrayList<Work>();
      fill.add(new Work.Execute(LogFixture.request("fill", LogFixture.open("account-0"))));
      perform(fill);
      Command deposit = LogFixture.deposit(AccountId.of("account-0").value(), 2);
      perform(
          IntStream.range(0, Snapshot.EVENTS_BETWEEN - 10)
              .mapToObj(i -> (Work) new Work.Execute(LogFixture.request("fill-" + i, deposit)))
              .toList());
    }
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
}
