package chronicle.chaos.lab;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** Asks again and again how far the read model has come. */
final class LagProbe implements AutoCloseable {
  private static final Duration INTERVAL = Duration.ofMillis(100);

  /** The position that the read model reflected then, as far as is known. */
  record Sample(long nanos, long position) {}

  private final Lab lab;
  private final String ledger;
  private final LongSupplier clock;
  private final List<Sample> samples = new ArrayList<>();
  private final Thread thread;

  LagProbe(Lab lab, String ledger, LongSupplier clock) {
    this.lab = lab;
    this.ledger = ledger;
    this.clock = clock;
    thread = Thread.ofVirtual().name("lag-probe").start(this::run);
  }

  List<Sample> samples() {
    synchronized (samples) {
      return List.copyOf(samples);
    }
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run() {
    var known = 0L;
    try {
      while (true) {
        // Nobody can say what the read model has while no projector answers: it stands still then.
        known = Math.max(known, lab.projection(ledger).map(it -> it.getPosition()).orElse(0L));
        synchronized (samples) {
          samples.add(new Sample(clock.getAsLong(), known));
        }
        Thread.sleep(INTERVAL);
      }
    } catch (InterruptedException e) {
      // Closed.
    }
  }
}
