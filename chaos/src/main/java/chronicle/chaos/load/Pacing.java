package chronicle.chaos.load;

/** How calls follow each other. */
public sealed interface Pacing {
  /**
   * So many calls at a time, each answer making the next call: what the server can do at most. A
   * server that stalls is asked less, so latencies say nothing about callers who would not wait.
   */
  record Closed(int inFlight) implements Pacing {
    /** Refuses fewer than one call. */
    public Closed {
      if (inFlight < 1) {
        throw new IllegalArgumentException("No call in flight.");
      }
    }

    /** The calls of one lane: the same for each, and the rest to the first. */
    @Override
    public Pacing share(int lane, int lanes) {
      return new Closed(Math.max(1, inFlight / lanes + (lane < inFlight % lanes ? 1 : 0)));
    }
  }

  /**
   * So many calls a second, whatever the answers take. A latency counts from the moment at which
   * its call was due, so that a stall is seen by all who would have called meanwhile: coordinated
   * omission can't happen.
   */
  record Open(double perSecond) implements Pacing {
    /** Refuses a rate that is none. */
    public Open {
      if (!(perSecond > 0)) {
        throw new IllegalArgumentException("No rate: " + perSecond);
      }
    }

    @Override
    public Pacing share(int lane, int lanes) {
      return new Open(perSecond / lanes);
    }
  }

  /** One lane's part of it. */
  Pacing share(int lane, int lanes);
}
