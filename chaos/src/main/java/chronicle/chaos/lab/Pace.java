package chronicle.chaos.lab;

import java.time.Duration;

/**
 * How long the phases of an experiment last at least, and how much load there is.
 *
 * @param warmUp under load, and not measured
 * @param before undisturbed
 * @param during harmed
 * @param after whole again
 * @param callsPerSecondMax of random commands and reads, of all clients together
 * @param depositsPerSecond offered beside them, by which the rate is measured
 */
record Pace(
    Duration warmUp,
    Duration before,
    Duration during,
    Duration after,
    int callsPerSecondMax,
    int depositsPerSecond) {
  /** As short as it can be and still show something. */
  static final Pace SHORT =
      new Pace(
          Duration.ZERO,
          Duration.ofMillis(500),
          Duration.ofSeconds(1),
          Duration.ofMillis(500),
          150,
          20);

  /** Harmed for so many seconds, ten seconds after the load began; before and after, ten. */
  static Pace lasting(int seconds, int callsPerSecondMax, int depositsPerSecond) {
    var calm = Duration.ofSeconds(10);
    return new Pace(
        calm, calm, Duration.ofSeconds(seconds), calm, callsPerSecondMax, depositsPerSecond);
  }
}
