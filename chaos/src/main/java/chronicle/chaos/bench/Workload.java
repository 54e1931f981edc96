package chronicle.chaos.bench;

import java.time.Duration;

/** Something that can be kept busy for a while and measured. */
interface Workload {
  /** What the report calls it. */
  String name();

  /** Runs in a closed loop for that long; repeats are fine. */
  Measurement run(Duration time);
}
