package chronicle.chaos.lab;

import chronicle.chaos.lab.Acknowledgements.Acknowledged;
import chronicle.event.v1.Event;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.LongSupplier;

/**
 * Deposits offered at a fixed rate, whatever becomes of the ones before, in a ledger of their own.
 * None is refused, so that what is acknowledged in a while tells of the ledgers and not of the
 * load.
 */
final class SteadyDeposits implements AutoCloseable {
  private static final String ACCOUNT = "alice";
  private static final int UNDER_WAY_MAX = 200;
  private static final Duration ANSWER_MAX = Duration.ofSeconds(2);
  private static final Duration ANSWERS_MAX = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(300);

  private final List<Teller> tellers;
  private final LongSupplier clock;
  private final Semaphore room = new Semaphore(UNDER_WAY_MAX);
  private final Map<String, Acknowledged> acknowledged = new HashMap<>();
  private final ScheduledExecutorService metronome = Executors.newSingleThreadScheduledExecutor();
  private final ExecutorService clients = Executors.newVirtualThreadPerTaskExecutor();
  private int offered;

  private SteadyDeposits(List<Teller> tellers, LongSupplier clock) {
    this.tellers = tellers;
    this.clock = clock;
  }

  /**
   * Makes the ledger, and begins; each deposit goes to one address first, and then to the others.
   */
  static SteadyDeposits begin(List<String> targets, int perSecond, LongSupplier clock) {
    var ledger = "steady-" + System.nanoTime();
    var tellers = targets.stream().map(target -> new Teller(target, ledger)).toList();
    var deposits = new SteadyDeposits(tellers, clock);
    deposits.insist(0, SteadyDeposits::prepared);
    var interval = TimeUnit.SECONDS.toNanos(1) / perSecond;
    var _ =
        deposits.metronome.scheduleAtFixedRate(deposits::offer, 0, interval, TimeUnit.NANOSECONDS);
    return deposits;
  }

  /** Offers no more, and returns when what was offered is acknowledged, or given up. */
  void end() {
    metronome.close();
    clients.close();
  }

  /** Those of which their client knows by now. */
  synchronized Acknowledgements acknowledged() {
    return new Acknowledgements(new ArrayList<>(acknowledged.values()), 0);
  }

  /**
   * Those acknowledged that the log does not hold exactly once, in words; call it after the end.
   */
  List<String> findings() {
    var log = insist(0, Teller::events);
    if (log.isEmpty()) {
      return List.of("The log of the steady deposits can't be read.");
    }
    var counts = new HashMap<String, Integer>();
    for (Event event : log.get()) {
      counts.merge(event.getCommandId(), 1, Integer::sum);
    }
    synchronized (this) {
      return acknowledged.keySet().stream()
          .filter(id -> counts.getOrDefault(id, 0) != 1)
          .map(id ->
              "%s was acknowledged, and is in the log %d times."
                  .formatted(id, counts.getOrDefault(id, 0)))
          .toList();
    }
  }

  @Override
  public void close() {
    metronome.shutdownNow();
    clients.shutdownNow();
    tellers.forEach(Teller::close);
  }

  private static boolean prepared(Teller teller) {
    teller.createLedger();
    teller.open(ACCOUNT, 1);
    return true;
  }

  private void offer() {
    int number = offered++;
    // Without an answer for long, a client stops asking for more.
    if (room.tryAcquire()) {
      clients.execute(() -> deposit(number));
    }
  }

  private void deposit(int number) {
    var id = "steady-" + number;
    try {
      insist(number, teller -> teller.deposit(ACCOUNT, 1, id, ANSWER_MAX))
          .ifPresent(receipt -> acknowledge(id, receipt.getPosition()));
    } finally {
      room.release();
    }
  }

  private synchronized void acknowledge(String id, long position) {
    acknowledged.put(id, new Acknowledged(clock.getAsLong(), position));
  }

  /** Asks one after the other, and again, until there is an answer or it has taken too long. */
  private <T> Optional<T> insist(int first, Function<Teller, T> call) {
    long until = System.nanoTime() + ANSWERS_MAX.toNanos();
    for (int attempt = 1; System.nanoTime() < until; attempt++) {
      var teller = tellers.get((first + attempt) % tellers.size());
      try {
        return Optional.of(call.apply(teller));
      } catch (StatusRuntimeException e) {
        teller.channel().resetConnectBackoff();
      }
      if (attempt % tellers.size() == 0 && !paused()) {
        break;
      }
    }
    return Optional.empty();
  }

  private static boolean paused() {
    try {
      Thread.sleep(PAUSE);
      return true;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
