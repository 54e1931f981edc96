package chronicle.projector;

import chronicle.ledger.v1.AccountDigest;
import chronicle.ledger.v1.AccountDigests;
import chronicle.ledger.v1.GetFoldDigestResponse;
import chronicle.ledger.v1.TransactionDigests;
import chronicle.projector.RowKind.Table;
import chronicle.projector.StoredRows.Sum;
import chronicle.projector.Verification.Difference;
import chronicle.runtime.Digest;
import com.google.protobuf.ByteString;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Searches rows that are not the log's for the first account that differs: account by account, and
 * transactions by thousands of positions. For rows whose sum is known to differ, since it takes
 * longer than summing them all up.
 */
final class Differences {
  private static final List<Table> OF_ACCOUNTS =
      List.of(Table.ACCOUNTS, Table.ENTRIES, Table.HOLDS, Table.ACCOUNT_CHANGES, Table.BACKDATED);
  private static final int STRETCH_POSITIONS = 1_000;

  // Accounts of whose events no entry tells, and other rows of accounts that have none of their
  // own.
  private static final String STRAY =
      """
      SELECT account_id FROM THESE t
      WHERE generation = ? AND account_id <> ''
        AND NOT EXISTS (SELECT FROM THOSE k WHERE k.generation = t.generation AND k.account_id = t.account_id)
      LIMIT 1
      """;

  private final Connection session;
  private final Generation generation;
  private final StoredRows rows;
  private final Map<Table, Long> counted = new EnumMap<>(Table.class);
  private long different;
  private Optional<Difference> first = Optional.empty();

  /** Searches in the snapshot of the session. */
  Differences(Connection session, Generation generation, StoredRows rows) {
    this.session = session;
    this.generation = generation;
    this.rows = rows;
  }

  /** The first that was found. */
  Optional<Difference> first() {
    return first;
  }

  /** How many accounts were found. */
  long accounts() {
    return different;
  }

  /** Compares what a part of the ledger's fold says. */
  void compare(GetFoldDigestResponse part) throws SQLException {
    switch (part.getPartCase()) {
      case ACCOUNTS -> compare(part.getAccounts());
      case TRANSACTIONS -> compare(part.getTransactions());
      case FOLD -> compareCounts();
      case PART_NOT_SET -> {}
    }
  }

  private void compare(AccountDigests page) throws SQLException {
    var ids = page.getAccountsList().stream().map(AccountDigest::getAccount).toList();
    var found = new EnumMap<Table, Map<String, Sum>>(Table.class);
    for (var table : OF_ACCOUNTS) {
      found.put(table, rows.byAccount(table, ids));
    }
    for (var account : page.getAccountsList()) {
      var equal = true;
      for (var table : OF_ACCOUNTS) {
        equal &= equal(account, table, sum(found, table, account.getAccount()));
      }
      different += equal ? 0 : 1;
    }
  }

  private static Sum sum(Map<Table, Map<String, Sum>> found, Table table, String account) {
    return found.getOrDefault(table, Map.of()).getOrDefault(account, Sum.NONE);
  }

  private boolean equal(AccountDigest said, Table table, Sum found) {
    counted.merge(table, found.count(), Long::sum);
    var due = due(said, table);
    if (!found.equals(due)) {
      differs(said.getAccount(), table.title(), detail(found, due));
    }
    return found.equals(due);
  }

  private static String detail(Sum found, Sum due) {
    return found.count() == due.count()
        ? "digest %s of %d rows, the log says %s"
            .formatted(found.digest(), found.count(), due.digest())
        : "%d rows, the log says %d".formatted(found.count(), due.count());
  }

  private static Sum due(AccountDigest said, Table table) {
    return switch (table) {
      case ACCOUNTS -> new Sum(digest(said.getRow()), said.getRow().isEmpty() ? 0 : 1);
      case ENTRIES -> new Sum(digest(said.getEntries()), said.getEntryCount());
      case HOLDS -> new Sum(digest(said.getHolds()), said.getHoldCount());
      case ACCOUNT_CHANGES -> new Sum(digest(said.getChanges()), said.getChangeCount());
      case BACKDATED -> new Sum(digest(said.getBackdated()), said.getBackdatedCount());
      case TRANSACTIONS -> Sum.NONE;
    };
  }

  /** What the ledger says of a digest; nothing stands for zero. */
  static Digest digest(ByteString bytes) {
    return bytes.isEmpty() ? Digest.ZERO : Digest.of(bytes.toByteArray());
  }

  private void compare(TransactionDigests said) throws SQLException {
    var found = rows.byStretch();
    var due = new HashMap<Long, Digest>();
    said.getStretchesList()
        .forEach(stretch -> due.put(stretch.getFromPosition(), digest(stretch.getDigest())));
    var all = new TreeMap<Long, Digest>(found);
    all.putAll(due);
    for (var from : all.keySet()) {
      var here = found.getOrDefault(from, Digest.ZERO);
      var there = due.getOrDefault(from, Digest.ZERO);
      if (!here.equals(there)) {
        differs(
            "",
            Table.TRANSACTIONS.title(),
            "positions %d to %d: digest %s, the log says %s"
                .formatted(from, from + STRETCH_POSITIONS - 1, here, there));
      }
    }
  }

  /** Each row that the log knows was counted: if there are more, they are strays. */
  private void compareCounts() throws SQLException {
    for (var table : OF_ACCOUNTS) {
      var stored = rows.count(table);
      var due = counted.getOrDefault(table, 0L);
      if (stored != due) {
        differs(
            stray(table).orElse(""),
            table.title(),
            "%d rows, %d of accounts that the log knows".formatted(stored, due));
      }
    }
  }

  private Optional<String> stray(Table table) throws SQLException {
    var known = table == Table.ACCOUNTS ? Table.ENTRIES : Table.ACCOUNTS;
    var query = STRAY.replace("THESE", table.sql()).replace("THOSE", known.sql());
    try (var statement = session.prepareStatement(query)) {
      statement.setInt(1, generation.number());
      try (var row = statement.executeQuery()) {
        return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
      }
    }
  }

  private void differs(String account, String table, String detail) {
    if (first.isEmpty()) {
      first = Optional.of(new Difference(account, table, detail));
    }
  }
}
