package chronicle.chaos.bench;

import chronicle.chaos.load.Scenario;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * What is to be measured, how, and for how long.
 *
 * @param time of one measurement
 * @param rounds each of which measures everything once
 * @param warmUp before the first round, all scenarios together
 * @param scenarios those that are wanted
 * @param inFlight the calls in flight of scenarios that are not to have their own
 * @param accounts to spread over
 * @param connections of the load generator
 * @param baselineClients the numbers of connections of which the best is taken for the baseline
 * @param growEvents how far the log is to grow before anything is measured; 0: not at all
 * @param growAccounts how many accounts that takes
 * @param quick whether one variant of each scenario, with one comparison, is enough
 * @param profile whether each way of writing is done once more, and looked into
 */
record Plan(
    Duration time,
    int rounds,
    Duration warmUp,
    List<Scenario> scenarios,
    Map<Scenario, List<Integer>> inFlight,
    int accounts,
    int connections,
    List<Integer> baselineClients,
    long growEvents,
    int growAccounts,
    boolean quick,
    boolean profile) {
  private static final Duration PROBE = Duration.ofSeconds(1);
  private static final Duration ECHO_WARM_UP_MAX = Duration.ofSeconds(8);

  Plan {
    if (!time.isPositive() || rounds < 1 || warmUp.isNegative() || accounts < 2) {
      throw new IllegalArgumentException("Seconds and rounds start at 1, accounts at 2.");
    }
    if (connections < 1
        || inFlight.values().stream()
            .flatMap(List::stream)
            .anyMatch(calls -> calls < connections)) {
      throw new IllegalArgumentException("Each connection needs a call in flight.");
    }
    if (growEvents < 0 || growAccounts < 0) {
      throw new IllegalArgumentException("A log can't shrink.");
    }
  }

  /** The same, and what writes is looked into. */
  Plan withProfile() {
    return new Plan(
        time,
        rounds,
        warmUp,
        scenarios,
        inFlight,
        accounts,
        connections,
        baselineClients,
        growEvents,
        growAccounts,
        quick,
        true);
  }

  /** The calls in flight at which a scenario is measured; what goes by the clock has its own. */
  List<Integer> levels(Scenario scenario) {
    return scenario.inFlight().equals(List.of(0))
        ? scenario.inFlight()
        : inFlight.getOrDefault(scenario, scenario.inFlight());
  }

  /** Whether a scenario is wanted in a configuration; a quick plan reads only where readers are. */
  boolean wants(Scenario scenario, Configuration configuration) {
    return scenarios.contains(scenario)
        && (!quick
            || scenario.reads() == configuration.scenarios().stream().anyMatch(Scenario::reads));
  }

  /** How many of a scenario's variants, and of the comparisons of each, are wanted. */
  int breadth() {
    return quick ? 1 : Integer.MAX_VALUE;
  }

  /** How long the echo server is warmed up: it has one way to answer where the ledger has many. */
  Duration echoWarmUp() {
    return warmUp.compareTo(ECHO_WARM_UP_MAX) < 0 ? warmUp : ECHO_WARM_UP_MAX;
  }

  /** How long a candidate for a baseline is tried. */
  Duration probe() {
    return time.compareTo(PROBE) < 0 ? time : PROBE;
  }
}
