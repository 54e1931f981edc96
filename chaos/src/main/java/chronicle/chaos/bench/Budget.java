package chronicle.chaos.bench;

import chronicle.chaos.load.Measurement;
import chronicle.chaos.profile.Profile;
import java.time.Duration;
import java.util.Map;

/**
 * What one thing that is done costs.
 *
 * @param spent on all that was done, readers included
 * @param profiles of the services meanwhile, by name
 */
record Budget(Trial trial, Measurement measurement, Spent spent, Map<String, Profile> profiles) {
  /** Of a process, in microseconds. */
  double processorMicros(String process) {
    return spent.processor().getOrDefault(process, Duration.ZERO).toNanos() / 1000.0 / units();
  }

  /** By a service; 0 where that is not known. */
  double allocatedBytes(String service) {
    var profile = profiles.get(service);
    return profile == null ? 0 : profile.allocatedPerSecond() / measurement.perSecond();
  }

  /** How many were done. */
  long units() {
    return measurement.units();
  }
}
