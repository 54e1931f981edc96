package chronicle.ledger.log;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.log.EventStore.Due;
import chronicle.runtime.Database;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One transaction on one connection. A batch costs three round trips: head, rows, commit; one more
 * where its commands are looked up.
 */
final class SqlTransaction implements EventStore.Transaction {
  /**
   * The clock is a statement of its own, so that it is read after the lock was granted, in the same
   * round trip.
   */
  private static final String LOCK_HEAD =
      """
      SELECT head, last_record_time, incarnation FROM ledgers WHERE ledger_id = ? FOR UPDATE;
      SELECT clock_timestamp()
      """;

  private static final String LOOK_HEAD =
      """
      SELECT head, last_record_time, incarnation FROM ledgers WHERE ledger_id = ?;
      SELECT clock_timestamp()
      """;

  private static final String SINCE =
      """
      SELECT position, event FROM events
      WHERE ledger_id = ? AND position > ? AND position <= ?
      ORDER BY position
      """;

  private static final String AT =
      """
      SELECT position, event FROM events
      WHERE ledger_id = ? AND position = ANY (?)
      ORDER BY position
      """;

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
  private static final String ACCOUNTS =
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

  private static final String WHOLE_ACCOUNTS =
      """
      SELECT position, event FROM events
      WHERE ledger_id = ? AND account_id = ANY (?) AND position + 0 <= ?
      ORDER BY account_id, account_version
      """;

  private static final String HISTORY =
      """
      SELECT position, event FROM events
      WHERE ledger_id = ? AND account_id = ? AND position <= ?
      ORDER BY account_version
      """;

  private static final String TRANSACTIONS =
      """
      SELECT transaction_id, status, due_time, closing_position, closing_count, reversed_by
      FROM transactions
      WHERE ledger_id = ? AND transaction_id = ANY (?)
      """;

  private static final String DUE =
      """
      SELECT transaction_id FROM transactions
      WHERE ledger_id = ? AND due_time <= ?
      ORDER BY due_time, transaction_id LIMIT ?;
      SELECT min(due_time) FROM transactions WHERE ledger_id = ? AND due_time > ?
      """;

  private static final String COMMANDS =
      """
      SELECT command_id, actor, request, refusal, first_position, event_count, record_time
      FROM commands
      WHERE ledger_id = ? AND command_id = ANY (?)
      """;

  private final Connection connection;
  private final LedgerId ledger;
  private final SnapshotTable snapshotTable;
  private final Head head;

  private SqlTransaction(
      Connection connection, LedgerId ledger, SnapshotTable snapshotTable, boolean lock)
      throws SQLException {
    this.connection = connection;
    this.ledger = ledger;
    this.snapshotTable = snapshotTable;
    this.head = readHead(lock);
  }

  static SqlTransaction begin(
      Database database, LedgerId ledger, SnapshotTable snapshotTable, boolean lock) {
    Connection connection = open(database);
    try {
      return new SqlTransaction(connection, ledger, snapshotTable, lock);
    } catch (SQLException e) {
      abandon(connection);
      throw SqlFailures.of(e);
    }
  }

  @Override
  public Head head() {
    return head;
  }

  @Override
  public Optional<List<RecordedEvent>> since(long position, int limit) {
    if (head.position() - position > limit) {
      return Optional.empty();
    }
    try (var statement = connection.prepareStatement(SINCE)) {
      statement.setString(1, ledger.value());
      statement.setLong(2, position);
      statement.setLong(3, head.position());
      return Optional.of(SqlEventStore.recorded(ledger, statement.executeQuery()));
    } catch (SQLException e) {
      throw SqlFailures.of(e);
    }
  }

  @Override
  public List<RecordedEvent> at(Collection<Long> positions) {
    try (var statement = connection.prepareStatement(AT)) {
      statement.setString(1, ledger.value());
      statement.setArray(2, connection.createArrayOf("bigint", positions.toArray()));
      return SqlEventStore.recorded(ledger, statement.executeQuery());
    } catch (SQLException e) {
      throw SqlFailures.of(e);
    }
  }

  @Override
  public Map<CommandId, RecordedCommand> commands(Collection<CommandId> ids) {
    try (var statement = connection.prepareStatement(COMMANDS)) {
      statement.setString(1, ledger.value());
      statement.setArray(2, texts(ids.stream().map(CommandId::value).toArray(String[]::new)));
      try (var rows = statement.executeQuery()) {
        var commands = new HashMap<CommandId, RecordedCommand>();
        while (rows.next()) {
          RecordedCommand command = command(rows);
          commands.put(command.id(), command);
        }
        return commands;
      }
    } catch (SQLException e) {
      throw SqlFailures.of(e);
    }
  }

  @Override
  public Map<AccountId, StoredAccount> accounts(Collection<AccountId> accounts) {
    try {
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
        stored.putAll(snapshotTable.isThere() ? accounts(ids) : wholeAccounts(ids));
      }
      return stored;
    } catch (SQLException e) {
      throw failureOf(e);
    }
  }

  private Map<AccountId, StoredAccount> newest(Array ids) throws SQLException {
    try (var statement = connection.prepareStatement(planned(NEWEST))) {
      statement.setString(1, ledger.value());
      statement.setLong(2, head.position());
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

  private Map<AccountId, StoredAccount> wholeAccounts(Array ids) throws SQLException {
    try (var statement = connection.prepareStatement(WHOLE_ACCOUNTS)) {
      statement.setString(1, ledger.value());
      statement.setArray(2, ids);
      statement.setLong(3, head.position());
      return whole(SqlEventStore.recorded(ledger, statement.executeQuery()));
    }
  }

  private Map<AccountId, StoredAccount> accounts(Array ids) throws SQLException {
    try (var statement = connection.prepareStatement(planned(ACCOUNTS))) {
      statement.setString(1, ledger.value());
      statement.setInt(2, Snapshot.FOLD_VERSION);
      statement.setLong(3, head.position());
      statement.setArray(4, ids);
      statement.setString(5, ledger.value());
      statement.setInt(6, Snapshot.FOLD_VERSION);
      statement.setString(7, ledger.value());
      statement.setLong(8, head.position());
      return stored(statement.executeQuery());
    }
  }

  /**
   * A session keeps a statement's plan, and one made for a short log reads a long one whole: so
   * each size of log, in bits of its head, has a statement of its own.
   */
  private String planned(String sql) {
    int bits = Long.SIZE - Long.numberOfLeadingZeros(head.position());
    return "%s-- planned for a head of %d bits".formatted(sql, bits);
  }

  /** Where the table of snapshots has gone, the next attempt does without. */
  private RuntimeException failureOf(SQLException thrown) {
    var _ = snapshotTable.isMissedBy(thrown);
    return SqlFailures.of(thrown);
  }

  @Override
  public List<RecordedEvent> history(AccountId account) {
    try (var statement = connection.prepareStatement(HISTORY)) {
      statement.setString(1, ledger.value());
      statement.setString(2, account.value());
      statement.setLong(3, head.position());
      return SqlEventStore.recorded(ledger, statement.executeQuery());
    } catch (SQLException e) {
      throw SqlFailures.of(e);
    }
  }

  @Override
  public Map<CommandId, TransactionRow> transactions(Collection<CommandId> ids) {
    try (var statement = connection.prepareStatement(TRANSACTIONS)) {
      statement.setString(1, ledger.value());
      statement.setArray(2, texts(ids.stream().map(CommandId::value).toArray(String[]::new)));
      try (var rows = statement.executeQuery()) {
        var transactions = new HashMap<CommandId, TransactionRow>();
        while (rows.next()) {
          TransactionRow row = transaction(rows);
          transactions.put(row.id(), row);
        }
        return transactions;
      }
    } catch (SQLException e) {
      throw SqlFailures.of(e);
    }
  }

  @Override
  public Due due(Instant time, int limit) {
    try (var statement = connection.prepareStatement(DUE)) {
      statement.setString(1, ledger.value());
      statement.setObject(2, time.atOffset(ZoneOffset.UTC));
      statement.setInt(3, limit);
      statement.setString(4, ledger.value());
      statement.setObject(5, time.atOffset(ZoneOffset.UTC));
      statement.execute();
      var due = new ArrayList<CommandId>();
      try (var rows = statement.getResultSet()) {
        while (rows.next()) {
          due.add(new CommandId(rows.getString(1)));
        }
      }
      statement.getMoreResults();
      try (var row = statement.getResultSet()) {
        row.next();
        return new Due(due, time(row, 1).orElse(Instant.MAX));
      }
    } catch (SQLException e) {
      throw SqlFailures.of(e);
    }
  }

  @Override
  public void append(Append batch) {
    Append rows = snapshotTable.isThere() ? batch : batch.withoutSnapshots();
    try {
      if (!AppendStatement.execute(connection, ledger, head.position(), rows)) {
        throw EventStoreException.lostRace("the head moved under its lock");
      }
    } catch (SQLException e) {
      throw failureOf(e);
    }
  }

  @Override
  public void commit() {
    try {
      connection.commit();
    } catch (SQLException e) {
      throw SqlFailures.ofCommit(e);
    }
  }

  @Override
  public void close() {
    abandon(connection);
  }

  private static Connection open(Database database) {
    try {
      Connection connection = database.connection();
      connection.setAutoCommit(false);
      return connection;
    } catch (SQLException e) {
      throw SqlFailures.of(e);
    }
  }

  /**
   * Rolls back what was not committed and gives the connection back; a broken one can only be
   * dropped.
   */
  private static void abandon(Connection connection) {
    try (connection) {
      connection.rollback();
    } catch (SQLException _) {
      // The server rolls back on its own when a connection breaks.
    }
  }

  private Head readHead(boolean lock) throws SQLException {
    try (var statement = connection.prepareStatement(lock ? LOCK_HEAD : LOOK_HEAD)) {
      statement.setString(1, ledger.value());
      statement.execute();
      try (var row = statement.getResultSet()) {
        if (!row.next()) {
          throw new SQLException("no row for ledger " + ledger, "02000");
        }
        long position = row.getLong(1);
        var lastRecordTime = row.getObject(2, OffsetDateTime.class).toInstant();
        String incarnation = row.getString(3);
        return new Head(position, lastRecordTime, clock(statement), incarnation);
      }
    }
  }

  private static Instant clock(PreparedStatement statement) throws SQLException {
    statement.getMoreResults(Statement.KEEP_CURRENT_RESULT);
    try (var row = statement.getResultSet()) {
      row.next();
      return row.getObject(1, OffsetDateTime.class).toInstant();
    }
  }

  private static RecordedCommand command(ResultSet row) throws SQLException {
    byte[] refusal = row.getBytes(4);
    return new RecordedCommand(
        new CommandId(row.getString(1)),
        row.getString(2),
        row.getBytes(3),
        refusal.length == 0 ? Optional.empty() : Optional.of(CommandCodec.decodeRefusal(refusal)),
        row.getLong(5),
        row.getInt(6),
        row.getObject(7, OffsetDateTime.class).toInstant());
  }

  /** Reads accounts from the columns of ACCOUNTS, and closes the rows. */
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
        long position = rows.getLong(1);
        if (!rows.wasNull()) {
          account.events().add(EventCodec.decode(ledger, position, rows.getBytes(2)));
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

  private static TransactionRow transaction(ResultSet row) throws SQLException {
    String reversedBy = row.getString(6);
    return new TransactionRow(
        new CommandId(row.getString(1)),
        TransactionRow.Status.valueOf(row.getString(2)),
        time(row, 3),
        row.getLong(4),
        row.getInt(5),
        reversedBy.isEmpty() ? Optional.empty() : Optional.of(new CommandId(reversedBy)));
  }

  private static Optional<Instant> time(ResultSet row, int column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }

  private Array texts(Collection<AccountId> accounts) throws SQLException {
    return texts(accounts.stream().map(AccountId::value).toArray(String[]::new));
  }

  private Array texts(String[] values) throws SQLException {
    return connection.createArrayOf("text", values);
  }
}
