package chronicle.chaos.load;

/** The one thread of a lane, and its clock. */
interface Timer {
  /** As {@link System#nanoTime}. */
  long nanoTime();

  /** Runs the task on the lane's thread, no earlier than in that time. */
  void after(long nanos, Runnable task);
}
