package chronicle.query;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.BitSet;
import java.util.Optional;

/**
 * A stretch of a ledger's log: when each of its positions was recorded, and where commands end. It
 * never changes. Times are in microseconds since 1970.
 */
final class Stretch {
  /** How many positions one has; they begin at 1, and so at each multiple of this after it. */
  static final int LENGTH = 1_024;

  private final String incarnation;
  private final long first;
  private final long endBefore;
  private final BitSet ends;

  // One for each batch of the ledger, whose events have one record time; the last is of what
  // follows.
  private final short[] batches;
  private final long[] times;

  private Stretch(
      String incarnation, long first, long endBefore, BitSet ends, short[] batches, long[] times) {
    this.incarnation = incarnation;
    this.first = first;
    this.endBefore = endBefore;
    this.ends = ends;
    this.batches = batches;
    this.times = times;
  }

  /** The first position of the stretch that has a position. */
  static long firstOf(long position) {
    return (position - 1) / LENGTH * LENGTH + 1;
  }

  long first() {
    return first;
  }

  long last() {
    return first + LENGTH - 1;
  }

  /** How much of memory it takes, in batches. */
  int weight() {
    return times.length + 32;
  }

  String incarnation() {
    return incarnation;
  }

  /** The first time for which {@link #at(Instant)} has an answer. */
  long from() {
    return times[0];
  }

  /** Whether {@link #at(Instant)} has an answer for a time. */
  boolean has(Instant time) {
    var micros = micros(time);
    return times[0] <= micros && micros < times[times.length - 1];
  }

  /** The end of the last command up to a position of the stretch. */
  Place at(long position) {
    var offset = (int) (position - first);
    var end = ends.previousSetBit(offset);
    return new Place(incarnation, end < 0 ? endBefore : first + end, times[batch(offset)]);
  }

  /** The last position recorded at or before a time, which is the end of a batch. */
  Place at(Instant time) {
    var found = Arrays.binarySearch(times, micros(time));
    var batch = found < 0 ? -found - 2 : found;
    return new Place(incarnation, first + batches[batch + 1] - 1, times[batch]);
  }

  private int batch(int offset) {
    var found = Arrays.binarySearch(batches, (short) offset);
    return found < 0 ? -found - 2 : found;
  }

  static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  /** Takes the events of a stretch in, from the first on, and the one that follows. */
  static final class Builder {
    private final String incarnation;
    private final long first;
    private final BitSet ends = new BitSet(LENGTH);
    private final short[] batches = new short[LENGTH + 1];
    private final long[] times = new long[LENGTH + 1];
    private long endBefore;
    private long next;
    private int count;
    private boolean hasGap;

    Builder(String incarnation, long first) {
      this.incarnation = incarnation;
      this.first = first;
      this.next = first;
    }

    /** Takes an event in, the {@code index}th from 0 of {@code size} of its command. */
    void add(long position, Instant recordTime, int index, int size) {
      hasGap |= position != next;
      if (hasGap) {
        return;
      }
      if (position == first) {
        endBefore = position - index - 1;
      }
      var micros = micros(recordTime);
      var offset = (int) (position - first);
      if (count == 0 || times[count - 1] != micros || offset == LENGTH) {
        batches[count] = (short) offset;
        times[count++] = micros;
      }
      if (offset < LENGTH && index >= size - 1) {
        ends.set(offset);
      }
      next++;
    }

    /** The stretch; empty where an event was missing, which a verification finds. */
    Optional<Stretch> build() {
      if (hasGap || next != first + LENGTH + 1) {
        return Optional.empty();
      }
      return Optional.of(
          new Stretch(
              incarnation,
              first,
              endBefore,
              ends,
              Arrays.copyOf(batches, count),
              Arrays.copyOf(times, count)));
    }
  }
}
