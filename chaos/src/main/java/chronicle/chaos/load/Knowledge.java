package chronicle.chaos.load;

import java.util.List;

/**
 * What a reader may know of a ledger that nobody writes to meanwhile.
 *
 * @param postedMinor of each account, by what was acknowledged
 * @param exact whether nothing failed, so that these are the balances
 * @param from where all accounts were open
 * @param to the head
 */
record Knowledge(List<Long> postedMinor, boolean exact, Moment from, Moment to) {
  static final Knowledge NOTHING =
      new Knowledge(List.of(), false, new Moment(1, 0), new Moment(1, 1));

  /** An event's position and its record time, in microseconds since 1970. */
  record Moment(long position, long micros) {}
}
