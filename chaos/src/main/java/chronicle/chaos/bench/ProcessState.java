package chronicle.chaos.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What a service's JVM has taken since it started.
 *
 * @param heapMiB in use now, garbage included
 * @param pauses collections of garbage
 * @param pauseSeconds how long they took together
 * @param longestPauseSeconds no one took longer; the bound of a bucket of the histogram
 */
record ProcessState(
    String service,
    double heapMiB,
    double pauses,
    double pauseSeconds,
    double longestPauseSeconds) {
  private static final String HEAP = "jvm_memory_used_bytes";
  private static final String PAUSES = "jvm_gc_duration_seconds";
  private static final double MIB = 1024.0 * 1024;

  /** The states of the services by name, from the addresses of their metrics. */
  static List<ProcessState> of(Map<String, String> metricsUrls) {
    var states = new ArrayList<ProcessState>();
    metricsUrls.forEach((service, url) -> states.add(of(service, Metrics.read(url))));
    return states;
  }

  static ProcessState of(String service, Metrics metrics) {
    return new ProcessState(
        service,
        metrics.sum(HEAP, "type=\"heap\"") / MIB,
        metrics.sum(PAUSES + "_count", ""),
        metrics.sum(PAUSES + "_sum", ""),
        metrics.highestBound(PAUSES));
  }
}
