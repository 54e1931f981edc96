package chronicle.chaos.audit;

import java.util.concurrent.atomic.LongAdder;

/** How many calls came to what so far; reads included. Safe for use by many threads. */
public final class Progress {
  private final LongAdder answered = new LongAdder();
  private final LongAdder refused = new LongAdder();
  private final LongAdder failed = new LongAdder();
  private final LongAdder unknown = new LongAdder();

  void count(Outcome outcome) {
    switch (outcome) {
      case Outcome.Answered _ -> answered.increment();
      case Outcome.Refused _ -> refused.increment();
      case Outcome.Failed _ -> failed.increment();
      case Outcome.Unknown _ -> unknown.increment();
    }
  }

  /** The calls that were answered. */
  public long answered() {
    return answered.sum();
  }

  /** The calls that were refused. */
  public long refused() {
    return refused.sum();
  }

  /** The calls that certainly came to nothing. */
  public long failed() {
    return failed.sum();
  }

  /** The calls whose outcome was unknown when they ended. */
  public long unknown() {
    return unknown.sum();
  }

  @Override
  public String toString() {
    return "%d answered, %d refused, %d failed, %d unknown"
        .formatted(answered(), refused(), failed(), unknown());
  }
}
