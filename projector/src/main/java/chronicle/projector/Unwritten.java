package chronicle.projector;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What was folded and is perhaps not in the database yet: the newest of each row. Belongs to one
 * thread.
 */
final class Unwritten {
  // One map of each batch, as it was folded: most of what is in them is never asked for.
  private final List<Map<String, Account>> accounts = new ArrayList<>();
  private final List<Map<String, Transaction>> transactions = new ArrayList<>();
  private final Map<String, Map<Hold.Key, Hold>> holds = new HashMap<>();
  private final Map<String, Backdated.Total> totals = new HashMap<>();
  private Optional<Rows> last = Optional.empty();

  void add(Rows rows) {
    accounts.add(rows.accounts());
    transactions.add(rows.transactions());
    rows.holds()
        .forEach((key, hold) ->
            holds.computeIfAbsent(key.transactionId(), _ -> new HashMap<>()).put(key, hold));
    rows.backdated().forEach(change -> totals.put(change.accountId(), change.total()));
    last = Optional.of(rows);
  }

  /** The position of what was folded last. */
  Optional<Long> position() {
    return last.map(Rows::position);
  }

  /** Forgets all but what was folded last: the rest is in the database. */
  void keepLast() {
    var rows = last;
    clear();
    rows.ifPresent(this::add);
  }

  void clear() {
    accounts.clear();
    transactions.clear();
    holds.clear();
    totals.clear();
    last = Optional.empty();
  }

  /** Puts those of the accounts that are here in the place of what was read. */
  void overlayAccounts(Collection<String> ids, Map<String, Account> read) {
    for (var id : ids) {
      for (var batch : accounts) {
        var account = batch.get(id);
        if (account != null) {
          read.put(id, account);
        }
      }
    }
  }

  /**
   * Puts those of the transactions that are here in the place of what was read, with their holds.
   */
  void overlayTransactions(
      Collection<String> ids, Map<String, Transaction> read, Map<Hold.Key, Hold> readHolds) {
    for (var id : ids) {
      for (var batch : transactions) {
        var transaction = batch.get(id);
        if (transaction != null) {
          read.put(id, transaction);
        }
      }
      readHolds.putAll(holds.getOrDefault(id, Map.of()));
    }
  }

  /** Puts the totals of those of the accounts that are here in the place of what was read. */
  void overlayTotals(Collection<String> accountIds, Map<String, Backdated.Total> read) {
    for (var id : accountIds) {
      var total = totals.get(id);
      if (total != null) {
        read.put(id, total);
      }
    }
  }
}
