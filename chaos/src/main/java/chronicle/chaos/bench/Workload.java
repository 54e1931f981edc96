package chronicle.chaos.bench;

import chronicle.chaos.load.Measurement;
import java.time.Duration;

/** Something that can be kept busy for a while and measured; repeats are fine. */
interface Workload {
  Measurement run(Duration time);
}
