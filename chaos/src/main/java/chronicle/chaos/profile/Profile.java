package chronicle.chaos.profile;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedThread;
import jdk.jfr.consumer.RecordingFile;

/**
 * What a JVM did while it was recorded.
 *
 * @param stacks how often each stack was seen on a processor; a stack begins with what kind of
 *     thread it was, and ends with the method that ran
 * @param allocatedPerSecond in bytes, by how the heap filled between collections of garbage; 0
 *     where there were not two
 */
public record Profile(Map<List<String>, Long> stacks, double allocatedPerSecond) {
  // Samples of processor time see native code too, but exist on Linux alone.
  private static final String CPU = "jdk.CPUTimeSample";
  private static final String EXECUTION = "jdk.ExecutionSample";
  private static final String HEAP = "jdk.GCHeapSummary";
  private static final Pattern NUMBER = Pattern.compile("[-#]?\\d+");
  private static final int THREADS_OF_LIBRARIES_MAX = 24;

  /** Reads a recording that has ended. */
  public static Profile of(Path recording) throws IOException {
    var cpu = new HashMap<List<String>, Long>();
    var execution = new HashMap<List<String>, Long>();
    var heap = new Heap();
    try (var file = new RecordingFile(recording)) {
      while (file.hasMoreEvents()) {
        var event = file.readEvent();
        switch (event.getEventType().getName()) {
          case CPU -> add(cpu, event, event.getThread("eventThread"));
          case EXECUTION -> add(execution, event, event.getThread("sampledThread"));
          case HEAP -> heap.add(event);
          default -> {
            // Not asked for.
          }
        }
      }
    }
    return new Profile(Map.copyOf(cpu.isEmpty() ? execution : cpu), heap.filledPerSecond());
  }

  /** What fills it between collections. */
  private static final class Heap {
    private Optional<Instant> begin = Optional.empty();
    private Instant end = Instant.EPOCH;
    private long usedAfter;
    private long filled;

    void add(RecordedEvent event) {
      var used = event.getLong("heapUsed");
      if (event.getString("when").equals("After GC")) {
        begin = begin.or(() -> Optional.of(event.getStartTime()));
        usedAfter = used;
      } else if (begin.isPresent()) {
        filled += Math.max(0, used - usedAfter);
        end = event.getStartTime();
      }
    }

    double filledPerSecond() {
      var seconds = begin.map(it -> Duration.between(it, end).toNanos() / 1e9).orElse(0.0);
      return seconds > 0 ? filled / seconds : 0;
    }
  }

  /** How many samples there are. */
  public long samples() {
    return stacks.values().stream().mapToLong(Long::longValue).sum();
  }

  private static void add(
      Map<List<String>, Long> stacks, RecordedEvent event, RecordedThread thread) {
    var trace = event.getStackTrace();
    if (trace == null || trace.getFrames().isEmpty()) {
      return;
    }
    var stack = new ArrayList<String>();
    trace.getFrames().forEach(frame -> stack.add(name(frame)));
    stack.add(kind(Optional.ofNullable(thread)));
    Collections.reverse(stack);
    stacks.merge(List.copyOf(stack), 1L, Long::sum);
  }

  private static String name(RecordedFrame frame) {
    var method = frame.getMethod();
    return method.getType().getName() + "." + method.getName();
  }

  /** The thread's name without its numbers. */
  private static String kind(Optional<RecordedThread> thread) {
    if (thread.isEmpty() || thread.get().isVirtual()) {
      return "virtual threads";
    }
    var name = Optional.ofNullable(thread.get().getJavaName()).orElse("the JVM");
    var bare = NUMBER.matcher(name).replaceAll("");
    return bare.length() > THREADS_OF_LIBRARIES_MAX
        ? bare.substring(0, THREADS_OF_LIBRARIES_MAX)
        : bare;
  }
}
