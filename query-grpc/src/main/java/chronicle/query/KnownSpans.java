package chronicle.query;

import java.time.Instant;
import java.util.Comparator;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;

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
    return Optional.ofNullable(spans.floorEntry(new Start(ledger, time)))
        .filter(before -> before.getKey().ledger().equals(ledger))
        .map(Map.Entry::getValue)
        .filter(span -> time.isBefore(span.until()));
  }

  void add(String ledger, Span span) {
    if (spans.size() >= SPANS_MAX) {
      spans.clear();
    }
    spans.put(new Start(ledger, span.from()), span);
  }
}
