package chronicle.ledger.log;

import static chronicle.ledger.log.LogFixture.deposit;
import static chronicle.ledger.log.LogFixture.given;
import static chronicle.ledger.log.LogFixture.open;
import static chronicle.ledger.log.LogFixture.request;
import static chronicle.ledger.log.LogFixture.soon;
import static org.assertj.core.api.Assertions.assertThat;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.Details;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.domain.Money;
import chronicle.ledger.domain.Movement;
import chronicle.ledger.log.EventStore.Transaction;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Each method of the store and of a transaction, but those that are let off, is one round trip. */
final class RoundTripsIT {
  private static final int ACCOUNTS = 100;
  private static final int COMMANDS = 1_000;
  private static final int ROUND_TRIPS_MAX = 7;

  private final AtomicInteger roundTrips = new AtomicInteger();
  private LogFixture log;
  private Ledgers ledgers;

  @BeforeEach
  void start() throws InterruptedException {
    log = new LogFixture();
    ledgers = log.ledgers(counting(log.store()));
    for (int i = 0; i < ACCOUNTS; i++) {
      given(ledgers, open("a" + i));
    }
    given(ledgers, deposit("a0", 1_000_000));
  }

  @AfterEach
  void stop() {
    log.close();
  }

  @Test
  @DisplayName("a command costs one round trip where its accounts are known")
  void aCommandCostsOne() {
    given(ledgers, deposit("a0", 1));
    roundTrips.set(0);

    given(ledgers, deposit("a0", 1));

    assertThat(roundTrips).hasValue(1);
  }

  @Test
  @DisplayName("a transaction of 100 postings costs as many round trips as one of one posting")
  void postingsCostNoRoundTrips() throws InterruptedException {
    assertThat(cost(execute(transaction(1)))).isEqualTo(cost(execute(transaction(99))));
  }

  @Test
  @DisplayName("a pending transaction of 100 postings is made, posted and reversed in few")
  void pendingTransactionsCostFew() throws InterruptedException {
    var hold = new Work.Execute(request("t", pending(99)));
    var post =
        new Work.Execute(
            request(new Command.PostTransaction(CommandId.of("t"), List.of(), Details.NONE)));
    var reverse =
        new Work.Execute(
            request(new Command.ReverseTransaction(CommandId.of("t"), false, Details.NONE)));

    assertThat(List.of(cost(hold), cost(post), cost(reverse)))
        .allMatch(cost -> cost <= ROUND_TRIPS_MAX);
  }

  @Test
  @DisplayName("an atomic batch of 1,000 commands costs as many round trips as one of one")
  void commandsOfABatchCostNoRoundTrips() throws InterruptedException {
    assertThat(cost(batch("small", 1))).isEqualTo(cost(batch("large", COMMANDS)));
  }

  /** The round trips of one piece of work in a process that knows no account yet. */
  private int cost(Work work) throws InterruptedException {
    Ledgers fresh = log.ledgers(counting(log.store()));
    roundTrips.set(0);
    Outcome outcome = fresh.await(LedgerId.MAIN, work, soon());
    assertThat(outcome).isInstanceOfAny(Outcome.Executed.class, Outcome.ExecutedAll.class);
    int cost = roundTrips.get();
    fresh.close();
    return cost;
  }

  private static Work execute(Command command) {
    return new Work.Execute(request(command));
  }

  private static Work batch(String id, int size) {
    var parts = new ArrayList<Request>();
    for (int i = 0; i < size; i++) {
      parts.add(request(id + "." + i, deposit("a" + i % ACCOUNTS, 1)));
    }
    return new Work.ExecuteAll(new Request.Atomic(CommandId.of(id), "anonymous", "", false, parts));
  }

  private static Command transaction(int postings) {
    return new Command.CreateTransaction(
        movements(postings), false, Optional.empty(), Details.NONE);
  }

  private static Command pending(int postings) {
    return new Command.CreateTransaction(movements(postings), true, Optional.empty(), Details.NONE);
  }

  private static List<Movement> movements(int count) {
    return IntStream.rangeClosed(1, count)
        .mapToObj(i ->
            new Movement(
                Optional.of(AccountId.of("a0")),
                Optional.of(AccountId.of("a" + i)),
                new Money("USD", 1)))
        .toList();
  }

  private EventStore counting(EventStore store) {
    return counting(EventStore.class, store);
  }

  private <T> T counting(Class<T> type, T counted) {
    return type.cast(
        Proxy.newProxyInstance(
            type.getClassLoader(),
            new Class<?>[] {type},
            (_, method, arguments) -> {
              boolean isSilent = List.of("head", "close", "due").contains(method.getName());
              if (!isSilent) {
                roundTrips.incrementAndGet();
              }
              try {
                Object result = method.invoke(counted, arguments);
                return result instanceof Transaction transaction
                    ? counting(Transaction.class, transaction)
                    : result;
              } catch (InvocationTargetException e) {
                throw e.getTargetException();
              }
            }));
  }
}
