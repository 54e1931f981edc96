package chronicle.chaos.load;

import java.util.concurrent.CompletableFuture;
import org.HdrHistogram.Histogram;

/** One run of a caller on a lane, by the lane's thread. */
abstract sealed class Loop {
  /** After a failure nothing is asked for that long, so that a broken server isn't hammered. */
  private static final long PAUSE_NANOS = 10_000_000;

  final Timer timer;
  final long endNanos;
  final Histogram latencyMicros = Measurement.histogram();
  final CompletableFuture<Loop> ended = new CompletableFuture<>();
  private final Caller caller;
  private int underWay;
  private long units;
  private long errors;

  private Loop(Caller caller, Timer timer, long endNanos) {
    this.caller = caller;
    this.timer = timer;
    this.endNanos = endNanos;
  }

  static Loop of(Pacing pacing, Caller caller, Timer timer, long endNanos) {
    return switch (pacing) {
      case Pacing.Closed(var inFlight) -> new Closed(caller, timer, endNanos, inFlight);
      case Pacing.Open(var perSecond) -> new Open(caller, timer, endNanos, perSecond);
    };
  }

  long units() {
    return units;
  }

  long errors() {
    return errors;
  }

  /** Makes the first calls. */
  abstract void begin();

  /** Whether an answer at that time counts. */
  abstract boolean counts(long nowNanos);

  /** A call has ended, and with a failure not just now. */
  abstract void callEnded();

  final void call(long startNanos) {
    underWay++;
    caller.call(new Started(startNanos));
  }

  final int underWay() {
    return underWay;
  }

  final void skipped(long calls) {
    errors += calls;
  }

  final void end() {
    caller.end();
    ended.complete(this);
  }

  private final class Started implements Call {
    private final long startNanos;

    Started(long startNanos) {
      this.startNanos = startNanos;
    }

    @Override
    public void answered(int answeredUnits) {
      answeredSince(startNanos, answeredUnits);
    }

    @Override
    public void answeredSince(long sinceNanos, int answeredUnits) {
      var nowNanos = timer.nanoTime();
      if (counts(nowNanos)) {
        units += answeredUnits;
        Measurement.record(latencyMicros, nowNanos - sinceNanos);
      }
      underWay--;
      callEnded();
    }

    @Override
    public void failed() {
      errors++;
      timer.after(
          PAUSE_NANOS,
          () -> {
            underWay--;
            callEnded();
          });
    }
  }

  /** Each answer makes the next call. */
  private static final class Closed extends Loop {
    private final int inFlight;

    Closed(Caller caller, Timer timer, long endNanos, int inFlight) {
      super(caller, timer, endNanos);
      this.inFlight = inFlight;
    }

    @Override
    void begin() {
      for (int i = 0; i < inFlight; i++) {
        call(timer.nanoTime());
      }
    }

    @Override
    boolean counts(long nowNanos) {
      return nowNanos - endNanos < 0;
    }

    @Override
    void callEnded() {
      var nowNanos = timer.nanoTime();
      if (nowNanos - endNanos < 0) {
        call(nowNanos);
      } else if (underWay() == 0) {
        end();
      }
    }
  }

  /**
   * The clock makes the calls. All that were due before the end are made and counted, however late.
   */
  private static final class Open extends Loop {
    private static final long TICK_NANOS = 500_000;
    private static final long OVERRUN_NANOS_MAX = 10_000_000_000L;
    private static final int UNDER_WAY_MAX = 4_096;

    private final Timetable timetable;
    private final long callsDue;
    private long made;

    Open(Caller caller, Timer timer, long endNanos, double perSecond) {
      super(caller, timer, endNanos);
      this.timetable = new Timetable(timer.nanoTime(), perSecond);
      this.callsDue = timetable.dueBefore(endNanos);
    }

    @Override
    void begin() {
      tick();
    }

    @Override
    boolean counts(long nowNanos) {
      return true;
    }

    @Override
    void callEnded() {
      // The next tick sees to what follows.
    }

    private void tick() {
      var nowNanos = timer.nanoTime();
      if (nowNanos - endNanos > OVERRUN_NANOS_MAX) {
        skipped(callsDue - made);
        made = callsDue;
      }
      while (made < callsDue
          && underWay() < UNDER_WAY_MAX
          && timetable.dueNanos(made) - nowNanos <= 0) {
        call(timetable.dueNanos(made++));
      }
      if (made == callsDue && underWay() == 0) {
        end();
      } else {
        timer.after(TICK_NANOS, this::tick);
      }
    }
  }
}
