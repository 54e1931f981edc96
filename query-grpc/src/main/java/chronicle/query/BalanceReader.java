package chronicle.query;

import static java.util.stream.Collectors.groupingBy;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;

/**
 * Reads single balances in groups, as of now and as of positions: while one statement is under way
 * others queue up, and the next statement looks all of them up. A lone caller waits for nobody, and
 * nobody for look-ups in a past that no memory holds any more but those who ask for it.
 */
final class BalanceReader implements AutoCloseable {
  private static final int LOOKUPS_QUEUED_MAX = 10_000;
  private static final int LOOKUPS_PER_STATEMENT_MAX = 256;

  private final BalanceQueries queries;
  private final BlockingQueue<Lookup> present = new ArrayBlockingQueue<>(LOOKUPS_QUEUED_MAX);
  private final BlockingQueue<Lookup> past = new ArrayBlockingQueue<>(LOOKUPS_QUEUED_MAX);
  private final List<Thread> threads = new ArrayList<>();

  private BalanceReader(BalanceQueries queries) {
    this.queries = queries;
  }

  /** Starts reading with so many statements at a time of the present, and as many of the past. */
  static BalanceReader start(BalanceQueries queries, int statementsMax) {
    var reader = new BalanceReader(queries);
    for (var i = 0; i < statementsMax; i++) {
      reader.start("balances-" + i, reader.present, reader::now);
      reader.start("past-balances-" + i, reader.past, reader::past);
    }
    return reader;
  }

  private void start(String name, BlockingQueue<Lookup> queue, Statement statement) {
    threads.add(Thread.ofPlatform().name(name).daemon().start(() -> read(queue, statement)));
  }

  /**
   * The balances of one account as of now; empty where the read model does not know the ledger.
   * Does not block: the thread that finds them completes the future, and must not be held up
   * either.
   */
  CompletableFuture<Optional<Balances>> now(String ledger, String account) {
    return find(present, new Lookup(ledger, new PastBalance(account, 0, null)));
  }

  /** As {@link #now}, as of a position, as {@link BalanceQueries#atPositions} has it. */
  CompletableFuture<Optional<Balances>> at(String ledger, PastBalance asked) {
    return find(past, new Lookup(ledger, asked));
  }

  private static CompletableFuture<Optional<Balances>> find(
      BlockingQueue<Lookup> queue, Lookup lookup) {
    if (!queue.offer(lookup)) {
      throw ReadModel.busy();
    }
    return lookup.found();
  }

  @Override
  public void close() {
    threads.forEach(Thread::interrupt);
  }

  /** Looks up accounts of one ledger in their order; finds none where it is not known. */
  @FunctionalInterface
  private interface Statement {
    List<Balances> read(String ledger, List<Lookup> lookups);
  }

  private static void read(BlockingQueue<Lookup> queue, Statement statement) {
    try {
      while (true) {
        var lookups = new ArrayList<Lookup>();
        lookups.add(queue.take());
        queue.drainTo(lookups, LOOKUPS_PER_STATEMENT_MAX - 1);
        lookups.stream()
            .collect(groupingBy(Lookup::ledger))
            .forEach((ledger, group) -> answer(ledger, group, statement));
      }
    } catch (InterruptedException _) {
      // Closed; by then the server has drained.
    }
  }

  private static void answer(String ledger, List<Lookup> lookups, Statement statement) {
    try {
      var found = statement.read(ledger, lookups);
      for (var i = 0; i < lookups.size(); i++) {
        lookups
            .get(i)
            .found()
            .complete(found.isEmpty() ? Optional.empty() : Optional.of(found.get(i)));
      }
    } catch (RuntimeException e) {
      lookups.forEach(lookup -> lookup.found().completeExceptionally(e));
    }
  }

  private List<Balances> now(String ledger, List<Lookup> lookups) {
    return queries
        .now(ledger, lookups.stream().map(lookup -> lookup.asked().account()).toList())
        .map(BalanceReader::each)
        .orElse(List.of());
  }

  private List<Balances> past(String ledger, List<Lookup> lookups) {
    return queries.atPositions(ledger, lookups.stream().map(Lookup::asked).toList());
  }

  private static List<Balances> each(Balances all) {
    return all.accounts().stream()
        .map(account ->
            new Balances(all.checkpoint(), all.incarnation(), all.readPosition(), List.of(account)))
        .toList();
  }

  /** One caller's question, and its answer to come. */
  private record Lookup(
      String ledger, PastBalance asked, CompletableFuture<Optional<Balances>> found) {
    Lookup(String ledger, PastBalance asked) {
      this(ledger, asked, new CompletableFuture<>());
    }
  }
}
