package chronicle.chaos.bench;

import java.util.Map;
import java.util.TreeMap;

/** What one lane's calls came to since the lane was opened; touched by its thread alone. */
final class Tally {
  /** Acknowledged deposits by account. */
  final long[] acknowledged;

  /** Failed calls by their status and message. */
  final Map<String, Long> failures = new TreeMap<>();

  Tally(int accounts) {
    acknowledged = new long[accounts];
  }

  void failed(String why) {
    failures.merge(why, 1L, Long::sum);
  }

  long failed() {
    return failures.values().stream().mapToLong(Long::longValue).sum();
  }
}
