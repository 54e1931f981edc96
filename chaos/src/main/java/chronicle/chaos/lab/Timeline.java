package chronicle.chaos.lab;

import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/** What happened when, by the clock of the calls' history. */
final class Timeline {
  /** Something that happened. */
  record Mark(long nanos, String what) {}

  private final LongSupplier clock;
  private final List<Mark> marks = new ArrayList<>();

  Timeline(LongSupplier clock) {
    this.clock = clock;
  }

  /** Takes down what happens now, and returns the time. */
  synchronized long mark(String what) {
    var now = clock.getAsLong();
    marks.add(new Mark(now, what));
    return now;
  }

  synchronized List<Mark> marks() {
    return List.copyOf(marks);
  }
}
