package chronicle.ledger.log;

import chronicle.error.v1.ErrorReason;
import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.Details;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.domain.Refusal.Reason;
import chronicle.runtime.Backoff;
import chronicle.runtime.Failure;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The ledgers that this process serves: a sequencer each, started at first use. */
public final class Ledgers implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Ledgers.class);
  private static final CommandId CREATE_MAIN = new CommandId("~~main");
  private static final Duration CREATE_MAX = Duration.ofSeconds(5);
  private static final Duration DISCOVERY_INTERVAL = Duration.ofSeconds(5);
  private static final int DISCOVERY_PAGE = 100;
  private static final Duration SWEEP_INTERVAL = Duration.ofMillis(500);
  private static final Duration SWEEP_MAX = Duration.ofSeconds(5);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1));

  private final EventStore store;
  private final Function<LedgerId, Sequencer> start;
  private final ConcurrentHashMap<LedgerId, Sequencer> sequencers = new ConcurrentHashMap<>();
  private final Thread discovery = Thread.ofVirtual().name("discovery").unstarted(this::discover);
  private final Thread sweeper = Thread.ofVirtual().name("sweeper").unstarted(this::sweep);

  /**
   * Takes work for `main` from now on, and for every other ledger of the store when it is asked
   * for.
   */
  public Ledgers(EventStore store, Function<LedgerId, Sequencer> start) {
    this.store = store;
    this.start = start;
    sequencers.put(LedgerId.MAIN, start.apply(LedgerId.MAIN));
  }

  /**
   * As {@link Sequencer#submit}, without blocking; what it would throw becomes the outcome. An
   * unknown ledger is LEDGER_NOT_FOUND, looked up anew each time.
   */
  public void submit(LedgerId ledger, Work work, long deadlineNanos, Consumer<Outcome> reply) {
    Sequencer sequencer = sequencers.get(ledger);
    if (sequencer != null) {
      submit(sequencer, work, deadlineNanos, reply);
    } else {
      Thread.ofVirtual()
          .name("look-up-" + ledger)
          .start(() -> lookUpAndSubmit(ledger, work, deadlineNanos, reply));
    }
  }

  /** As {@link #submit}, waiting for the outcome. */
  public Outcome await(LedgerId ledger, Work work, long deadlineNanos) {
    var outcome = new CompletableFuture<Outcome>();
    submit(ledger, work, deadlineNanos, outcome::complete);
    return outcome.join();
  }

  /**
   * Makes room for a ledger that is to be created, and serves it from now on; a repeat changes
   * nothing.
   */
  public void prepare(LedgerId ledger) {
    store.prepare(ledger);
    sequencers.computeIfAbsent(ledger, start);
  }

  /**
   * Sees to it that `main` exists, once the store can be reached; then serves every ledger that is
   * in the store.
   */
  public void open() throws InterruptedException {
    var create =
        new Request(CREATE_MAIN, "~ledger", "", false, new Command.CreateLedger(Details.NONE));
    for (int attempt = 0; !created(create); attempt++) {
      Thread.sleep(BACKOFF.delay(attempt, RandomGenerator.getDefault()));
    }
    discovery.start();
    sweeper.start();
  }

  private boolean created(Request create) {
    try {
      prepare(LedgerId.MAIN);
      long deadlineNanos = System.nanoTime() + CREATE_MAX.toNanos();
      Outcome outcome = await(LedgerId.MAIN, new Work.Execute(create), deadlineNanos);
      // An earlier version created it under another id.
      return outcome instanceof Outcome.Executed
          || (outcome instanceof Outcome.Refused(var refusal, _)
              && refusal.reason() == Reason.LEDGER_ALREADY_EXISTS);
    } catch (EventStoreException e) {
      log.atWarn().setMessage("Event store not ready").addKeyValue("cause", e.getMessage()).log();
      return false;
    }
  }

  /**
   * A ledger must be relayed though nobody commands it here: the process that wrote it last may be
   * gone.
   */
  private void discover() {
    try {
      while (true) {
        Thread.sleep(DISCOVERY_INTERVAL);
        serveAll();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void serveAll() {
    try {
      List<EventStore.LedgerHead> page;
      String last = "";
      do {
        page = store.ledgers(last, DISCOVERY_PAGE);
        for (EventStore.LedgerHead found : page) {
          sequencers.computeIfAbsent(found.ledger(), start);
          last = found.ledger().value();
        }
      } while (page.size() == DISCOVERY_PAGE);
    } catch (EventStoreException e) {
      log.atDebug().setMessage("Ledgers not listed").setCause(e).log();
    } catch (RuntimeException e) {
      // A bug, which must not end the only thread that looks for ledgers.
      log.atError().setMessage("Ledgers not listed").setCause(e).log();
    }
  }

  /** Sees to it that a pending transaction ends in time, though nobody touches its ledger. */
  private void sweep() {
    try {
      while (true) {
        Thread.sleep(SWEEP_INTERVAL);
        sweepAll();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void sweepAll() {
    try {
      long deadlineNanos = System.nanoTime() + SWEEP_MAX.toNanos();
      for (LedgerId due : store.due(sequencers.keySet())) {
        submit(due, new Work.Sweep(), deadlineNanos, _ -> {});
      }
    } catch (EventStoreException e) {
      log.atDebug().setMessage("Ledgers not swept").setCause(e).log();
    } catch (RuntimeException e) {
      // A bug, which must not end the only thread that lets transactions expire.
      log.atError().setMessage("Ledgers not swept").setCause(e).log();
    }
  }

  @Override
  public void close() {
    discovery.interrupt();
    sweeper.interrupt();
    try (var stopping = Executors.newVirtualThreadPerTaskExecutor()) {
      sequencers.values().forEach(sequencer -> stopping.execute(sequencer::close));
    }
  }

  private void lookUpAndSubmit(
      LedgerId ledger, Work work, long deadlineNanos, Consumer<Outcome> reply) {
    try {
      if (store.head(ledger).isEmpty()) {
        throw notFound(ledger);
      }
    } catch (RuntimeException e) {
      reply.accept(new Outcome.Failed(e));
      return;
    }
    submit(sequencers.computeIfAbsent(ledger, start), work, deadlineNanos, reply);
  }

  private static void submit(
      Sequencer sequencer, Work work, long deadlineNanos, Consumer<Outcome> reply) {
    try {
      sequencer.submit(work, deadlineNanos, reply);
    } catch (Failure e) {
      reply.accept(new Outcome.Failed(e));
    }
  }

  /** What is told of a ledger that does not exist: LEDGER_NOT_FOUND. */
  public static Failure notFound(LedgerId ledger) {
    return Failure.of(ErrorReason.LEDGER_NOT_FOUND, "Ledger " + ledger + " does not exist.")
        .with("ledger", ledger.value());
  }
}
