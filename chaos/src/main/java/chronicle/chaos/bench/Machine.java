package chronicle.chaos.bench;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the figures were measured on. */
final class Machine {
  private static final int PAGE_BYTES = 8192;
  private static final long FSYNC_NANOS = Duration.ofSeconds(1).toNanos();

  private Machine() {}

  /** Hardware and software by name; the disk is that of the directory. */
  static Map<String, String> describe(Path directory) throws IOException {
    var facts = new LinkedHashMap<String, String>();
    facts.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    facts.put("commit", commit());
    facts.put("processor", processor());
    facts.put("cores", Integer.toString(Runtime.getRuntime().availableProcessors()));
    facts.put("memory", memory());
    facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.put("java", Runtime.version().toString());
    facts.put("load average before", "%.2f".formatted(load()));
    facts.put("fdatasyncs of 8 KiB per second", "%.0f".formatted(fsyncsPerSecond(directory)));
    return facts;
  }

  /** How often a second a page of a file can be overwritten and flushed to the disk. */
  private static double fsyncsPerSecond(Path directory) throws IOException {
    Files.createDirectories(directory);
    var file = Files.createTempFile(directory, "fsync", ".tmp");
    try (var channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
      var page = ByteBuffer.allocateDirect(PAGE_BYTES);
      channel.write(page.clear(), 0);
      channel.force(true);
      var startNanos = System.nanoTime();
      var count = 0;
      for (; System.nanoTime() - startNanos < FSYNC_NANOS; count++) {
        channel.write(page.clear(), 0);
        channel.force(false);
      }
      return count * 1e9 / (System.nanoTime() - startNanos);
    } finally {
      Files.delete(file);
    }
  }

  private static double load() {
    return ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage();
  }

  private static String commit() {
    try {
      return Programs.run(List.of("git", "describe", "--always", "--dirty")).strip();
    } catch (RuntimeException e) {
      return "unknown";
    }
  }

  private static String processor() throws IOException {
    return procLine("/proc/cpuinfo", "model name");
  }

  private static String memory() throws IOException {
    return procLine("/proc/meminfo", "MemTotal");
  }

  private static String procLine(String file, String name) throws IOException {
    if (!Files.exists(Path.of(file))) {
      return "unknown";
    }
    try (var lines = Files.lines(Path.of(file))) {
      return lines
          .filter(line -> line.startsWith(name))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    }
  }
}
