package chronicle.chaos.bench;

import chronicle.chaos.profile.Profile;
import java.time.Duration;
import java.util.Map;

/**
 * What one thing that is done costs.
 *
 * @param units how many were done
 * @param spent on all of them, readers included
 * @param profiles of the services meanwhile, by name
 */
record Budget(Trial trial, long units, Spent spent, Map<String, Profile> profiles) {
  /** Of a process, in microseconds. */
  double processorMicros(String process) {
    return spent.processor().getOrDefault(process, Duration.ZERO).toNanos() / 1000.0 / units;
  }
}
