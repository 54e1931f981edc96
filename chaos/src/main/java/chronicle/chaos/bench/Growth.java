package chronicle.chaos.bench;

import chronicle.chaos.load.LoadGenerator;
import chronicle.chaos.load.Pacing;
import chronicle.chaos.load.Scenario;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * How fast a log grew, by one stream of deposits over all its accounts, window after window.
 *
 * @param openedPerSecond accounts opened a second, in batches, before that
 */
record Growth(int accounts, double openedPerSecond, List<Window> windows, List<String> faults) {
  private static final Duration WINDOW = Duration.ofSeconds(5);
  private static final int IN_FLIGHT = 1_024;
  private static final int EDGE = 10;

  /** The head at the end of some seconds, and the rate in them. */
  record Window(long position, double perSecond) {}

  /** Grows the log to so many events. */
  static Growth grow(Deployment deployment, Plan plan) {
    var startNanos = System.nanoTime();
    try (var load =
        new LoadGenerator(deployment.servers(), plan.connections(), plan.growAccounts())) {
      var openedPerSecond = plan.growAccounts() * 1e9 / (System.nanoTime() - startNanos);
      IO.println("  %,d accounts opened, %,.0f/s".formatted(plan.growAccounts(), openedPerSecond));
      var stream = Scenario.STREAM.variants().getFirst();
      var windows = new ArrayList<Window>();
      for (var position = load.position(); position < plan.growEvents(); ) {
        var measurement = load.run(stream, new Pacing.Closed(IN_FLIGHT), WINDOW);
        if (measurement.units() == 0) {
          throw new IllegalStateException("The log does not grow: " + load.failures());
        }
        position = load.position();
        windows.add(new Window(position, measurement.perSecond()));
        IO.println("  %,12d events %,11.0f/s".formatted(position, measurement.perSecond()));
      }
      return new Growth(plan.growAccounts(), openedPerSecond, windows, load.faults());
    }
  }

  /** The median rate of the first tenth of the windows. */
  double atStart() {
    return median(windows.subList(0, edge()));
  }

  /** The median rate of the last tenth of the windows. */
  double atEnd() {
    return median(windows.subList(windows.size() - edge(), windows.size()));
  }

  private int edge() {
    return Math.ceilDiv(windows.size(), EDGE);
  }

  private static double median(List<Window> windows) {
    return Section.median(windows.stream().mapToDouble(Window::perSecond).toArray()).orElse(0);
  }
}
