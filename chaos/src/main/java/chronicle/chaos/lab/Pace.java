package chronicle.chaos.lab;

import java.time.Duration;

/**
 * How long the phases of an experiment last at least, and how much load there is.
 *
 * @param before undisturbed
 * @param during harmed
 * @param after whole again
 * @param callsPerSecondMax reads included, of all clients together
 */
record Pace(Duration before, Duration during, Duration after, int callsPerSecondMax) {
  /** As short as it can be and still show something. */
  static final Pace SHORT =
      new Pace(Duration.ofMillis(700), Duration.ofSeconds(1), Duration.ofMillis(700), 300);

  /** Harmed for so many seconds; before and after, five. */
  static Pace lasting(int seconds, int callsPerSecondMax) {
    var calm = Duration.ofSeconds(5);
    return new Pace(calm, Duration.ofSeconds(seconds), calm, callsPerSecondMax);
  }
}
