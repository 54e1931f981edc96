package chronicle.chaos.load;

/** When the calls of an open loop are due: one after the other at a constant rate. */
record Timetable(long startNanos, double perSecond) {
  /** When the call of that number is due; the first is 0, and due at the start. */
  long dueNanos(long number) {
    return startNanos + (long) (number * 1e9 / perSecond);
  }

  /** How many calls are due before that time. */
  long dueBefore(long nanos) {
    var number = (long) Math.ceil((nanos - startNanos) * perSecond / 1e9);
    return Math.max(0, number);
  }
}
