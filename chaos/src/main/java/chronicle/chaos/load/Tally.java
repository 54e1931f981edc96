package chronicle.chaos.load;

import java.util.Map;
import java.util.TreeMap;

/** What one lane's calls came to since the lane was opened; touched by its thread alone. */
final class Tally {
  /** What acknowledged commands added to each account's posted sum. */
  final long[] postedMinor;

  /** What acknowledged commands hold of each account. */
  final long[] heldMinor;

  /** Failed calls by their status and message. */
  final Map<String, Long> failures = new TreeMap<>();

  /** Wrong answers by what is wrong with them. */
  final Map<String, Long> wrongs = new TreeMap<>();

  /** Events of acknowledged commands. */
  long events;

  /** Commands of failed calls, which may or may not have been executed. */
  long unknown;

  Tally(int accounts) {
    postedMinor = new long[accounts];
    heldMinor = new long[accounts];
  }

  void failed(String why, int units) {
    failures.merge(why, 1L, Long::sum);
    unknown += units;
  }

  void wrong(String what) {
    wrongs.merge(what, 1L, Long::sum);
  }
}
