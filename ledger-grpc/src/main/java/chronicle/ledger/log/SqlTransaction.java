package chronicle.ledger.log;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.LedgerId;
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
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One transaction on one connection. A batch costs four round trips: head, commands, rows, commit.
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

  private static final String HISTORIES =
      """
      SELECT position, event FROM events
      WHERE ledger_id = ? AND account_id = ANY (?) AND position <= ?
      ORDER BY account_id, account_version
      """;

  private static final String COMMANDS =
      """
      SELECT command_id, actor, request, refusal, first_position, event_count, record_time
      FROM commands
      WHERE ledger_id = ? AND command_id = ANY (?)
      """;

  /** Three statements in one round trip; the last one changes no row if the head has moved. */
  private static final String APPEND =
      """
      INSERT INTO events
        (ledger_id, position, account_id, account_version, event_type, record_time, event)
      SELECT ?, u.position, u.account_id, u.account_version, u.event_type, ?, u.event
      FROM unnest(?::bigint[], ?::text[], ?::bigint[], ?::text[], ?::bytea[])
        AS u (position, account_id, account_version, event_type, event);
      INSERT INTO commands
        (ledger_id, command_id, request, outcome, refusal, first_position, event_count, actor, record_time)
      SELECT ?, u.command_id, u.request, u.outcome, u.refusal, u.first_position, u.event_count, u.actor, ?
      FROM unnest(?::text[], ?::bytea[], ?::text[], ?::bytea[], ?::bigint[], ?::bigint[], ?::text[])
        AS u (command_id, request, outcome, refusal, first_position, event_count, actor);
      UPDATE ledgers SET head = ?, last_record_time = ? WHERE ledger_id = ? AND head = ?
      """;

  private static final String ACCEPTED = "ACCEPTED";
  private static final byte[] NO_REFUSAL = {};

  private final Connection connection;
  private final LedgerId ledger;
  private final Head head;

  private SqlTransaction(Connection connection, LedgerId ledger, boolean lock) throws SQLException {
    this.connection = connection;
    this.ledger = ledger;
    this.head = readHead(lock);
  }

  static SqlTransaction begin(Database database, LedgerId ledger, boolean lock) {
    Connection connection = open(database);
    try {
      return new SqlTransaction(connection, ledger, lock);
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
      return Optional.of(SqlEventStore.recorded(ledger, statement));
    } catch (SQLException e) {
      throw SqlFailures.of(e);
    }
  }

  @Override
  public List<RecordedEvent> at(Collection<Long> positions) {
    try (var statement = connection.prepareStatement(AT)) {
      statement.setString(1, ledger.value());
      statement.setArray(2, connection.createArrayOf("bigint", positions.toArray()));
      return SqlEventStore.recorded(ledger, statement);
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
  public Map<AccountId, List<RecordedEvent>> histories(Collection<AccountId> accounts) {
    try (var statement = connection.prepareStatement(HISTORIES)) {
      statement.setString(1, ledger.value());
      statement.setArray(2, texts(accounts.stream().map(AccountId::value).toArray(String[]::new)));
      statement.setLong(3, head.position());
      var histories = new LinkedHashMap<AccountId, List<RecordedEvent>>();
      for (RecordedEvent event : SqlEventStore.recorded(ledger, statement)) {
        histories.computeIfAbsent(event.account(), _ -> new ArrayList<>()).add(event);
      }
      return histories;
    } catch (SQLException e) {
      throw SqlFailures.of(e);
    }
  }

  @Override
  public void append(Append batch) {
    try (var statement = connection.prepareStatement(APPEND)) {
      OffsetDateTime recordTime = batch.recordTime().atOffset(ZoneOffset.UTC);
      statement.setString(1, ledger.value());
      statement.setObject(2, recordTime);
      bindEvents(statement, batch);
      statement.setString(8, ledger.value());
      statement.setObject(9, recordTime);
      bindCommands(statement, batch.commands());
      statement.setLong(17, head.position() + batch.events().size());
      statement.setObject(18, recordTime);
      statement.setString(19, ledger.value());
      statement.setLong(20, head.position());
      requireHeadMoved(statement);
    } catch (SQLException e) {
      throw SqlFailures.of(e);
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

  private void bindEvents(PreparedStatement statement, Append batch) throws SQLException {
    int size = batch.events().size();
    var positions = new long[size];
    var accounts = new String[size];
    var versions = new long[size];
    var types = new String[size];
    var bytes = new byte[size][];
    for (int i = 0; i < size; i++) {
      RecordedEvent event = batch.events().get(i);
      EncodedEvent encoded = batch.encoded().get(i);
      positions[i] = event.position();
      accounts[i] = event.account().value();
      versions[i] = event.accountVersion();
      types[i] = encoded.type();
      bytes[i] = encoded.bytes();
    }
    statement.setObject(3, positions);
    statement.setArray(4, texts(accounts));
    statement.setObject(5, versions);
    statement.setArray(6, texts(types));
    statement.setArray(7, bytes(bytes));
  }

  private void bindCommands(PreparedStatement statement, List<RecordedCommand> commands)
      throws SQLException {
    int size = commands.size();
    var ids = new String[size];
    var requests = new byte[size][];
    var outcomes = new String[size];
    var refusals = new byte[size][];
    var firsts = new long[size];
    var counts = new long[size];
    var actors = new String[size];
    for (int i = 0; i < size; i++) {
      RecordedCommand command = commands.get(i);
      ids[i] = command.id().value();
      requests[i] = command.request();
      outcomes[i] = command.refusal().map(refusal -> refusal.reason().name()).orElse(ACCEPTED);
      refusals[i] = command.refusal().map(CommandCodec::encode).orElse(NO_REFUSAL);
      firsts[i] = command.firstPosition();
      counts[i] = command.eventCount();
      actors[i] = command.actor();
    }
    statement.setArray(10, texts(ids));
    statement.setArray(11, bytes(requests));
    statement.setArray(12, texts(outcomes));
    statement.setArray(13, bytes(refusals));
    statement.setObject(14, firsts);
    statement.setObject(15, counts);
    statement.setArray(16, texts(actors));
  }

  private static void requireHeadMoved(PreparedStatement statement) throws SQLException {
    statement.execute();
    statement.getMoreResults();
    statement.getMoreResults();
    if (statement.getUpdateCount() != 1) {
      throw EventStoreException.lostRace("the head moved under its lock");
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

  private Array texts(String[] values) throws SQLException {
    return connection.createArrayOf("text", values);
  }

  private Array bytes(byte[][] values) throws SQLException {
    return connection.createArrayOf("bytea", values);
  }
}
