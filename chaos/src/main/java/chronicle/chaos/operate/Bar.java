package chronicle.chaos.operate;

import java.io.Console;
import java.time.Duration;
import java.util.Optional;

/**
 * How far a long task has come, for the person who waits: a line that is drawn over, or one now and
 * then.
 */
final class Bar {
  private static final int WIDTH = 40;
  private static final Duration PLAIN_INTERVAL = Duration.ofSeconds(5);

  private final boolean terminal =
      Optional.ofNullable(System.console()).map(Console::isTerminal).orElse(false);
  private final long startNanos = System.nanoTime();
  private long plainNanos = startNanos - PLAIN_INTERVAL.toNanos();
  private boolean drawn;

  /** Shows that so much of a total is done. */
  void show(String what, long done, long total) {
    if (terminal) {
      System.out.printf("\r%s", line(what, done, total, seconds()));
      System.out.flush();
      drawn = true;
    } else if (System.nanoTime() - plainNanos >= PLAIN_INTERVAL.toNanos()) {
      plainNanos = System.nanoTime();
      IO.println(line(what, done, total, seconds()));
    }
  }

  /** Goes on below the line that was drawn. */
  void end() {
    if (drawn) {
      IO.println();
    }
  }

  private double seconds() {
    return (System.nanoTime() - startNanos) / 1e9;
  }

  static String line(String what, long done, long total, double seconds) {
    var share = total == 0 ? 0 : Math.min(1, (double) done / total);
    var full = (int) (share * WIDTH);
    return "%-10s [%s%s] %3d %%  %,d of %,d  %,.0f/s "
        .formatted(
            what,
            "#".repeat(full),
            ".".repeat(WIDTH - full),
            (int) (share * 100),
            done,
            total,
            seconds <= 0 ? 0 : done / seconds);
  }
}
