package chronicle.chaos.audit;

import java.util.ArrayList;
import java.util.List;

/** The calls of all clients, up to a bound. Safe for use by many threads. */
public final class History {
  private final int callsMax;
  private final long begin = System.nanoTime();
  private final List<Call> calls = new ArrayList<>();

  /** A history that takes so many calls. */
  public History(int callsMax) {
    this.callsMax = callsMax;
  }

  /** The history's clock: nanoseconds since it was begun. */
  public long now() {
    return System.nanoTime() - begin;
  }

  /**
   * Adds a call. A call that was made is never left out, so clients look at {@link #isFull} before
   * they make one, and the bound may be passed by what was under way then.
   */
  public synchronized void add(Call call) {
    calls.add(call);
  }

  /** Whether no further call is to be made. */
  public synchronized boolean isFull() {
    return calls.size() >= callsMax;
  }

  /** The calls so far, in the order in which they ended. */
  public synchronized List<Call> calls() {
    return List.copyOf(calls);
  }
}
