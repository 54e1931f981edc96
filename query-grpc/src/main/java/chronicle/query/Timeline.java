package chronicle.query;

import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLongArray;
import org.jspecify.annotations.Nullable;

/**
 * The stretches of ledgers' logs that were asked about more than once. What a moment stands for is
 * settled for ever, unless the ledger is another one by now: so a place found here counts only
 * beside an answer of its own incarnation.
 */
final class Timeline {
  /** Some 40 MB. */
  private static final int WEIGHT_MAX = 4_000_000;

  private static final int ASKED_KEPT = 4_096;

  private final Map<Start, Stretch> byPosition = new ConcurrentHashMap<>();
  private final NavigableMap<Start, Stretch> byTime =
      new ConcurrentSkipListMap<>(Comparator.comparing(Start::ledger).thenComparingLong(Start::at));
  private final AtomicInteger weight = new AtomicInteger();
  private final AtomicLongArray asked = new AtomicLongArray(ASKED_KEPT);

  private record Start(String ledger, long at) {}

  /** The end of the last command up to a position; empty where nothing is known about it. */
  Optional<Place> find(String ledger, long position) {
    return Optional.ofNullable(byPosition.get(new Start(ledger, Stretch.firstOf(position))))
        .map(stretch -> stretch.at(position));
  }

  /** The last position recorded at or before a time; empty where nothing is known about it. */
  Optional<Place> find(String ledger, Instant time) {
    return stretchOf(ledger, byTime.floorEntry(new Start(ledger, Stretch.micros(time))))
        .filter(stretch -> stretch.has(time))
        .map(stretch -> stretch.at(time));
  }

  /** Where to look for a time: in its stretch, or between those around it. */
  Bounds around(String ledger, Instant time) {
    var at = new Start(ledger, Stretch.micros(time));
    var before = stretchOf(ledger, byTime.floorEntry(at));
    var after = stretchOf(ledger, byTime.higherEntry(at));
    if (before.isEmpty()) {
      return after.map(next -> new Bounds(next.incarnation(), 0, next.first())).orElse(Bounds.NONE);
    }
    var last = before.get();
    if (last.has(time)) {
      var position = last.at(time).position();
      return new Bounds(last.incarnation(), position, position + 1);
    }
    var below =
        after
            .filter(next -> next.incarnation().equals(last.incarnation()))
            .map(Stretch::first)
            .orElse(Long.MAX_VALUE);
    return new Bounds(last.incarnation(), last.last(), below);
  }

  /** Notes that a position had to be looked up; whether one near it had, not long ago. */
  boolean isAskedAgain(String ledger, long position) {
    var mark = 31L * ledger.hashCode() + Stretch.firstOf(position);
    return asked.getAndSet(
            Math.floorMod(Long.hashCode(mark * 0x9E3779B97F4A7C15L), ASKED_KEPT), mark)
        == mark;
  }

  void add(String ledger, Stretch stretch) {
    if (weight.addAndGet(stretch.weight()) > WEIGHT_MAX) {
      byPosition.clear();
      byTime.clear();
      weight.set(stretch.weight());
    }
    byPosition.put(new Start(ledger, stretch.first()), stretch);
    byTime.put(new Start(ledger, stretch.from()), stretch);
  }

  private static Optional<Stretch> stretchOf(
      String ledger, Map.@Nullable Entry<Start, Stretch> entry) {
    return Optional.ofNullable(entry)
        .filter(found -> found.getKey().ledger().equals(ledger))
        .map(Map.Entry::getValue);
  }
}
