package chronicle.projector;

import chronicle.runtime.Digest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Map;

/** The digests of accounts' rows as they are stored, table by table. */
final class StoredSums {
  private final Map<String, Map<Table, Sum>> sums = new HashMap<>();

  /** The tables whose rows belong to accounts. */
  enum Table {
    ACCOUNTS("accounts"),
    ENTRIES("entries"),
    HOLDS("holds"),
    ACCOUNT_CHANGES("account_changes"),
    BACKDATED("backdated");

    private final String sql;

    Table(String sql) {
      this.sql = sql;
    }

    String sql() {
      return sql;
    }
  }

  /** The sum of the hashes of some rows, and their number. */
  record Sum(Digest digest, long count) {
    static final Sum NONE = new Sum(Digest.ZERO, 0);

    Sum plus(Sum other) {
      return new Sum(digest.plus(other.digest), count + other.count);
    }
  }

  private StoredSums() {}

  /** Adds what was read of other accounts. */
  void add(StoredSums others) {
    sums.putAll(others.sums);
  }

  /** Reads all rows of the accounts. */
  static StoredSums read(
      Connection session, Generation generation, Collection<String> ids, RowHashes hashes)
      throws SQLException {
    return read(session, generation, ids, hashes, () -> {});
  }

  /** Reads all rows of the accounts, and tells before each entry, of which there may be many. */
  static StoredSums read(
      Connection session,
      Generation generation,
      Collection<String> ids,
      RowHashes hashes,
      Runnable beforeEntry)
      throws SQLException {
    var sums = new StoredSums();
    for (var account : Accounts.load(session, generation, ids).values()) {
      sums.add(account.accountId(), Table.ACCOUNTS, hashes.account(account));
    }
    Accounts.openings(session, generation, ids)
        .forEach((id, opening) -> sums.more(id, Table.ACCOUNTS, hashes.opening(id, opening)));
    Entries.scan(
        session,
        generation,
        ids,
        entry -> {
          beforeEntry.run();
          sums.add(entry.accountId(), Table.ENTRIES, hashes.entry(entry));
        });
    Holds.scan(
        session,
        generation,
        ids,
        hold -> sums.add(hold.accountId(), Table.HOLDS, hashes.hold(hold)));
    AccountChanges.scan(
        session,
        generation,
        ids,
        change -> sums.add(change.accountId(), Table.ACCOUNT_CHANGES, hashes.change(change)));
    Backdateds.scan(
        session,
        generation,
        ids,
        backdated -> sums.add(backdated.accountId(), Table.BACKDATED, hashes.backdated(backdated)));
    return sums;
  }

  Sum of(String account, Table table) {
    return sums.getOrDefault(account, Map.of()).getOrDefault(table, Sum.NONE);
  }

  private void add(String account, Table table, Digest hash) {
    merge(account, table, new Sum(hash, 1));
  }

  private void more(String account, Table table, Digest hash) {
    merge(account, table, new Sum(hash, 0));
  }

  private void merge(String account, Table table, Sum sum) {
    sums.computeIfAbsent(account, _ -> new EnumMap<>(Table.class)).merge(table, sum, Sum::plus);
  }
}
