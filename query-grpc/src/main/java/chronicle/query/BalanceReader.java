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
 * Reads single balances in groups, as of now and as of positions: while one statement is under way
 * others queue up, and the next statement looks all of them up. A lone caller waits for nobody.
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
    return find(new Lookup(new Group(ledger, false), account, 0));
  }

  /** As {@link #now}, as of a position, as {@link BalanceQueries#atPosition} has it. */
  Optional<Balances> atPosition(String ledger, long position, String account) {
    return find(new Lookup(new Group(ledger, true), account, position));
  }

  private Optional<Balances> find(Lookup lookup) {
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
        lookups.stream().collect(groupingBy(Lookup::group)).forEach(this::read);
      }
    } catch (InterruptedException _) {
      // Closed; by then the server has drained.
    }
  }

  private void read(Group group, List<Lookup> lookups) {
    try {
      var found = group.past() ? past(group.ledger(), lookups) : now(group.ledger(), lookups);
      for (var i = 0; i < lookups.size(); i++) {
        lookups.get(i).answer(found.isEmpty() ? Optional.empty() : Optional.of(found.get(i)));
      }
    } catch (RuntimeException e) {
      lookups.forEach(lookup -> lookup.fail(e));
    }
  }

  private List<Balances> now(String ledger, List<Lookup> lookups) {
    return queries
        .now(ledger, lookups.stream().map(Lookup::account).toList())
        .map(BalanceReader::each)
        .orElse(List.of());
  }

  private List<Balances> past(String ledger, List<Lookup> lookups) {
    return queries.atPositions(
        ledger,
        lookups.stream().map(Lookup::position).toList(),
        lookups.stream().map(Lookup::account).toList());
  }

  private static List<Balances> each(Balances all) {
    return all.accounts().stream()
        .map(account ->
            new Balances(all.checkpoint(), all.incarnation(), all.readPosition(), List.of(account)))
        .toList();
  }

  /** What one statement can look up together. */
  private record Group(String ledger, boolean past) {}

  /** One caller's question, and how it gets its answer from the thread that found it. */
  private static final class Lookup {
    private final Group group;
    private final String account;
    private final long position;
    private final CountDownLatch done = new CountDownLatch(1);
    private Optional<Balances> found = Optional.empty();
    private @Nullable RuntimeException thrown;

    Lookup(Group group, String account, long position) {
      this.group = group;
      this.account = account;
      this.position = position;
    }

    Group group() {
      return group;
    }

    long position() {
      return position;
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
