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
import static chronicle.ledger.log.LogFixture.transfer;
import static chronicle.ledger.log.LogFixture.withdraw;
import static org.assertj.core.api.Assertions.assertThat;

import chronicle.error.v1.ErrorReason;
import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.Details;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.domain.Refusal.Reason;
import chronicle.ledger.log.Outcome.Executed;
import chronicle.ledger.log.Outcome.Refused;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SequencerIT {
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

  @ParameterizedTest(name = "{0} withdrawals")
  @ValueSource(ints = {100, 200})
  @DisplayName(
      "G3 G4: withdrawals raced through two processes never pass the limit, and sum up exactly")
  void racedWithdrawals(int count) throws InterruptedException {
    given(ledgers, open("a"));
    given(ledgers, deposit("a", 50));
    Ledgers other = log.ledgers(log.store());

    List<CompletableFuture<Outcome>> outcomes =
        IntStream.range(0, count)
            .mapToObj(i -> submit(i % 2 == 0 ? ledgers : other, request(withdraw("a", 1))))
            .toList();

    assertThat(outcomes.stream().map(CompletableFuture::join).filter(Executed.class::isInstance))
        .hasSize(50);
    assertThat(outcomes.stream().map(CompletableFuture::join).filter(Refused.class::isInstance))
        .hasSize(count - 50);
    assertThat(posted(ledgers, "a")).isZero();
  }

  @Test
  @DisplayName("G3: a repeated command gives its first outcome, marked as replayed")
  void aRepeatIsReplayed() {
    given(ledgers, open("a"));
    var first = (Executed) execute(ledgers, request("c-1", deposit("a", 5)));
    var second = (Executed) execute(ledgers, request("c-1", deposit("a", 5)));

    assertThat(first.replayed()).isFalse();
    assertThat(second).isEqualTo(new Executed(first.events(), true));
    assertThat(posted(ledgers, "a")).isEqualTo(5);
  }

  @Test
  @DisplayName("G3: another command under a used id is refused, and the differing field named")
  void aReusedIdIsRefused() {
    given(ledgers, open("a"));
    execute(ledgers, request("c-1", deposit("a", 5)));

    assertThat(execute(ledgers, request("c-1", deposit("a", 6))))
        .isEqualTo(new Outcome.Reused(CommandId.of("c-1"), "amount.minor_units"));
    assertThat(execute(ledgers, request("c-1", withdraw("a", 5))))
        .isEqualTo(new Outcome.Reused(CommandId.of("c-1"), "method"));
  }

  @Test
  @DisplayName(
      "G3: a batch that reuses an id is refused so for ever, whatever else may be wrong later")
  void aBatchThatReusesAnIdIsRefusedForEver() {
    given(ledgers, open("a"));
    execute(ledgers, request("c-1", deposit("a", 5)));
    var batch =
        new Request.Atomic(
            CommandId.of("b-1"),
            "anonymous",
            "",
            false,
            List.of(request("p-1", withdraw("a", 5)), request("c-1", deposit("a", 5))));
    var reused = new Outcome.Reused(CommandId.of("c-1"), "commands[1].command_id");

    assertThat(executeAll(batch)).isEqualTo(reused);
    given(ledgers, withdraw("a", 5));

    assertThat(executeAll(batch)).isEqualTo(reused);
  }

  @Test
  @DisplayName("G3: a refusal is for ever, even when the reason has gone")
  void aRefusalIsReplayed() {
    given(ledgers, open("a"));
    var first = (Refused) execute(ledgers, request("c-1", withdraw("a", 5)));
    given(ledgers, deposit("a", 5));

    assertThat(first.refusal().reason()).isEqualTo(Reason.INSUFFICIENT_FUNDS);
    assertThat(execute(ledgers, request("c-1", withdraw("a", 5))))
        .isEqualTo(new Refused(first.refusal(), true));
  }

  @Test
  @DisplayName("G3: two equal ids in one batch have one outcome, the second one replayed")
  void equalIdsInOneBatch() {
    given(ledgers, open("a"));
    var outcomes =
        inOneBatch(
            List.of(
                request("c-1", deposit("a", 5)),
                request("c-1", deposit("a", 5)),
                request("c-1", deposit("a", 6))));

    assertThat(((Executed) outcomes.get(0)).replayed()).isFalse();
    assertThat(((Executed) outcomes.get(1)).replayed()).isTrue();
    assertThat(outcomes.get(2))
        .isEqualTo(new Outcome.Reused(CommandId.of("c-1"), "amount.minor_units"));
    assertThat(posted(ledgers, "a")).isEqualTo(5);
  }

  @Test
  @DisplayName(
      "G3 G5: a command that was taken for new is replayed, and the rest of its batch happens once")
  void aRepeatAmongNewOnes() {
    given(ledgers, open("a"));
    var first = (Executed) execute(ledgers, request("c-1", deposit("a", 5)));
    var refused = (Refused) execute(ledgers, request("c-2", withdraw("a", 6)));

    var outcomes =
        inOneBatch(
            List.of(
                request("c-3", deposit("a", 1)),
                request("c-1", deposit("a", 5)),
                request("c-2", withdraw("a", 6)),
                request("c-1", deposit("a", 6)),
                request("c-4", withdraw("a", 6))));

    assertThat(((Executed) outcomes.get(0)).replayed()).isFalse();
    assertThat(outcomes.subList(1, 4))
        .containsExactly(
            new Executed(first.events(), true),
            new Refused(refused.refusal(), true),
            new Outcome.Reused(CommandId.of("c-1"), "amount.minor_units"));
    assertThat(((Executed) outcomes.get(4)).replayed()).isFalse();
    assertThat(posted(ledgers, "a")).isZero();
    LogChecker.check(store);
  }

  @Test
  @DisplayName("G3: what is only to be validated is answered as it was executed before")
  void aRepeatIsValidated() {
    given(ledgers, open("a"));
    var first = (Executed) execute(ledgers, request("c-1", deposit("a", 5)));
    var asked = request("c-1", deposit("a", 5));

    assertThat(execute(ledgers, new Request(asked.id(), asked.actor(), "", true, asked.command())))
        .isEqualTo(new Executed(first.events(), true));
  }

  @Test
  @DisplayName("G4: each command of a batch sees what the ones before it did")
  void commandsOfABatchSeeEachOther() {
    given(ledgers, open("a"));
    given(ledgers, open("b"));
    var outcomes =
        inOneBatch(
            List.of(
                request(deposit("a", 10)),
                request(transfer("a", "b", 10)),
                request(withdraw("a", 1)),
                request(withdraw("b", 10))));

    assertThat(outcomes.stream().map(Outcome::getClass))
        .isEqualTo(List.of(Executed.class, Executed.class, Refused.class, Executed.class));
    LogChecker.check(store);
  }

  @Test
  void aFullQueueRefusesWhatItCannotTake() throws InterruptedException {
    var small = new SequencerSettings(2, 1, 100, Duration.ofSeconds(5));
    var gated = new FaultyEventStore(log.store());
    Ledgers bounded = log.ledgers(gated, small);
    given(bounded, open("a"));
    var entered = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    gated.breakBy(step -> {
      entered.countDown();
      await(release);
    });
    var first = submit(bounded, request(deposit("a", 1)));
    await(entered);

    // Two wait, and one may be decided ahead of its turn.
    var others = Stream.of(1, 2, 3, 4).map(_ -> submit(bounded, request(deposit("a", 1)))).toList();
    release.countDown();

    assertThat(first.join()).isInstanceOf(Executed.class);
    var refused =
        others.stream()
            .map(CompletableFuture::join)
            .filter(Outcome.Failed.class::isInstance)
            .toList();
    assertThat(refused)
        .hasSizeBetween(1, 2)
        .allSatisfy(each -> assertThat(reason(each)).isEqualTo(ErrorReason.QUEUE_FULL));
    assertThat(posted(bounded, "a")).isEqualTo(5 - refused.size());
  }

  @Test
  @DisplayName("G9: a look sees every command acknowledged before it, whichever process took it")
  void aLookIsLinearizable() throws InterruptedException {
    Ledgers other = log.ledgers(log.store());
    given(ledgers, open("a"));
    for (int i = 1; i <= 20; i++) {
      given(i % 2 == 0 ? ledgers : other, deposit("a", 1));
      assertThat(posted(i % 2 == 0 ? other : ledgers, "a")).isEqualTo(i);
    }
  }

  @Test
  @DisplayName("G4: a process far behind drops what it knew and is right again")
  void aLongDeltaIsCaughtUp() throws InterruptedException {
    Ledgers other = log.ledgers(log.store());
    given(ledgers, open("a"));
    assertThat(posted(other, "a")).isZero();

    IntStream.range(0, 2_500)
        .mapToObj(_ -> submit(ledgers, request(deposit("a", 1))))
        .toList()
        .forEach(CompletableFuture::join);

    assertThat(posted(other, "a")).isEqualTo(2_500);
    given(other, withdraw("a", 2_500));
    assertThat(posted(ledgers, "a")).isZero();
  }

  @Test
  @DisplayName("G3 G4: what was asked before the ledger existed is neither recorded nor remembered")
  void aLedgerNotCreatedYetLeavesNoTrace() throws InterruptedException {
    var books = new LedgerId("books");
    Ledgers other = log.ledgers(log.store());
    ledgers.prepare(books);
    other.prepare(books);
    var early = new Work.Execute(request("early", deposit("a", 5)));
    var refused = (Refused) other.await(books, early, LogFixture.soon());
    assertThat(refused.refusal().reason()).isEqualTo(Reason.LEDGER_NOT_FOUND);

    for (Command command : List.of(new Command.CreateLedger(Details.NONE), open("a"))) {
      ledgers.await(books, new Work.Execute(request(command)), LogFixture.soon());
    }

    assertThat(other.await(books, early, LogFixture.soon())).isInstanceOf(Executed.class);
  }

  @Test
  void aValidatedCommandIsAnsweredAndLeavesNothing() {
    given(ledgers, open("a"));
    var asked = request("c-1", deposit("a", 5));
    var validated =
        execute(ledgers, new Request(asked.id(), asked.actor(), "", true, asked.command()));

    assertThat(((Outcome.Validated) validated).events().getFirst().balancesAfter().postedMinor())
        .isEqualTo(5);
    assertThat(posted(ledgers, "a")).isZero();
    assertThat(((Executed) execute(ledgers, asked)).replayed()).isFalse();
  }

  @Test
  void closingFinishesWhatIsQueued() {
    given(ledgers, open("a"));
    var outcomes =
        IntStream.range(0, 500).mapToObj(_ -> submit(ledgers, request(deposit("a", 1)))).toList();

    ledgers.close();

    assertThat(outcomes).allSatisfy(each -> assertThat(each.join()).isInstanceOf(Executed.class));
    assertThat(reason(submit(ledgers, request(deposit("a", 1))).join()))
        .isEqualTo(ErrorReason.EVENT_STORE_UNAVAILABLE);
  }

  @Test
  void theCacheMayBeSmallerThanTheBatch() throws InterruptedException {
    var tiny = new SequencerSettings(100, 100, 2, Duration.ofSeconds(5));
    Ledgers bounded = log.ledgers(log.store(), tiny);
    var names = IntStream.range(0, 20).mapToObj(i -> "account-" + i).toList();
    names.forEach(name -> given(bounded, open(name)));

    names.stream()
        .map(name -> submit(bounded, request(deposit(name, 3))))
        .toList()
        .forEach(CompletableFuture::join);

    assertThat(names).allSatisfy(name -> assertThat(posted(bounded, name)).isEqualTo(3));
    LogChecker.check(store);
  }

  /**
   * Holds the sequencer in a first batch until all the others are queued, so that they form the
   * second.
   */
  private List<Outcome> inOneBatch(List<Request> requests) {
    var unrecorded =
        requests.stream().filter(each -> recordTimes(List.of(each)).isEmpty()).toList();
    var entered = new CountDownLatch(1);
    var release = new CountDownLatch(1);
    store.breakBy(step -> {
      entered.countDown();
      await(release);
    });
    var first = submit(ledgers, request(open("first")));
    await(entered);
    var outcomes = requests.stream().map(each -> submit(ledgers, each)).toList();
    release.countDown();
    first.join();
    var results = new ArrayList<Outcome>();
    outcomes.forEach(outcome -> results.add(outcome.join()));
    assertThat(recordTimes(unrecorded)).hasSizeLessThanOrEqualTo(1);
    return results;
  }

  private Outcome executeAll(Request.Atomic batch) {
    return ledgers.await(LedgerId.MAIN, new Work.ExecuteAll(batch), LogFixture.soon());
  }

  private Set<Instant> recordTimes(List<Request> requests) {
    var ids = requests.stream().map(Request::id).collect(Collectors.toSet());
    try (var transaction = store.look(LedgerId.MAIN)) {
      return transaction.commands(ids).values().stream()
          .map(RecordedCommand::recordTime)
          .collect(Collectors.toSet());
    }
  }
}
