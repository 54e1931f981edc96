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
 * One transaction on one connection, which begins with the head. A batch decided in it costs three
 * round trips: head, rows, commit; more where its commands or accounts are looked up.
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
      return new StoredAccounts(connection, ledger, snapshotTable, head.position()).find(accounts);
    } catch (SQLException e) {
      throw failureOf(e);
    }
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
    try {
      if (AppendStatement.execute(connection, ledger, head, snapshotTable.rows(batch)).isEmpty()) {
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

  private Array texts(String[] values) throws SQLException {
    return connection.createArrayOf("text", values);
  }
}
