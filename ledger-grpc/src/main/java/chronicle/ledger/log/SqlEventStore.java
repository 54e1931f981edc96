package chronicle.ledger.log;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.LedgerId;
import chronicle.runtime.Database;
import chronicle.runtime.SqlFailure;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * The log in PostgreSQL or CockroachDB, by the same statements. The data source gives database that
 * commit by themselves; each transaction here takes one for its own.
 */
public final class SqlEventStore implements EventStore {
  private static final String PREPARE =
      """
      INSERT INTO ledgers (ledger_id, head, last_record_time, incarnation)
      VALUES (?, 0, '1970-01-01T00:00:00Z', ?)
      ON CONFLICT (ledger_id) DO NOTHING
      """;

  private static final String HEAD =
      """
      SELECT head, last_record_time, incarnation, clock_timestamp()
      FROM ledgers WHERE ledger_id = ?
      """;

  private static final String LEDGERS =
      """
      SELECT head, last_record_time, incarnation, clock_timestamp(), ledger_id
      FROM ledgers WHERE ledger_id > ? AND head > 0
      ORDER BY ledger_id LIMIT ?
      """;

  private static final String READ =
      """
      SELECT position, event_type, event FROM events
      WHERE ledger_id = ? AND position BETWEEN ? AND ?
      ORDER BY position LIMIT ?
      """;

  private static final String READ_FILTERED =
      """
      SELECT position, event_type, event FROM events
      WHERE ledger_id = ? AND position BETWEEN ? AND ?
        AND (? OR account_id = ANY (?))
        AND (? OR event_type = ANY (?))
      ORDER BY position LIMIT ?
      """;

  private static final String HISTORY =
      """
      SELECT position, event FROM events
      WHERE ledger_id = ? AND account_id = ? AND account_version > ? AND position <= ?
      ORDER BY account_version LIMIT ?
      """;

  private static final String HISTORIES =
      """
      SELECT position, event FROM events
      WHERE ledger_id = ? AND (account_id, account_version) > (?, ?) AND position <= ?
      ORDER BY account_id, account_version LIMIT ?
      """;

  private static final String SNAPSHOT =
      """
      SELECT account_id, account_version, position, state FROM account_snapshots
      WHERE ledger_id = ? AND account_id = ? AND fold_version = ? AND position <= ?
      ORDER BY account_version DESC LIMIT 1
      """;

  private static final String DUE =
      """
      SELECT DISTINCT ledger_id FROM transactions
      WHERE ledger_id = ANY (?) AND due_time <= clock_timestamp()
      """;

  private static final int PREPARE_ATTEMPTS_MAX = 10;

  private final Database database;
  private final SnapshotTable snapshotTable = new SnapshotTable();

  /** A log whose tables exist. */
  public SqlEventStore(Database database) {
    this.database = database;
  }

  @Override
  public void prepare(LedgerId ledger) {
    int attemptsLeft = PREPARE_ATTEMPTS_MAX;
    while (true) {
      try {
        insert(ledger);
        return;
      } catch (SQLException e) {
        if (--attemptsLeft == 0 || SqlFailure.of(e) != SqlFailure.SERIALIZATION) {
          throw SqlFailures.of(e);
        }
      }
    }
  }

  @Override
  public Optional<Head> head(LedgerId ledger) {
    try (var connection = database.connection();
        var statement = connection.prepareStatement(HEAD)) {
      statement.setString(1, ledger.value());
      try (var rows = statement.executeQuery()) {
        return rows.next()
            ? Optional.of(head(rows)).filter(head -> head.position() > 0)
            : Optional.empty();
      }
    } catch (SQLException e) {
      throw SqlFailures.of(e);
    }
  }

  @Override
  public List<LedgerHead> ledgers(String after, int limit) {
    try (var connection = database.connection();
        var statement = connection.prepareStatement(LEDGERS)) {
      statement.setString(1, after);
      statement.setInt(2, limit);
      try (var rows = statement.executeQuery()) {
        var ledgers = new ArrayList<LedgerHead>();
        while (rows.next()) {
          ledgers.add(new LedgerHead(new LedgerId(rows.getString(5)), head(rows)));
        }
        return ledgers;
      }
    } catch (SQLException e) {
      throw SqlFailures.of(e);
    }
  }

  @Override
  public List<EncodedEvent> read(LedgerId ledger, long from, long to, int limit) {
    try (var connection = database.connection();
        var statement = connection.prepareStatement(READ)) {
      statement.setString(1, ledger.value());
      statement.setLong(2, from);
      statement.setLong(3, to);
      statement.setInt(4, limit);
      return encoded(statement);
    } catch (SQLException e) {
      throw SqlFailures.of(e);
    }
  }

  @Override
  public List<EncodedEvent> read(
      LedgerId ledger, long from, long to, int limit, List<String> accounts, List<String> types) {
    try (var connection = database.connection();
        var statement = connection.prepareStatement(READ_FILTERED)) {
      var accountArray = connection.createArrayOf("text", accounts.toArray());
      var typeArray = connection.createArrayOf("text", types.toArray());
      statement.setString(1, ledger.value());
      statement.setLong(2, from);
      statement.setLong(3, to);
      statement.setBoolean(4, accounts.isEmpty());
      statement.setArray(5, accountArray);
      statement.setBoolean(6, types.isEmpty());
      statement.setArray(7, typeArray);
      statement.setInt(8, limit);
      return encoded(statement);
    } catch (SQLException e) {
      throw SqlFailures.of(e);
    }
  }

  @Override
  public List<RecordedEvent> history(
      LedgerId ledger, AccountId account, long afterVersion, long toPosition, int limit) {
    return history(HISTORY, ledger, account, afterVersion, toPosition, limit);
  }

  @Override
  public List<RecordedEvent> histories(
      LedgerId ledger, AccountId after, long afterVersion, long toPosition, int limit) {
    return history(HISTORIES, ledger, after, afterVersion, toPosition, limit);
  }

  private List<RecordedEvent> history(
      String sql,
      LedgerId ledger,
      AccountId account,
      long afterVersion,
      long toPosition,
      int limit) {
    try (var connection = database.connection();
        var statement = connection.prepareStatement(sql)) {
      statement.setString(1, ledger.value());
      statement.setString(2, account.value());
      statement.setLong(3, afterVersion);
      statement.setLong(4, toPosition);
      statement.setInt(5, limit);
      return recorded(ledger, statement.executeQuery());
    } catch (SQLException e) {
      throw SqlFailures.of(e);
    }
  }

  @Override
  public Optional<Snapshot> snapshot(LedgerId ledger, AccountId account, long toPosition) {
    if (!snapshotTable.isThere()) {
      return Optional.empty();
    }
    try (var connection = database.connection();
        var statement = connection.prepareStatement(SNAPSHOT)) {
      statement.setString(1, ledger.value());
      statement.setString(2, account.value());
      statement.setInt(3, Snapshot.FOLD_VERSION);
      statement.setLong(4, toPosition);
      try (var row = statement.executeQuery()) {
        return row.next() ? Optional.of(snapshot(row)) : Optional.empty();
      }
    } catch (SQLException e) {
      if (snapshotTable.isMissedBy(e)) {
        return Optional.empty();
      }
      throw SqlFailures.of(e);
    }
  }

  @Override
  public List<LedgerId> due(Collection<LedgerId> ledgers) {
    try (var connection = database.connection();
        var statement = connection.prepareStatement(DUE)) {
      var ids = ledgers.stream().map(LedgerId::value).toArray(String[]::new);
      statement.setArray(1, connection.createArrayOf("text", ids));
      try (var rows = statement.executeQuery()) {
        var due = new ArrayList<LedgerId>();
        while (rows.next()) {
          due.add(new LedgerId(rows.getString(1)));
        }
        return due;
      }
    } catch (SQLException e) {
      throw SqlFailures.of(e);
    }
  }

  @Override
  public Transaction lock(LedgerId ledger) {
    return SqlTransaction.begin(database, ledger, snapshotTable, true);
  }

  @Override
  public Transaction look(LedgerId ledger) {
    return SqlTransaction.begin(database, ledger, snapshotTable, false);
  }

  @Override
  public Instant append(LedgerId ledger, Head head, Append batch) {
    try (var connection = open()) {
      return AppendStatement.execute(connection, ledger, head, snapshotTable.rows(batch))
          .orElseThrow(() -> EventStoreException.lostRace("the head is another"));
    } catch (SQLException e) {
      var _ = snapshotTable.isMissedBy(e);
      throw SqlFailures.ofStatement(e);
    }
  }

  private Connection open() {
    try {
      return database.connection();
    } catch (SQLException e) {
      throw SqlFailures.of(e);
    }
  }

  /**
   * Reads head, last_record_time and incarnation from the first three columns, the clock from the
   * fourth.
   */
  static Head head(ResultSet row) throws SQLException {
    return new Head(
        row.getLong(1),
        row.getObject(2, OffsetDateTime.class).toInstant(),
        row.getObject(4, OffsetDateTime.class).toInstant(),
        row.getString(3));
  }

  /** Reads events from the columns position and event, and closes the rows. */
  static List<RecordedEvent> recorded(LedgerId ledger, ResultSet rows) throws SQLException {
    try (rows) {
      var events = new ArrayList<RecordedEvent>();
      while (rows.next()) {
        events.add(EventCodec.decode(ledger, rows.getLong(1), rows.getBytes(2)));
      }
      return events;
    }
  }

  /** Reads a snapshot from the columns account_id, account_version, position and state. */
  static Snapshot snapshot(ResultSet row) throws SQLException {
    return new Snapshot(
        new AccountId(row.getString(1)), row.getLong(2), row.getLong(3), row.getBytes(4));
  }

  private void insert(LedgerId ledger) throws SQLException {
    try (var connection = database.connection();
        var statement = connection.prepareStatement(PREPARE)) {
      statement.setString(1, ledger.value());
      statement.setString(2, UUID.randomUUID().toString());
      statement.executeUpdate();
    }
  }

  private static List<EncodedEvent> encoded(PreparedStatement statement) throws SQLException {
    try (var rows = statement.executeQuery()) {
      var events = new ArrayList<EncodedEvent>();
      while (rows.next()) {
        events.add(new EncodedEvent(rows.getLong(1), rows.getString(2), rows.getBytes(3)));
      }
      return events;
    }
  }
}
