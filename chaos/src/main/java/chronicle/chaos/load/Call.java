package chronicle.chaos.load;

/** One call under way; ends once, by one of these, on its lane's thread. */
public interface Call {
  /** It did what it should; its latency counts from when it was made, or due. */
  void answered(int units);

  /** As {@link #answered}, but its latency counts from that moment of {@link System#nanoTime}. */
  void answeredSince(long startNanos, int units);

  /** It failed. */
  void failed();
}
