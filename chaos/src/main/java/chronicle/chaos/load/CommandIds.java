package chronicle.chaos.load;

import java.util.HexFormat;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Command ids of one client: as long as a UUIDv7 and, like one, growing; never repeated, within a
 * run or between runs.
 */
public final class CommandIds {
  private static final HexFormat HEX = HexFormat.of();
  private static final int COUNTER_DIGITS = 12;

  private final String prefix;
  private final AtomicLong counter = new AtomicLong();

  /** The ids of a client of that number. */
  public CommandIds(int client) {
    var start = HEX.toHexDigits(System.currentTimeMillis(), COUNTER_DIGITS);
    prefix =
        "%s-%s-7%03x-8%03x-"
            .formatted(start.substring(0, 8), start.substring(8), client, System.nanoTime() % 4096);
  }

  /** An id not given before. */
  public String next() {
    return prefix + HEX.toHexDigits(counter.incrementAndGet(), COUNTER_DIGITS);
  }
}
