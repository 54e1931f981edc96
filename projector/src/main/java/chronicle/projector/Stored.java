package chronicle.projector;

import java.util.Map;

/**
 * The rows before a batch of events, as far as the batch concerns them.
 *
 * @param accounts by id
 * @param transactions by id
 * @param holds of those transactions
 * @param backdated the totals of those of the accounts that have any, by id
 */
record Stored(
    Map<String, Account> accounts,
    Map<String, Transaction> transactions,
    Map<Hold.Key, Hold> holds,
    Map<String, Backdated.Total> backdated) {
  /** Before the first event. */
  static final Stored NOTHING = new Stored(Map.of(), Map.of(), Map.of(), Map.of());
}
