package chronicle.ledger.log;

import static chronicle.ledger.log.FaultyEventStore.await;
import static chronicle.ledger.log.LogFixture.deposit;
import static chronicle.ledger.log.LogFixture.execute;
import static chronicle.ledger.log.LogFixture.given;
import static chronicle.ledger.log.LogFixture.open;
import static chronicle.ledger.log.LogFixture.posted;
import static chronicle.ledger.log.LogFixture.reason;
import static chronicle.ledger.log.LogFixture.request;
import static chronicle.ledger.log.LogFixture.submit;
import static chronicle.ledger.log.LogFixture.withdraw;
import static org.assertj.core.api.Assertions.assertThat;

import chronicle.error.v1.ErrorReason;
import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.Details;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.domain.Money;
import chronicle.ledger.log.EventStoreException.Kind;
import chronicle.ledger.log.FaultyEventStore.Step;
import chronicle.ledger.log.Outcome.Executed;
import chronicle.ledger.log.Outcome.Refused;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What a sequencer does where its event store fails, hangs, or is late. */
final class SequencerFaultsIT {
  private static final Duration LATE = Duration.ofMillis(200);

  private LogFixture log;
  private FaultyEventStore store;
  private Ledgers ledgers;

  @BeforeEach
  void start() throws InterruptedException {
    log = new LogFixture();
    store = new FaultyEventStore(log.store());
    ledgers = log.ledgers(store);
  }

  @AfterEach
  void stop() {
    store.breakBy(_ -> {});
    log.close();
  }

  @ParameterizedTest
  @EnumSource(Step.class)
  @DisplayName("G1 G3: a connection lost at any step leaves the command executed once")
  void aLostConnectionIsResolved(Step step) throws InterruptedException {
    given(ledgers, open("a"));
    // Knows no account yet, and so decides under the head lock; here and below.
    ledgers = log.ledgers(store);
    AtomicInteger broken = breakOnce(step, FaultyEventStore.lostConnection(step));

    var outcome = (Executed) execute(ledgers, request("c-1", deposit("a", 5)));

    assertThat(broken).hasPositiveValue();
    assertThat(outcome.replayed()).isFalse();
    assertThat(((Executed) execute(ledgers, request("c-1", deposit("a", 5)))).events())
        .isEqualTo(outcome.events());
    assertThat(posted(ledgers, "a")).isEqualTo(5);
    LogChecker.check(store);
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"AFTER_LOCK", "AFTER_APPEND", "BEFORE_COMMIT"})
  void aSerializationFailureIsTriedAgain(Step step) throws InterruptedException {
    given(ledgers, open("a"));
    ledgers = log.ledgers(store);
    var left = new AtomicInteger(3);
    store.breakBy(at -> {
      if (at == step && left.getAndDecrement() > 0) {
        throw FaultyEventStore.failure(Kind.CONFLICT, at);
      }
    });

    assertThat(execute(ledgers, request(deposit("a", 5)))).isInstanceOf(Executed.class);
    assertThat(left).hasNonPositiveValue();
    assertThat(posted(ledgers, "a")).isEqualTo(5);
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"BEFORE_LOCK", "BEFORE_COMMIT", "AFTER_COMMIT"})
  @DisplayName(
      "G3 G4: what was decided ahead on a batch that failed is decided again, and after it")
  void aBatchOnOneThatFailedIsVoid(Step step) throws InterruptedException {
    given(ledgers, open("a"));
    var entered = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    store.breakBy(at -> {
      if (at == step) {
        store.breakBy(_ -> {});
        entered.countDown();
        await(release);
        throw FaultyEventStore.lostConnection(at);
      }
    });
    var deposit = submit(ledgers, request(deposit("a", 5)));
    await(entered);
    var withdrawals =
        Stream.of(1, 2, 3).map(_ -> submit(ledgers, request(withdraw("a", 2)))).toList();
    // Long enough for the first to be decided; if not, the test shows less, and nothing wrong.
    Thread.sleep(50);
    release.countDown();

    assertThat(((Executed) deposit.join()).replayed()).isFalse();
    assertThat(withdrawals.stream().map(CompletableFuture::join).map(Object::getClass))
        .containsExactly(Executed.class, Executed.class, Refused.class);
    assertThat(posted(ledgers, "a")).isEqualTo(1);
  }

  @Test
  @DisplayName(
      "G13: a time that has come is not refused as one to come, however late a commit was told")
  void aTimeThatHasComeIsNotInTheFuture() {
    given(ledgers, open("a"));
    store.breakBy(at -> {
      if (at == Step.AFTER_COMMIT) {
        sleep(LATE);
      }
    });
    given(ledgers, deposit("a", 1));
    var alone = execute(ledgers, request(depositOfJustNow("a")));
    given(ledgers, deposit("a", 1));
    var parts = List.of(request(depositOfJustNow("a")));
    var batch = new Request.Atomic(CommandId.of("b-1"), "anonymous", "", false, parts);
    var inABatch = ledgers.await(LedgerId.MAIN, new Work.ExecuteAll(batch), LogFixture.soon());

    assertThat(alone).isInstanceOf(Executed.class);
    assertThat(inABatch).isInstanceOf(Outcome.ExecutedAll.class);
  }

  @Test
  @DisplayName(
      "G12: a store that stays away answers UNAVAILABLE inside the deadline, and nothing happens later")
  void anAbsentStoreIsToldInTime() {
    given(ledgers, open("a"));
    store.breakBy(step -> {
      throw FaultyEventStore.lostConnection(Step.BEFORE_LOCK);
    });

    assertThat(reason(executeWithin(Duration.ofMillis(300), "c-1")))
        .isEqualTo(ErrorReason.EVENT_STORE_UNAVAILABLE);

    store.breakBy(_ -> {});

    assertThat(posted(ledgers, "a")).isZero();
    assertThat(((Executed) execute(ledgers, request("c-1", deposit("a", 5)))).replayed()).isFalse();
  }

  @Test
  @DisplayName("G12: contention to the end is ABORTED and leaves nothing")
  void contentionIsToldInTime() {
    given(ledgers, open("a"));
    store.breakBy(step -> {
      throw FaultyEventStore.failure(Kind.CONFLICT, step);
    });

    assertThat(reason(executeWithin(Duration.ofMillis(300), "c-1")))
        .isEqualTo(ErrorReason.CONTENTION);
  }

  @ParameterizedTest
  @EnumSource(
      value = Step.class,
      names = {"BEFORE_COMMIT", "AFTER_COMMIT"})
  @DisplayName("G3 G12: an outcome not known in time is told as unknown, and a repeat finds it out")
  void anUnknownOutcomeIsToldAsSuch(Step step) {
    given(ledgers, open("a"));
    store.breakBy(at -> {
      if (at == step) {
        store.breakBy(later -> {
          throw FaultyEventStore.lostConnection(Step.BEFORE_LOCK);
        });
        throw FaultyEventStore.lostConnection(at);
      }
    });

    assertThat(reason(executeWithin(Duration.ofMillis(500), "c-1")))
        .isEqualTo(ErrorReason.OUTCOME_UNKNOWN);

    store.breakBy(_ -> {});

    var repeated = (Executed) execute(ledgers, request("c-1", deposit("a", 5)));
    assertThat(repeated.replayed()).isEqualTo(step == Step.AFTER_COMMIT);
    assertThat(posted(ledgers, "a")).isEqualTo(5);
  }

  @Test
  @DisplayName("G12: a stuck transaction does not keep its callers beyond their deadline")
  void aStuckTransactionIsToldInTime() {
    given(ledgers, open("a"));
    var release = new CountDownLatch(1);
    store.breakBy(step -> {
      if (step == Step.BEFORE_COMMIT) {
        await(release);
      }
    });

    assertThat(reason(executeWithin(Duration.ofMillis(200), "c-1")))
        .isEqualTo(ErrorReason.OUTCOME_UNKNOWN);

    release.countDown();

    assertThat(((Executed) execute(ledgers, request("c-1", deposit("a", 5)))).replayed()).isTrue();
  }

  /** Of a time that has come by now, but had not when the commit before was made. */
  private static Command depositOfJustNow(String account) {
    var justNow = Instant.now().minus(LATE.dividedBy(2)).truncatedTo(ChronoUnit.MICROS);
    return new Command.Deposit(
        AccountId.of(account),
        new Money("USD", 1),
        new Details("", Map.of(), Optional.of(justNow), OptionalLong.empty()));
  }

  private AtomicInteger breakOnce(Step step, EventStoreException failure) {
    var broken = new AtomicInteger();
    store.breakBy(at -> {
      if (at == step && broken.getAndIncrement() == 0) {
        throw failure;
      }
    });
    return broken;
  }

  private Outcome executeWithin(Duration time, String id) {
    return ledgers.await(
        LedgerId.MAIN,
        new Work.Execute(new Request(CommandId.of(id), "anonymous", "", false, deposit("a", 5))),
        System.nanoTime() + time.toNanos());
  }

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
