package chronicle.query;

import static chronicle.error.v1.ErrorReason.PROJECTION_BEHIND;
import static chronicle.error.v1.ErrorReason.READ_MODEL_UNAVAILABLE;

import chronicle.runtime.Failure;
import chronicle.runtime.Telemetry;
import com.google.common.util.concurrent.MoreExecutors;
import io.grpc.Context;
import io.opentelemetry.api.metrics.DoubleHistogram;
import io.opentelemetry.api.metrics.ObservableLongGauge;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Lets a read wait until the read model reflects a position. Whoever hears of the projection's
 * progress says so by {@link #reached}; a waiter woken looks for itself.
 */
final class Freshness implements AutoCloseable {
  private static final int WAITERS_MAX = 10_000;
  private static final Duration RETRY_DELAY = Duration.ofMillis(200);
  private static final double NANOS_PER_SECOND = 1e9;

  private final LedgerClient ledgers;
  private final NavigableSet<Waiter> waiters =
      new ConcurrentSkipListSet<>(
          Comparator.comparing(Waiter::ledger)
              .thenComparingLong(Waiter::position)
              .thenComparingLong(Waiter::number));
  private final Map<String, Long> heard = new ConcurrentHashMap<>();
  private final AtomicLong numbers = new AtomicLong();
  private final DoubleHistogram waited;
  private final ObservableLongGauge gauge;

  Freshness(LedgerClient ledgers, Telemetry telemetry) {
    this.ledgers = ledgers;
    this.waited =
        telemetry
            .meter()
            .histogramBuilder("chronicle.query.wait")
            .setUnit("s")
            .setDescription("Time that reads waited for the read model to reach a position")
            .build();
    this.gauge =
        telemetry
            .meter()
            .gaugeBuilder("chronicle.query.waiters")
            .ofLongs()
            .setDescription("Reads that wait for the read model to reach a position")
            .buildWithCallback(measurement -> measurement.record(waiters.size()));
  }

  /**
   * The query's answer once it is fresh enough; the query is empty where the read model does not
   * know the ledger. Throws LEDGER_NOT_FOUND where the ledger itself does not either, and
   * PROJECTION_BEHIND where the wait was in vain.
   */
  <S extends Snapshot> S read(String ledger, Wait wait, Supplier<Optional<S>> query) {
    var seen = query.get();
    if (fresh(seen, wait)) {
      return seen.orElseThrow();
    }
    if (seen.isEmpty()) {
      ledgers.head(ledger);
    }
    if (wait.minPosition() == 0) {
      throw behind(ledger, seen);
    }
    return await(ledger, wait, query);
  }

  /**
   * Waits until the read model is heard to have reached a position, or the call is cancelled, or so
   * long at most.
   */
  void await(String ledger, long position, Duration most) {
    var waiter = new Waiter(ledger, position, numbers.incrementAndGet());
    var context = Context.current();
    Context.CancellationListener cancelled = _ -> waiter.wake();
    waiters.add(waiter);
    context.addListener(cancelled, MoreExecutors.directExecutor());
    try {
      if (heard.getOrDefault(ledger, 0L) < position) {
        var _ = waiter.await(System.nanoTime() + most.toNanos());
      }
    } finally {
      context.removeListener(cancelled);
      waiters.remove(waiter);
    }
  }

  /** Wakes the reads that wait for this position or an earlier one. */
  void reached(String ledger, long position) {
    heard.put(ledger, position);
    var first = new Waiter(ledger, 0, 0);
    var last = new Waiter(ledger, position, Long.MAX_VALUE);
    waiters.subSet(first, true, last, true).forEach(Waiter::wake);
  }

  /** The ledgers that reads are waiting for. */
  Set<String> awaited() {
    var ledgers = new TreeSet<String>();
    waiters.forEach(waiter -> ledgers.add(waiter.ledger()));
    return ledgers;
  }

  @Override
  public void close() {
    gauge.close();
  }

  private <S extends Snapshot> S await(String ledger, Wait wait, Supplier<Optional<S>> query) {
    var start = System.nanoTime();
    var waiter = new Waiter(ledger, wait.minPosition(), numbers.incrementAndGet());
    var context = Context.current();
    Context.CancellationListener cancelled = _ -> waiter.wake();
    waiters.add(waiter);
    context.addListener(cancelled, MoreExecutors.directExecutor());
    try {
      var more = waiters.size() <= WAITERS_MAX;
      // Looks only after it is among the waiters, so that no progress falls between.
      while (true) {
        var last = !more || context.isCancelled();
        var seen = look(query, last);
        if (fresh(seen, wait)) {
          return seen.orElseThrow();
        }
        if (last) {
          throw behind(ledger, seen);
        }
        more = waiter.await(wait.untilNanos());
      }
    } finally {
      context.removeListener(cancelled);
      waiters.remove(waiter);
      waited.record((System.nanoTime() - start) / NANOS_PER_SECOND);
    }
  }

  /** What the query sees; a read model that is down may be back before the wait is over. */
  private static <S> Optional<S> look(Supplier<Optional<S>> query, boolean last) {
    try {
      return query.get();
    } catch (Failure e) {
      if (last || e.reason() != READ_MODEL_UNAVAILABLE) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private static boolean fresh(Optional<? extends Snapshot> seen, Wait wait) {
    return seen.isPresent() && seen.get().checkpoint() >= wait.minPosition();
  }

  private static Failure behind(String ledger, Optional<? extends Snapshot> seen) {
    var position = Long.toString(seen.map(Snapshot::checkpoint).orElse(0L));
    return Failure.of(PROJECTION_BEHIND, "The read model has only reached position " + position)
        .with("ledger", ledger)
        .with("position", position)
        .retryAfter(RETRY_DELAY);
  }

  /**
   * One read that waits; ordered so that those for the earliest positions of a ledger come first.
   */
  private record Waiter(String ledger, long position, long number, Semaphore permits) {
    Waiter(String ledger, long position, long number) {
      this(ledger, position, number, new Semaphore(0));
    }

    void wake() {
      permits.release();
    }

    /** Whether it was woken in time. */
    boolean await(long untilNanos) {
      try {
        var woken = permits.tryAcquire(untilNanos - System.nanoTime(), TimeUnit.NANOSECONDS);
        permits.drainPermits();
        return woken;
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }
}
