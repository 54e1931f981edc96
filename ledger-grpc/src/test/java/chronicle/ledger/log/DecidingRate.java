package chronicle.ledger.log;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.Command.CreateLedger;
import chronicle.ledger.domain.Details;
import chronicle.ledger.domain.LedgerId;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/**
 * Measures what the sequencer's thread does for a deposit without the event store (taking the
 * states, deciding, encoding the event), and what a caller's thread encodes before: a program, for
 * there is nothing to assert.
 */
final class DecidingRate {
  private static final int ACCOUNTS = 10_000;
  private static final int BATCH_COMMANDS = 490;
  private static final int ROUND_BATCHES = 4_000;
  private static final int ROUNDS = 6;

  private final MemoryEventStore store =
      new MemoryEventStore(Instant.parse("2026-11-29T12:00:00Z"));
  private final StateCache cache = new StateCache(ACCOUNTS, new StoreClock(System::nanoTime));
  private final SplittableRandom random = new SplittableRandom(1);
  private Head head;
  private int commands;

  private DecidingRate() {
    run(new CreateLedger(Details.NONE));
    run(
        IntStream.range(0, ACCOUNTS)
            .mapToObj(i -> LogFixture.open("account-" + i))
            .toArray(Command[]::new));
    try (var transaction = store.lock(LedgerId.MAIN)) {
      head = transaction.head();
    }
  }

  /** Time and memory of one thread so far. */
  private record Spent(long nanos, long bytes) {
    static Spent now() {
      var threads = (com.sun.management.ThreadMXBean) ManagementFactory.getThreadMXBean();
      return new Spent(System.nanoTime(), threads.getCurrentThreadAllocatedBytes());
    }

    Spent plusSince(Spent start) {
      Spent now = now();
      return new Spent(nanos + now.nanos - start.nanos, bytes + now.bytes - start.bytes);
    }

    String perCommand() {
      int all = ROUND_BATCHES * BATCH_COMMANDS;
      return "%,d ns, %,d bytes".formatted(nanos / all, bytes / all);
    }
  }

  static void main() {
    var rate = new DecidingRate();
    for (int round = 0; round < ROUNDS; round++) {
      rate.measure();
    }
  }

  private void measure() {
    var takingIn = new Spent(0, 0);
    var deciding = new Spent(0, 0);
    for (int i = 0; i < ROUND_BATCHES; i++) {
      List<Request> requests = requests();
      Spent start = Spent.now();
      List<Ticket> tickets = requests.stream().map(DecidingRate::ticket).toList();
      takingIn = takingIn.plusSince(start);
      start = Spent.now();
      decide(tickets);
      deciding = deciding.plusSince(start);
    }
    System.out.printf("taken in: %s; decided: %s%n", takingIn.perCommand(), deciding.perCommand());
  }

  private void decide(List<Ticket> tickets) {
    var accounts = new HashSet<AccountId>();
    tickets.forEach(
        ticket -> ticket.work().requests().forEach(it -> accounts.addAll(it.command().accounts())));
    try (var transaction = store.lock(LedgerId.MAIN)) {
      var batch =
          new Batch(
              LedgerId.MAIN,
              head,
              cache.book(),
              cache.load(transaction, accounts),
              new Recall(Map.of(), Map.of()),
              Set.of());
      for (Ticket ticket : tickets) {
        batch.execute(ticket.work().requests().getFirst(), ticket.records().getFirst());
      }
      Append append = batch.append();
      head = head.after(append).at(append.recordTime().plus(Duration.ofMillis(10)));
      batch.commitTo(cache, head, Instant.MAX);
    }
  }

  private List<Request> requests() {
    var requests = new ArrayList<Request>(BATCH_COMMANDS);
    for (int i = 0; i < BATCH_COMMANDS; i++) {
      requests.add(request(LogFixture.deposit("account-" + random.nextInt(ACCOUNTS), 100)));
    }
    return requests;
  }

  private void run(Command... asked) {
    var tickets = Arrays.stream(asked).map(this::request).map(DecidingRate::ticket).toList();
    new Attempt(LedgerId.MAIN, store, cache, new HashSet<>(), true).run(tickets);
  }

  private Request request(Command command) {
    return LogFixture.request("command-" + commands++, command);
  }

  private static Ticket ticket(Request request) {
    return new Ticket(LedgerId.MAIN, new Work.Execute(request), 0, 0, _ -> {});
  }
}
