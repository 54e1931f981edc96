package chronicle.ledger.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.Command.CreateAccount;
import chronicle.ledger.domain.Command.CreateLedger;
import chronicle.ledger.domain.Command.RegisterAsset;
import chronicle.ledger.domain.Details;
import chronicle.ledger.domain.Event.Limits;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.log.FaultyEventStore.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class StateCacheTest {
  private final MemoryEventStore memory =
      new MemoryEventStore(Instant.parse("2026-11-23T12:00:00Z"));
  private final FaultyEventStore store = new FaultyEventStore(memory);
  private final StateCache ours = new StateCache(10, new StoreClock(System::nanoTime));
  private final StateCache theirs = new StateCache(10, new StoreClock(System::nanoTime));

  @Test
  @DisplayName(
      "G4: a process that lost its connection while far behind knows every asset all the same")
  void aLedgerIsNotFoldedFromTheMiddle() {
    execute(theirs, new CreateLedger(Details.NONE), new RegisterAsset("GOLD", 2, Details.NONE));
    execute(theirs, LogFixture.open("a"));
    execute(theirs, deposits(2_100));
    breakAtRead(3);
    assertThatThrownBy(() -> execute(ours, LogFixture.deposit("a", 1)))
        .isInstanceOf(EventStoreException.class);
    execute(theirs, new RegisterAsset("SHELL", 0, Details.NONE));

    var outcomes =
        execute(ours, new CreateAccount(AccountId.of("b"), "GOLD", Limits.NONE, Details.NONE));

    assertThat(outcomes).hasOnlyElementsOfType(Outcome.Executed.class);
  }

  private List<Outcome> execute(StateCache cache, Command... commands) {
    memory.pass(Duration.ofMillis(1));
    var tickets = new ArrayList<Ticket>();
    for (Command command : commands) {
      tickets.add(
          new Ticket(LedgerId.MAIN, new Work.Execute(LogFixture.request(command)), 0, 0, _ -> {}));
    }
    Map<Ticket, Outcome> outcomes =
        new Attempt(LedgerId.MAIN, store, cache, new HashSet<>(), true).run(tickets).outcomes();
    return tickets.stream().map(outcomes::get).toList();
  }

  private static Command[] deposits(int count) {
    var deposits = new Command[count];
    Arrays.fill(deposits, LogFixture.deposit("a", 1));
    return deposits;
  }

  /** Loses the connection at the read of that number: the delta, what is due, the commands. */
  private void breakAtRead(int number) {
    var reads = new AtomicInteger();
    store.breakBy(step -> {
      if (step == Step.BEFORE_READ && reads.incrementAndGet() == number) {
        store.breakBy(_ -> {});
        throw FaultyEventStore.lostConnection(step);
      }
    });
  }
}
