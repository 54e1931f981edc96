package chronicle.projector;

import java.util.Map;

/**
 * The rows before a batch of events, as far as the batch concerns them.
 *
 * @param accounts by id
 * @param transactions by id
 * @param holds of those transactions
 */
record Stored(
    Map<String, Account> accounts,
    Map<String, Transaction> transactions,
    Map<Hold.Key, Hold> holds) {
  /** Before the first event. */
  static final Stored NOTHING = new Stored(Map.of(), Map.of(), Map.of());
}
