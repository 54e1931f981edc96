package chronicle.ledger.log;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.LedgerId;
import java.sql.Array;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what the event store has of accounts as of a position: mostly each one's newest event and
 * the state beside it, else its newest snapshot and the events since, else all its events.
 */
final class StoredAccounts {
  /**
   * The newest event of each account, and the state beside it. The sum keeps the planner from the
   * index of positions, by which it would read the whole log; here and below.
   */
  private static final String NEWEST =
      """
      SELECT e.position, e.event, e.state
      FROM (
        SELECT a.account_id, (
          SELECT max(account_version) FROM events
          WHERE ledger_id = ? AND account_id = a.account_id AND position + 0 <= ?) AS account_version
        FROM unnest(?::text[]) AS a (account_id)) AS newest
      JOIN events AS e
        ON e.ledger_id = ? AND e.account_id = newest.account_id AND e.account_version = newest.account_version
      """;

  /**
   * The events of each account from its newest snapshot on, the one that it was taken at included,
   * beside that snapshot.
   */
  private static final String SINCE_SNAPSHOTS =
      """
      WITH newest AS MATERIALIZED (
        SELECT a.account_id, (
          SELECT max(account_version) FROM account_snapshots
          WHERE ledger_id = ? AND account_id = a.account_id AND fold_version = ? AND position <= ?) AS account_version
        FROM unnest(?::text[]) AS a (account_id))
      SELECT e.position, e.event, newest.account_id, s.account_version, s.position, s.state
      FROM newest
      LEFT JOIN account_snapshots AS s
        ON s.ledger_id = ? AND s.account_id = newest.account_id AND s.fold_version = ?
        AND s.account_version = newest.account_version
      LEFT JOIN events AS e
        ON e.ledger_id = ? AND e.account_id = newest.account_id
        AND e.account_version >= COALESCE(newest.account_version, 0) AND e.position + 0 <= ?
      WHERE s.position IS NOT NULL OR e.position IS NOT NULL
      ORDER BY e.account_id, e.account_version
      """;

  private static final String WHOLE =
      """
      SELECT position, event FROM events
      WHERE ledger_id = ? AND account_id = ANY (?) AND position + 0 <= ?
      ORDER BY account_id, account_version
      """;

  private final Connection connection;
  private final LedgerId ledger;
  private final SnapshotTable snapshotTable;
  private final long position;

  StoredAccounts(
      Connection connection, LedgerId ledger, SnapshotTable snapshotTable, long position) {
    this.connection = connection;
    this.ledger = ledger;
    this.snapshotTable = snapshotTable;
    this.position = position;
  }

  /** Finds those of the accounts that have an event. */
  Map<AccountId, StoredAccount> find(Collection<AccountId> accounts) throws SQLException {
    Map<AccountId, StoredAccount> stored = newest(texts(accounts));
    // The ledger itself, and accounts last written to before states stood beside events.
    var stateless = new ArrayList<AccountId>();
    stored.forEach((id, account) -> {
      if (account.snapshot().isEmpty()) {
        stateless.add(id);
      }
    });
    if (!stateless.isEmpty()) {
      Array ids = texts(stateless);
      stored.putAll(snapshotTable.isThere() ? sinceSnapshots(ids) : whole(ids));
    }
    return stored;
  }

  private Map<AccountId, StoredAccount> newest(Array ids) throws SQLException {
    try (var statement = connection.prepareStatement(planned(NEWEST))) {
      statement.setString(1, ledger.value());
      statement.setLong(2, position);
      statement.setArray(3, ids);
      statement.setString(4, ledger.value());
      try (var rows = statement.executeQuery()) {
        var stored = new HashMap<AccountId, StoredAccount>();
        while (rows.next()) {
          RecordedEvent event = EventCodec.decode(ledger, rows.getLong(1), rows.getBytes(2));
          stored.put(event.account(), newest(event, SnapshotCodec.unmark(rows.getBytes(3))));
        }
        return stored;
      }
    }
  }

  private static StoredAccount newest(RecordedEvent event, Optional<byte[]> state) {
    return new StoredAccount(
        state.map(
            it -> new Snapshot(event.account(), event.accountVersion(), event.position(), it)),
        List.of(event));
  }

  private Map<AccountId, StoredAccount> whole(Array ids) throws SQLException {
    try (var statement = connection.prepareStatement(WHOLE)) {
      statement.setString(1, ledger.value());
      statement.setArray(2, ids);
      statement.setLong(3, position);
      return whole(SqlEventStore.recorded(ledger, statement.executeQuery()));
    }
  }

  private Map<AccountId, StoredAccount> sinceSnapshots(Array ids) throws SQLException {
    try (var statement = connection.prepareStatement(planned(SINCE_SNAPSHOTS))) {
      statement.setString(1, ledger.value());
      statement.setInt(2, Snapshot.FOLD_VERSION);
      statement.setLong(3, position);
      statement.setArray(4, ids);
      statement.setString(5, ledger.value());
      statement.setInt(6, Snapshot.FOLD_VERSION);
      statement.setString(7, ledger.value());
      statement.setLong(8, position);
      return stored(statement.executeQuery());
    }
  }

  /**
   * A session keeps a statement's plan, and one made for a short log reads a long one whole: so
   * each size of log, in bits of its head, has a statement of its own.
   */
  private String planned(String sql) {
    int bits = Long.SIZE - Long.numberOfLeadingZeros(position);
    return "%s-- planned for a head of %d bits".formatted(sql, bits);
  }

  /** Reads accounts from the columns of SINCE_SNAPSHOTS, and closes the rows. */
  private Map<AccountId, StoredAccount> stored(ResultSet rows) throws SQLException {
    try (rows) {
      var stored = new HashMap<AccountId, StoredAccount>();
      while (rows.next()) {
        var id = new AccountId(rows.getString(3));
        StoredAccount account = stored.get(id);
        if (account == null) {
          account = new StoredAccount(snapshot(id, rows), new ArrayList<>());
          stored.put(id, account);
        }
        long eventPosition = rows.getLong(1);
        if (!rows.wasNull()) {
          account.events().add(EventCodec.decode(ledger, eventPosition, rows.getBytes(2)));
        }
      }
      return stored;
    }
  }

  private static Optional<Snapshot> snapshot(AccountId id, ResultSet row) throws SQLException {
    long version = row.getLong(4);
    return row.wasNull()
        ? Optional.empty()
        : Optional.of(new Snapshot(id, version, row.getLong(5), row.getBytes(6)));
  }

  private static Map<AccountId, StoredAccount> whole(List<RecordedEvent> events) {
    var stored = new HashMap<AccountId, StoredAccount>();
    for (RecordedEvent event : events) {
      stored
          .computeIfAbsent(
              event.account(), _ -> new StoredAccount(Optional.empty(), new ArrayList<>()))
          .events()
          .add(event);
    }
    return stored;
  }

  private Array texts(Collection<AccountId> accounts) throws SQLException {
    return connection.createArrayOf(
        "text", accounts.stream().map(AccountId::value).toArray(String[]::new));
  }
}
