package chronicle.mesh;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** What a link does to its connections now, and a wait for a change of it. */
final class Weather {
  /**
   * How a link is harmed.
   *
   * @param refusing connections are reset
   * @param swallowing what comes in is lost
   * @param stalled the ways on which nothing moves
   * @param latency how much later each byte arrives
   * @param bytesPerSecond at most so many pass each way on each connection
   */
  record State(
      boolean refusing,
      boolean swallowing,
      Set<Link.Direction> stalled,
      Duration latency,
      long bytesPerSecond) {
    static final State FAIR = new State(false, false, Set.of(), Duration.ZERO, Long.MAX_VALUE);

    /** How long so many bytes take at the limited rate. */
    long nanosFor(int bytes) {
      return bytesPerSecond == Long.MAX_VALUE ? 0 : bytes * 1_000_000_000L / bytesPerSecond;
    }

    State withRefusing(boolean on) {
      return new State(on, swallowing, stalled, latency, bytesPerSecond);
    }

    State withSwallowing(boolean on) {
      return new State(refusing, on, stalled, latency, bytesPerSecond);
    }

    State withStalled(Set<Link.Direction> ways) {
      return new State(refusing, swallowing, ways, latency, bytesPerSecond);
    }

    State withLatency(Duration time) {
      return new State(refusing, swallowing, stalled, time, bytesPerSecond);
    }

    State withBytesPerSecond(long rate) {
      return new State(refusing, swallowing, stalled, latency, rate);
    }
  }

  private State state = State.FAIR;

  synchronized State now() {
    return state;
  }

  synchronized void change(UnaryOperator<State> change) {
    state = change.apply(state);
    notifyAll();
  }

  /**
   * Returns as soon as so many bytes, which came in then, may go on that way, the ones before them
   * having gone on at {@code lastNanos}; a change of the weather counts at once.
   */
  synchronized State awaitPassage(Link.Direction way, long cameNanos, int bytes, long lastNanos)
      throws InterruptedException {
    while (true) {
      if (state.stalled().contains(way)) {
        wait();
        continue;
      }
      var now = System.nanoTime();
      var left =
          Math.max(
              cameNanos + state.latency().toNanos() - now, lastNanos + state.nanosFor(bytes) - now);
      if (left <= 0) {
        return state;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
  }
}
