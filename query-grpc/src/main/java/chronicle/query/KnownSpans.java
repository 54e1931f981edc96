package chronicle.query;

import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import org.jspecify.annotations.Nullable;

/**
 * The spans that were looked up before. What a time stands for is settled for ever, unless the
 * ledger is another one by now: so a span found here counts only beside an answer of its own
 * incarnation.
 */
final class KnownSpans {
  private static final int SPANS_MAX = 100_000;

  private final NavigableMap<Start, Span> spans =
      new ConcurrentSkipListMap<>(Comparator.comparing(Start::ledger).thenComparing(Start::time));

  private record Start(String ledger, Instant time) {}

  Optional<Span> find(String ledger, Instant time) {
    return spanOf(ledger, spans.floorEntry(new Start(ledger, time)))
        .filter(span -> time.isBefore(span.until()));
  }

  /** Where to look for a time that is in none of the spans: between the two around it. */
  Bounds around(String ledger, Instant time) {
    var asked = new Start(ledger, time);
    var before = spanOf(ledger, spans.floorEntry(asked));
    var after = spanOf(ledger, spans.higherEntry(asked));
    if (before.isEmpty()) {
      return after
          .map(next -> new Bounds(next.incarnation(), 0, next.position()))
          .orElse(Bounds.NONE);
    }
    var last = before.get();
    var below =
        after
            .filter(next -> next.incarnation().equals(last.incarnation()))
            .map(Span::position)
            .orElse(Long.MAX_VALUE);
    return new Bounds(last.incarnation(), last.position(), below);
  }

  void add(String ledger, Span span) {
    if (spans.size() >= SPANS_MAX) {
      spans.clear();
    }
    spans.put(new Start(ledger, span.from()), span);
  }

  private static Optional<Span> spanOf(String ledger, Map.@Nullable Entry<Start, Span> entry) {
    return Optional.ofNullable(entry)
        .filter(found -> found.getKey().ledger().equals(ledger))
        .map(Map.Entry::getValue);
  }
}
