package chronicle.chaos.load;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Comparator;
import java.util.PriorityQueue;
import org.junit.jupiter.api.Test;

/** Loops against a server of which the test keeps the time. */
final class LoopTest {
  private static final long MILLI = 1_000_000;
  private static final long SECOND = 1_000 * MILLI;

  private final Clock clock = new Clock();

  @Test
  void anOpenLoopMakesItsCallsAtAConstantRate() {
    var loop = run(new Pacing.Open(1_000), call -> answerAfter(MILLI, call));

    assertThat(loop.units()).isEqualTo(1_000);
    assertThat(millisAt(loop, 50)).isBetween(1L, 2L);
  }

  @Test
  void anOpenLoopCountsAStallForAllWhoWouldHaveCalledMeanwhile() {
    var loop = run(new Pacing.Open(1_000), call -> answerAt(stalledUntil(500 * MILLI), call));

    // Half of all calls were due in that half second, and waited a quarter of one on average.
    assertThat(loop.units()).isEqualTo(1_000);
    assertThat(millisAt(loop, 75)).isBetween(230L, 270L);
    assertThat(millisAt(loop, 100)).isBetween(480L, 520L);
  }

  @Test
  void aClosedLoopSeesOneStallPerCallInFlight() {
    var loop = run(new Pacing.Closed(2), call -> answerAt(stalledUntil(500 * MILLI), call));

    assertThat(loop.latencyMicros.getCountBetweenValues(400_000, 600_000)).isEqualTo(2);
    assertThat(millisAt(loop, 75)).isBetween(1L, 2L);
  }

  @Test
  void aClosedLoopKeepsSoManyCallsInFlight() {
    var most = new int[2];

    run(
        new Pacing.Closed(7),
        call -> {
          most[0] = Math.max(most[0], ++most[1]);
          clock.after(
              MILLI,
              () -> {
                most[1]--;
                call.answered(1);
              });
        });

    assertThat(most[0]).isEqualTo(7);
  }

  @Test
  void anOpenLoopThatCantKeepUpSaysHowManyCallsItDidNotMake() {
    var loop = run(new Pacing.Open(1_000_000), _ -> {});

    assertThat(loop.units()).isZero();
    assertThat(loop.errors()).isEqualTo(1_000_000 - 4_096);
  }

  @Test
  void aFailedCallCountsAsAnErrorAndTheLoopGoesOn() {
    var calls = new int[1];

    var loop =
        run(
            new Pacing.Closed(1),
            call -> {
              if (calls[0]++ == 0) {
                call.failed();
              } else {
                answerAfter(MILLI, call);
              }
            });

    assertThat(loop.errors()).isOne();
    assertThat(loop.units()).isGreaterThan(900);
  }

  /** Runs a loop for a second of the clock, and until all that it asked for has been answered. */
  private Loop run(Pacing pacing, Caller caller) {
    var loop = Loop.of(pacing, caller, clock, SECOND);
    loop.begin();
    clock.runUntil(20 * SECOND);
    return loop;
  }

  private void answerAfter(long nanos, Call call) {
    answerAt(clock.nanoTime() + nanos, call);
  }

  private void answerAt(long nanos, Call call) {
    clock.after(nanos - clock.nanoTime(), () -> call.answered(1));
  }

  /** In a millisecond, but not before that time. */
  private long stalledUntil(long nanos) {
    return Math.max(nanos, clock.nanoTime() + MILLI);
  }

  private static long millisAt(Loop loop, double percentile) {
    return loop.latencyMicros.getValueAtPercentile(percentile) / 1_000;
  }

  /** Time goes on as far as the next task, at once. */
  private static final class Clock implements Timer {
    private final PriorityQueue<Task> tasks =
        new PriorityQueue<>(Comparator.comparingLong(Task::nanos).thenComparingLong(Task::number));
    private long nanos;
    private long number;

    @Override
    public long nanoTime() {
      return nanos;
    }

    @Override
    public void after(long delayNanos, Runnable task) {
      tasks.add(new Task(nanos + delayNanos, number++, task));
    }

    void runUntil(long endNanos) {
      while (!tasks.isEmpty() && tasks.element().nanos <= endNanos) {
        var task = tasks.remove();
        nanos = task.nanos;
        task.work.run();
      }
    }

    private record Task(long nanos, long number, Runnable work) {}
  }
}
