package chronicle.ledger.log;

import static chronicle.ledger.log.LogFixture.deposit;
import static chronicle.ledger.log.LogFixture.execute;
import static chronicle.ledger.log.LogFixture.given;
import static chronicle.ledger.log.LogFixture.open;
import static chronicle.ledger.log.LogFixture.request;
import static chronicle.ledger.log.LogFixture.soon;
import static chronicle.ledger.log.LogFixture.transfer;
import static chronicle.ledger.log.LogFixture.withdraw;
import static org.assertj.core.api.Assertions.assertThat;

import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.Command.RegisterAsset;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.Details;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.domain.Refusal.Reason;
import chronicle.ledger.log.FaultyEventStore.Step;
import chronicle.ledger.log.Outcome.Executed;
import chronicle.ledger.log.Outcome.ExecutedAll;
import chronicle.ledger.log.Outcome.Refused;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class AtomicBatchIT {
  private LogFixture log;
  private FaultyEventStore store;
  private Ledgers ledgers;

  @BeforeEach
  void start() throws InterruptedException {
    log = new LogFixture();
    store = new FaultyEventStore(log.store());
    ledgers = log.ledgers(store);
    given(ledgers, open("a"));
    given(ledgers, open("b"));
  }

  @AfterEach
  void stop() {
    store.breakBy(_ -> {});
    log.close();
  }

  @Test
  @DisplayName("G5: the commands of an atomic batch see each other and stand together in the log")
  void commandsOfABatchHappenTogether() {
    var executed =
        (ExecutedAll)
            executeAll(batch("batch", deposit("a", 10), transfer("a", "b", 7), withdraw("b", 7)));

    List<RecordedEvent> events = executed.parts().stream().flatMap(List::stream).toList();
    assertThat(events.stream().map(RecordedEvent::index)).containsExactly(0, 1, 2, 3);
    assertThat(events).allMatch(event -> event.cause().size() == 4);
    assertThat(events).allMatch(event -> event.cause().commandId().value().equals("batch"));
    assertThat(events.stream().map(event -> event.cause().transactionId()))
        .containsExactly("batch.0", "batch.1", "batch.1", "batch.2");
    assertThat(events.stream().map(RecordedEvent::commandEnd)).containsOnly(7L);
  }

  @Test
  @DisplayName("G3 G5: the first refusal refuses the whole batch, for ever, and says which it was")
  void oneRefusalRefusesAll() {
    var asked = batch("batch", deposit("a", 10), withdraw("b", 1), deposit("b", 1));
    var first = (Refused) executeAll(asked);
    given(ledgers, deposit("b", 1));

    assertThat(first.refusal().reason()).isEqualTo(Reason.INSUFFICIENT_FUNDS);
    assertThat(first.refusal().figures()).containsEntry("command_index", "1");
    assertThat(executeAll(asked)).isEqualTo(new Refused(first.refusal(), true));
    assertThat(execute(ledgers, request("batch.0", deposit("a", 10))))
        .isInstanceOfSatisfying(
            Executed.class, executed -> assertThat(executed.replayed()).isFalse());
  }

  @Test
  @DisplayName("G3: a repeated batch gives its first outcome, and so does each of its commands")
  void aBatchIsReplayed() {
    var asked = batch("batch", deposit("a", 10), transfer("a", "b", 7));
    var first = (ExecutedAll) executeAll(asked);

    assertThat(executeAll(asked)).isEqualTo(new ExecutedAll(first.parts(), true));
    assertThat(execute(ledgers, request("batch.1", transfer("a", "b", 7))))
        .isEqualTo(new Executed(first.parts().get(1), true));
  }

  @Test
  @DisplayName("G3: another batch under a used id is refused, and the differing field named")
  void aReusedIdIsRefused() {
    executeAll(batch("batch", deposit("a", 10), deposit("b", 1)));
    given(ledgers, deposit("a", 1));
    execute(ledgers, request("other.0", deposit("a", 1)));

    assertThat(executeAll(batch("batch", deposit("a", 10), deposit("b", 2))))
        .isEqualTo(
            new Outcome.Reused(CommandId.of("batch"), "commands[1].deposit.amount.minor_units"));
    assertThat(executeAll(batch("other", deposit("a", 1))))
        .isEqualTo(new Outcome.Reused(CommandId.of("other.0"), "commands[0].command_id"));
  }

  @ParameterizedTest
  @EnumSource(Step.class)
  @DisplayName("G1 G3: a connection lost at any step leaves the batch executed once")
  void aLostConnectionIsResolved(Step step) throws InterruptedException {
    // Knows no account yet, and so decides under the head lock.
    ledgers = log.ledgers(store);
    var broken = new AtomicInteger();
    store.breakBy(at -> {
      if (at == step && broken.getAndIncrement() == 0) {
        throw FaultyEventStore.lostConnection(step);
      }
    });

    var outcome = (ExecutedAll) executeAll(batch("batch", deposit("a", 5), deposit("b", 5)));

    assertThat(broken).hasPositiveValue();
    assertThat(outcome.replayed()).isFalse();
    assertThat(outcome.parts()).hasSize(2);
    assertThat(store.head(LedgerId.MAIN).orElseThrow().position()).isEqualTo(5);
  }

  @Test
  void aValidatedBatchTellsTheBalancesBeforeAndAfterEachCommandAndLeavesNothing() {
    var asked = batch("batch", deposit("a", 10), transfer("a", "b", 7));
    var validated =
        (Outcome.ValidatedAll)
            executeAll(new Request.Atomic(asked.id(), asked.actor(), "", true, asked.parts()));

    assertThat(validated.parts().get(1).events().getFirst().balancesAfter().postedMinor())
        .isEqualTo(3);
    assertThat(store.head(LedgerId.MAIN).orElseThrow().position()).isEqualTo(3);
    assertThat(((ExecutedAll) executeAll(asked)).replayed()).isFalse();
  }

  @Test
  void eventsOfTheLedgerItselfAreNumberedWithinABatch() {
    executeAll(
        batch(
            "batch",
            new RegisterAsset("GOLD", 3, Details.NONE),
            deposit("a", 1),
            new RegisterAsset("SILVER", 2, Details.NONE)));

    assertThat(store.history(LedgerId.MAIN, chronicle.ledger.domain.AccountId.LEDGER, 0, 9, 9))
        .extracting(RecordedEvent::accountVersion)
        .containsExactly(1L, 2L, 3L);
  }

  private Outcome executeAll(Request.Atomic batch) {
    return ledgers.await(LedgerId.MAIN, new Work.ExecuteAll(batch), soon());
  }

  private static Request.Atomic batch(String id, Command... commands) {
    var parts = new ArrayList<Request>();
    for (Command command : commands) {
      parts.add(request(id + "." + parts.size(), command));
    }
    return new Request.Atomic(CommandId.of(id), "anonymous", "", false, parts);
  }
}
