package chronicle.query;

import static chronicle.error.v1.ErrorReason.READ_MODEL_UNAVAILABLE;
import static java.util.stream.Collectors.groupingBy;

import chronicle.runtime.Failure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * Reads single balances as of now in groups: while one statement is under way others queue up, and
 * the next statement looks all of them up. A lone caller waits for nobody.
 */
final class BalanceReader implements AutoCloseable {
  private static final int LOOKUPS_QUEUED_MAX = 10_000;
  private static final int LOOKUPS_PER_STATEMENT_MAX = 256;
  private static final Duration RETRY_DELAY = Duration.ofMillis(100);

  private final BalanceQueries queries;
  private final BlockingQueue<Lookup> queue = new ArrayBlockingQueue<>(LOOKUPS_QUEUED_MAX);
  private final List<Thread> threads = new ArrayList<>();

  private BalanceReader(BalanceQueries queries) {
    this.queries = queries;
  }

  /** Starts reading with so many statements at a time. */
  static BalanceReader start(BalanceQueries queries, int statementsMax) {
    var reader = new BalanceReader(queries);
    for (var i = 0; i < statementsMax; i++) {
      reader.threads.add(Thread.ofPlatform().name("balances-" + i).daemon().start(reader::read));
    }
    return reader;
  }

  /** The balances of one account as of now; empty where the read model does not know the ledger. */
  Optional<Balances> now(String ledger, String account) {
    var lookup = new Lookup(ledger, account);
    if (!queue.offer(lookup)) {
      throw Failure.of(READ_MODEL_UNAVAILABLE, "Too many reads are waiting")
          .retryAfter(RETRY_DELAY);
    }
    return lookup.await();
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
  }

  private void read() {
    try {
      while (true) {
        var lookups = new ArrayList<Lookup>();
        lookups.add(queue.take());
        queue.drainTo(lookups, LOOKUPS_PER_STATEMENT_MAX - 1);
        lookups.stream().collect(groupingBy(Lookup::ledger)).forEach(this::read);
      }
    } catch (InterruptedException _) {
      // Closed; by then the server has drained.
    }
  }

  private void read(String ledger, List<Lookup> lookups) {
    try {
      var found = queries.now(ledger, lookups.stream().map(Lookup::account).toList());
      for (var i = 0; i < lookups.size(); i++) {
        var n = i;
        lookups.get(i).answer(found.map(balances -> only(balances, n)));
      }
    } catch (RuntimeException e) {
      lookups.forEach(lookup -> lookup.fail(e));
    }
  }

  private static Balances only(Balances all, int n) {
    return new Balances(
        all.checkpoint(), all.settled(), all.readPosition(), List.of(all.accounts().get(n)));
  }

  /** One caller's question, and how it gets its answer from the thread that found it. */
  private static final class Lookup {
    private final String ledger;
    private final String account;
    private final CountDownLatch done = new CountDownLatch(1);
    private Optional<Balances> found = Optional.empty();
    private @Nullable RuntimeException thrown;

    Lookup(String ledger, String account) {
      this.ledger = ledger;
      this.account = account;
    }

    String ledger() {
      return ledger;
    }

    String account() {
      return account;
    }

    void answer(Optional<Balances> balances) {
      found = balances;
      done.countDown();
    }

    void fail(RuntimeException e) {
      thrown = e;
      done.countDown();
    }

    Optional<Balances> await() {
      try {
        done.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw Failure.of(READ_MODEL_UNAVAILABLE, "The server is stopping").causedBy(e);
      }
      if (thrown != null) {
        throw thrown;
      }
      return found;
    }
  }
}
