package chronicle.chaos.bench;

import java.time.Duration;
import java.util.List;

/**
 * What is to be measured, how, and for how long.
 *
 * @param baselineClients the numbers of connections of which the best is taken for the baseline
 */
record Plan(
    int seconds,
    int rounds,
    int warmUpSeconds,
    int inFlight,
    int accounts,
    int connections,
    List<Scenario> scenarios,
    List<Integer> baselineClients) {
  Plan {
    if (seconds < 1 || rounds < 1 || warmUpSeconds < 0 || accounts < 1) {
      throw new IllegalArgumentException("Seconds, rounds and accounts start at 1.");
    }
    if (connections < 1 || inFlight < connections) {
      throw new IllegalArgumentException("Each connection needs a call in flight.");
    }
  }

  Duration time() {
    return Duration.ofSeconds(seconds);
  }
}
