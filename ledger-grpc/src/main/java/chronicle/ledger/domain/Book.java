package chronicle.ledger.domain;

import chronicle.ledger.domain.Event.AccountEvent;
import chronicle.ledger.domain.Event.AssetRegistered;
import chronicle.ledger.domain.Event.LedgerCreated;
import chronicle.ledger.domain.Event.TransactionEvent;
import java.util.Collections;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What holds for a ledger as a whole: a fold of the events about the ledger itself; version 0 is no
 * ledger yet. {@code scales} are those of the assets registered, by code.
 */
public record Book(long version, SortedMap<String, Integer> scales) {
  /** The book before the first event. */
  public static final Book UNOPENED = new Book(0, Collections.emptySortedMap());

  /** Whether the ledger has been created. */
  public boolean isOpen() {
    return version > 0;
  }

  /** Whether an account may be kept in the currency. */
  public boolean knows(String currency) {
    return Assets.isIso4217(currency) || scales.containsKey(currency);
  }

  /**
   * Returns the book after one more event; one that is not about the ledger throws {@link
   * IllegalStateException}.
   */
  public Book evolve(Event event) {
    return switch (event) {
      case LedgerCreated _ -> new Book(version + 1, scales);
      case AssetRegistered(var currency, var scale) -> {
        var more = new TreeMap<>(scales);
        more.put(currency, scale);
        yield new Book(version + 1, Collections.unmodifiableSortedMap(more));
      }
      case AccountEvent _, TransactionEvent _ ->
          throw new IllegalStateException("not about the ledger: " + event);
    };
  }
}
