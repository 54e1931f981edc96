package chronicle.mesh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;

/**
 * The clock of one process, which can be set wrong while it runs, by libfaketime. Timers and
 * time-outs, which count by the monotonic clock, stay right, as on a machine whose clock is set.
 */
public final class FakeClock {
  private final Path offset;

  /** A right clock, set by what is written to the file. */
  FakeClock(Path offset) {
    this.offset = offset;
    set(Duration.ZERO);
  }

  /** Makes the clock wrong by so much, back if negative; the process sees it within a second. */
  public void set(Duration wrongBy) {
    try {
      Files.createDirectories(offset.getParent());
      var next = offset.resolveSibling(offset.getFileName() + ".next");
      Files.writeString(next, "%+d".formatted(wrongBy.toSeconds()));
      // A process that reads meanwhile sees the old or the new one.
      Files.move(next, offset, StandardCopyOption.ATOMIC_MOVE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The environment of the process whose clock it is. */
  Map<String, String> environment() {
    return Map.of(
        "LD_PRELOAD", PythonTools.find().fakeTime().toString(),
        "FAKETIME_TIMESTAMP_FILE", offset.toString(),
        "FAKETIME_CACHE_DURATION", "1",
        "FAKETIME_DONT_FAKE_MONOTONIC", "1",
        // With its fix for another C library, timed waits of this one return at once.
        "FAKETIME_FORCE_MONOTONIC_FIX", "0",
        "NO_FAKE_STAT", "1");
  }
}
