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
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What adds to the ledger's log in this process: it takes all work that waits, decides it in order,
 * and commits it as one transaction (group commit). Any number of processes may do so at once for
 * one ledger: the head lock alternates their batches.
 *
 * <p>Two threads take turns, so that one decides a batch while the other's is being written. What
 * follows from memory is decided ahead, on the head that the batch before will leave, and written
 * in one round trip ({@link Plan}). Anything else is decided under the head lock, with nothing else
 * under way ({@link Attempt}): what was not decided from memory, what failed, and for a while after
 * that everything.
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
  private static final long FOR_EVER_NANOS = Long.MAX_VALUE / 2;
  private static final Duration RETRY_DELAY = Duration.ofMillis(100);

  /** Clients repeat when something went wrong, and then not one alone. */
  private static final int CAUTIOUS_BATCHES = 64;

  private final LedgerId ledger;
  private final EventStore store;
  private final SequencerSettings settings;
  private final SequencerMetrics metrics;
  private final Attributes attributes;
  private final Consumer<List<EncodedEvent>> committed;
  private final BlockingQueue<Ticket> queue = new LinkedBlockingQueue<>();
  private final AtomicInteger queuedWeight = new AtomicInteger();
  private final StoreClock clock = new StoreClock(System::nanoTime);
  private final ObservableLongGauge queueGauge;
  private final ExecutorService answers;
  private final List<Turn> turns;
  private final Thread watch;
  private volatile boolean stopping;

  /** Held from taking a batch to its turn to be written, and longer where that is not planned. */
  private final Lock deciding = new ReentrantLock();

  private final StateCache cache;

  /** What the cache has not taken over: the last one written, at most, and the one after it. */
  private final Deque<Plan> planned = new ArrayDeque<>();

  private int cautiousBatches;

  /** Held while a batch is in the event store's hands; taken after the other, if both are. */
  private final Lock writing = new ReentrantLock();

  private final Set<Instant> doubtful = new HashSet<>();
  private List<Ticket> unwritten = List.of();

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
    cache = new StateCache(settings.cacheAccountsMax(), clock);
    queueGauge = metrics.watchQueue(ledger, queuedWeight::get);
    answers =
        Executors.newSingleThreadExecutor(
            Thread.ofPlatform().name("answers-" + ledger).daemon().factory());
    turns = List.of(new Turn(), new Turn());
    turns.forEach(turn -> turn.thread.start());
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
      long end = System.nanoTime() + settings.drain().toNanos();
      for (Turn turn : turns) {
        turn.finish(Duration.ofNanos(end - System.nanoTime()));
      }
      watch.interrupt();
      watch.join();
      Stream.concat(unwritten.stream(), queue.stream()).forEach(Ticket::expire);
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

  /** One of the two threads, and what it has in hand. */
  private final class Turn implements Runnable {
    private final Thread thread =
        Thread.ofPlatform().name("sequencer-" + ledger).daemon().unstarted(this);
    private volatile List<Ticket> running = List.of();
    private volatile long takenNanos;

    @Override
    public void run() {
      try {
        while (!stopping || !queue.isEmpty()) {
          decide().ifPresent(Sequencer.this::write);
          running = List.of();
        }
      } catch (InterruptedException _) {
        running.forEach(Ticket::expire);
      }
    }

    void finish(Duration drain) throws InterruptedException {
      if (!thread.join(drain)) {
        thread.interrupt();
        thread.join();
      }
    }

    /**
     * Takes a batch and decides it. Returns it where it is still to be written, and then with the
     * lock for that.
     */
    private Optional<Plan> decide() throws InterruptedException {
      deciding.lockInterruptibly();
      try {
        List<Ticket> tickets = take();
        hold(tickets);
        if (tickets.isEmpty()) {
          return Optional.empty();
        }
        takeOver();
        Optional<Plan> plan = plan(tickets);
        writing.lockInterruptibly();
        if (plan.isPresent() && unwritten.isEmpty()) {
          planned.add(plan.get());
          return plan;
        }
        try {
          plan.ifPresent(none -> none.tickets().forEach(Ticket::unclaim));
          performAfterUnwritten(tickets);
          return Optional.empty();
        } finally {
          writing.unlock();
        }
      } finally {
        deciding.unlock();
      }
    }

    /** Nothing else is under way, and nothing of what failed stays behind. */
    private void performAfterUnwritten(List<Ticket> tickets) throws InterruptedException {
      takeOver();
      planned.clear();
      if (!unwritten.isEmpty()) {
        cautiousBatches = CAUTIOUS_BATCHES;
      }
      List<Ticket> all = Stream.concat(unwritten.stream(), tickets.stream()).toList();
      unwritten = List.of();
      hold(all);
      perform(all);
      doubtful.clear();
    }

    private void hold(List<Ticket> tickets) {
      takenNanos = System.nanoTime();
      running = tickets;
    }
  }

  /** Takes what waits, as far as one transaction should go; nothing comes after a while. */
  private List<Ticket> take() throws InterruptedException {
    Ticket first = queue.poll(POLL_INTERVAL.toMillis(), TimeUnit.MILLISECONDS);
    if (first == null) {
      return List.of();
    }
    var batch = new ArrayList<Ticket>();
    fill(batch, first);
    long now = System.nanoTime();
    batch.stream().filter(ticket -> ticket.isDue(now)).forEach(Ticket::expire);
    return batch.stream().filter(Ticket::isOpen).toList();
  }

  /** The cache takes over what was planned and is written by now. */
  private void takeOver() {
    while (!planned.isEmpty() && planned.getFirst().commitTo(cache)) {
      planned.removeFirst();
    }
  }

  private Optional<Plan> plan(List<Ticket> tickets) {
    if (cautiousBatches > 0) {
      return Optional.empty();
    }
    try {
      return Plan.of(ledger, cache, Optional.ofNullable(planned.peekLast()), tickets);
    } catch (RuntimeException e) {
      // Under the head lock it fails again, and then for good.
      log.atWarn().setMessage("Batch not planned").addKeyValue("ledger", ledger).setCause(e).log();
      tickets.forEach(Ticket::unclaim);
      return Optional.empty();
    }
  }

  /** Writes what was planned, and lets the next one do so. */
  private void write(Plan plan) {
    try {
      plan.write(ledger, store, clock);
      publish(plan.append(), plan.outcomes());
    } catch (RuntimeException e) {
      Kind kind = e instanceof EventStoreException known ? known.kind() : Kind.AMBIGUOUS;
      if (kind == Kind.AMBIGUOUS) {
        doubtful.add(plan.append().recordTime());
      }
      release(plan.tickets(), kind, e, 0);
      unwritten = plan.tickets();
      wake();
    } finally {
      writing.unlock();
    }
  }

  private void fill(List<Ticket> batch, Ticket first) {
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
    List<Ticket> open = tickets;
    for (int attempt = 0; !open.isEmpty() && !performed(open, attempt); attempt++) {
      Thread.sleep(BACKOFF.delay(attempt, RandomGenerator.getDefault()));
      open = open.stream().filter(Ticket::isOpen).toList();
    }
  }

  private boolean performed(List<Ticket> tickets, int attempt) {
    try {
      Attempt.Result result;
      do {
        boolean expectsRepeats = cautiousBatches > 0;
        result = new Attempt(ledger, store, cache, doubtful, expectsRepeats).run(tickets);
        publish(result.append(), result.outcomes());
      } while (!result.isWhole());
      cautiousBatches = result.foundRepeats() ? CAUTIOUS_BATCHES : Math.max(0, cautiousBatches - 1);
      return true;
    } catch (EventStoreException e) {
      cautiousBatches = CAUTIOUS_BATCHES;
      release(tickets, e.kind(), e, attempt);
      return false;
    } catch (RuntimeException e) {
      fail(tickets, e);
      return true;
    }
  }

  private void release(List<Ticket> tickets, Kind kind, RuntimeException cause, int attempt) {
    tickets.forEach(ticket -> ticket.release(kind));
    metrics.retried(attributes, kind);
    if (kind != Kind.TAKEN || attempt > 0) {
      logRetry(kind, cause, attempt);
    }
  }

  /** A thread that waits for work looks at what was not written: a sweep does no harm. */
  private void wake() {
    long now = System.nanoTime();
    queuedWeight.incrementAndGet();
    queue.add(new Ticket(ledger, new Work.Sweep(), now, now + FOR_EVER_NANOS, _ -> {}));
  }

  /** Tells of what was committed, in order, by a thread that keeps no next batch waiting. */
  private void publish(Append append, Map<Ticket, Outcome> outcomes) {
    if (!append.events().isEmpty()) {
      answers.execute(() -> committed.accept(append.encoded()));
    }
    metrics.committed(attributes, append);
    long now = System.nanoTime();
    answers.execute(() -> answer(outcomes, now));
  }

  private void answer(Map<Ticket, Outcome> outcomes, long committedNanos) {
    outcomes.keySet().removeIf(ticket -> !ticket.close());
    outcomes.forEach((ticket, outcome) -> give(ticket, outcome, committedNanos));
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
        for (Turn turn : turns) {
          List<Ticket> slow = turn.running;
          if (!slow.isEmpty() && now - turn.takenNanos > SLOW_BATCH.toNanos()) {
            slow.stream().filter(ticket -> ticket.isDue(now)).forEach(Ticket::expire);
            queue.stream().filter(ticket -> ticket.isDue(now)).forEach(Ticket::expire);
          }
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void logRetry(Kind kind, RuntimeException cause, int attempt) {
    log.atWarn()
        .setMessage("Batch tried again")
        .addKeyValue("ledger", ledger)
        .addKeyValue("kind", kind)
        .addKeyValue("attempt", attempt)
        .addKeyValue("cause", cause.getMessage())
        .log();
  }
}
