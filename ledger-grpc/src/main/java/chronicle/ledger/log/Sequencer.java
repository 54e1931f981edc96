package chronicle.ledger.log;

import chronicle.error.v1.ErrorReason;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.log.EventStoreException.Kind;
import chronicle.runtime.Backoff;
import chronicle.runtime.Failure;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.ObservableLongGauge;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread per ledger and process that adds to the ledger's log: it takes all work that
 * waits, decides it in order under the head lock, and commits it as one transaction (group commit).
 * Any number of processes may do so at once for one ledger: the head lock alternates their batches.
 *
 * <p>A batch that the event store did not take is decided again, until each caller's time is up.
 * Whether a commit of unknown outcome happened is found out by looking the command ids up under the
 * head lock, in the next attempt.
 */
public final class Sequencer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Sequencer.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(2), Duration.ofMillis(250));
  private static final Duration WATCH_INTERVAL = Duration.ofMillis(10);
  private static final Duration SLOW_BATCH = Duration.ofMillis(20);
  private static final Duration POLL_INTERVAL = Duration.ofMillis(100);
  private static final Duration RETRY_DELAY = Duration.ofMillis(100);

  /** Clients repeat when something went wrong, and then not one alone. */
  private static final int BATCHES_THAT_EXPECT_REPEATS = 64;

  private final LedgerId ledger;
  private final EventStore store;
  private final SequencerSettings settings;
  private final SequencerMetrics metrics;
  private final Attributes attributes;
  private final Consumer<List<EncodedEvent>> committed;
  private final BlockingQueue<Ticket> queue = new LinkedBlockingQueue<>();
  private final AtomicInteger queuedWeight = new AtomicInteger();
  private final StateCache cache;
  private final ObservableLongGauge queueGauge;
  private final ExecutorService answers;
  private final Thread sequencer;
  private final Thread watch;
  private volatile List<Ticket> running = List.of();
  private volatile long takenNanos;
  private volatile boolean stopping;
  private int batchesToExpectRepeats;

  /**
   * Starts the ledger's sequencer; {@code committed} is told of each batch's events, in order, and
   * must not block.
   */
  public Sequencer(
      LedgerId ledger,
      EventStore store,
      SequencerSettings settings,
      SequencerMetrics metrics,
      Consumer<List<EncodedEvent>> committed) {
    this.ledger = ledger;
    this.store = store;
    this.settings = settings;
    this.metrics = metrics;
    this.attributes = SequencerMetrics.of(ledger);
    this.committed = committed;
    cache = new StateCache(settings.cacheAccountsMax());
    queueGauge = metrics.watchQueue(ledger, queuedWeight::get);
    answers =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("answers-" + ledger).daemon().factory());
    sequencer = Thread.ofPlatform().name("sequencer-" + ledger).daemon().start(this::sequence);
    watch = Thread.ofVirtual().name("watch-" + ledger).start(this::watchDeadlines);
  }

  /**
   * Takes the work in; {@code reply} gets its outcome exactly once, and by {@code deadlineNanos} on
   * the clock of {@link System#nanoTime}. A full queue throws {@link Failure} with QUEUE_FULL, a
   * stopping process one with EVENT_STORE_UNAVAILABLE; then nothing was taken in.
   */
  public void submit(Work work, long deadlineNanos, Consumer<Outcome> reply) {
    if (stopping) {
      throw Failure.of(
              ErrorReason.EVENT_STORE_UNAVAILABLE,
              "The process is stopping; the command was not executed.")
          .retryAfter(RETRY_DELAY);
    }
    var ticket = new Ticket(ledger, work, System.nanoTime(), deadlineNanos, reply);
    int weight = weight(work);
    if (queuedWeight.addAndGet(weight) > settings.queueWorkMax()) {
      queuedWeight.addAndGet(-weight);
      throw Failure.of(ErrorReason.QUEUE_FULL, "The ledger's queue is full.")
          .retryAfter(RETRY_DELAY);
    }
    queue.add(ticket);
  }

  /** Refuses new work, finishes what is queued within the time set for it, and stops. */
  @Override
  public void close() {
    stopping = true;
    try {
      if (!sequencer.join(settings.drain())) {
        sequencer.interrupt();
        sequencer.join();
      }
      watch.interrupt();
      watch.join();
      queue.forEach(Ticket::expire);
      answers.shutdown();
      if (!answers.awaitTermination(settings.drain().toMillis(), TimeUnit.MILLISECONDS)) {
        log.warn("Stopped before all answers were given");
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } finally {
      queueGauge.close();
    }
  }

  private void sequence() {
    var batch = new ArrayList<Ticket>();
    try {
      while (!stopping || !queue.isEmpty()) {
        Ticket first = queue.poll(POLL_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
        if (first != null) {
          take(first, batch);
          long now = System.nanoTime();
          batch.stream().filter(ticket -> ticket.isDue(now)).forEach(Ticket::expire);
          takenNanos = now;
          running = batch.stream().filter(Ticket::isOpen).toList();
          perform(running);
          running = List.of();
          batch.clear();
        }
      }
    } catch (InterruptedException _) {
      running.forEach(Ticket::expire);
    }
  }

  /** Fills a batch with what waits, as far as one transaction should go. */
  private void take(Ticket first, List<Ticket> batch) {
    int weight = 0;
    for (Ticket ticket = first; ticket != null; ticket = queue.poll()) {
      weight += weight(ticket.work());
      batch.add(ticket);
      Ticket next = queue.peek();
      if (next == null || weight + weight(next.work()) > settings.batchWorkMax()) {
        break;
      }
    }
    queuedWeight.addAndGet(-weight);
  }

  /** Nothing weighs more than the queue takes, so that an empty one takes everything. */
  private int weight(Work work) {
    return Math.min(work.weight(), settings.queueWorkMax());
  }

  /** Tries until every ticket's answer is fixed, which the watch sees to at the latest. */
  private void perform(List<Ticket> tickets) throws InterruptedException {
    var doubtful = new HashSet<Instant>();
    List<Ticket> open = tickets;
    for (int attempt = 0; !open.isEmpty() && !performed(open, doubtful, attempt); attempt++) {
      Thread.sleep(BACKOFF.delay(attempt, RandomGenerator.getDefault()));
      open = open.stream().filter(Ticket::isOpen).toList();
    }
  }

  private boolean performed(List<Ticket> tickets, Set<Instant> doubtful, int attempt) {
    try {
      Attempt.Result result;
      do {
        boolean expectsRepeats = batchesToExpectRepeats > 0;
        result = new Attempt(ledger, store, cache, doubtful, expectsRepeats).run(tickets);
        publish(result);
      } while (!result.isWhole());
      batchesToExpectRepeats =
          result.foundRepeats()
              ? BATCHES_THAT_EXPECT_REPEATS
              : Math.max(0, batchesToExpectRepeats - 1);
      return true;
    } catch (EventStoreException e) {
      batchesToExpectRepeats = BATCHES_THAT_EXPECT_REPEATS;
      tickets.forEach(ticket -> ticket.release(e.kind()));
      metrics.retried(attributes, e.kind());
      if (e.kind() != Kind.TAKEN || attempt > 0) {
        logRetry(e, attempt);
      }
      return false;
    } catch (RuntimeException e) {
      fail(tickets, e);
      return true;
    }
  }

  private void publish(Attempt.Result result) {
    Append append = result.append();
    if (!append.events().isEmpty()) {
      committed.accept(append.encoded());
    }
    metrics.committed(attributes, append);
    long now = System.nanoTime();
    result.outcomes().keySet().removeIf(ticket -> !ticket.close());
    answers.execute(
        () -> result.outcomes().forEach((ticket, outcome) -> give(ticket, outcome, now)));
  }

  /**
   * A caller that can't be answered, by a bug of its edge, keeps no other caller of the batch from
   * its answer.
   */
  private void give(Ticket ticket, Outcome outcome, long committedNanos) {
    try {
      ticket.give(outcome);
    } catch (RuntimeException e) {
      log.atError().setMessage("Answer not given").addKeyValue("ledger", ledger).setCause(e).log();
    }
    metrics.outcome(attributes, outcome, ticket.nanosUntil(committedNanos));
  }

  /**
   * What is not the event store's doing is a bug, or a log that must not be touched: nobody tries
   * that again.
   */
  private void fail(List<Ticket> tickets, RuntimeException cause) {
    if (!(cause instanceof Failure)) {
      cache.clear();
    }
    RuntimeException told =
        cause instanceof UnreadableEventException
            ? Failure.of(ErrorReason.LEDGER_STOPPED, String.valueOf(cause.getMessage()))
                .causedBy(cause)
            : cause;
    log.atError().setMessage("Batch failed").addKeyValue("ledger", ledger).setCause(cause).log();
    long now = System.nanoTime();
    var open = tickets.stream().filter(Ticket::close).toList();
    answers.execute(() -> open.forEach(ticket -> give(ticket, new Outcome.Failed(told), now)));
  }

  /**
   * Answers each caller before its time is up, whatever the event store does; looks only where a
   * batch is slow.
   */
  private void watchDeadlines() {
    try {
      while (true) {
        Thread.sleep(WATCH_INTERVAL);
        long now = System.nanoTime();
        List<Ticket> slow = running;
        if (!slow.isEmpty() && now - takenNanos > SLOW_BATCH.toNanos()) {
          slow.stream().filter(ticket -> ticket.isDue(now)).forEach(Ticket::expire);
          queue.stream().filter(ticket -> ticket.isDue(now)).forEach(Ticket::expire);
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void logRetry(EventStoreException e, int attempt) {
    log.atWarn()
        .setMessage("Batch tried again")
        .addKeyValue("ledger", ledger)
        .addKeyValue("kind", e.kind())
        .addKeyValue("attempt", attempt)
        .addKeyValue("cause", e.getMessage())
        .log();
  }
}
