package chronicle.ledger.log;

import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.LedgerId;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Writes all rows of a batch in one round trip; its last statement moves the head, and changes no
 * row if the head has moved.
 */
final class AppendStatement implements AutoCloseable {
  private static final String EVENTS =
      """
      INSERT INTO events
        (ledger_id, position, account_id, account_version, event_type, record_time, event, state)
      SELECT ?, u.position, u.account_id, u.account_version, u.event_type, ?, u.event, u.state
      FROM unnest(?::bigint[], ?::text[], ?::bigint[], ?::text[], ?::bytea[], ?::bytea[])
        AS u (position, account_id, account_version, event_type, event, state);
      """;

  private static final String COMMANDS =
      """
      INSERT INTO commands
        (ledger_id, command_id, request, outcome, refusal, first_position, event_count, actor, record_time)
      SELECT ?, u.command_id, u.request, u.outcome, u.refusal, u.first_position, u.event_count, u.actor, ?
      FROM unnest(?::text[], ?::bytea[], ?::text[], ?::bytea[], ?::bigint[], ?::bigint[], ?::text[])
        AS u (command_id, request, outcome, refusal, first_position, event_count, actor);
      """;

  private static final String TRANSACTIONS =
      """
      INSERT INTO transactions
        (ledger_id, transaction_id, status, due_time, closing_position, closing_count, reversed_by)
      SELECT ?, u.transaction_id, u.status, u.due_time::timestamptz, u.closing_position, u.closing_count, u.reversed_by
      FROM unnest(?::text[], ?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::text[])
        AS u (transaction_id, status, due_time, closing_position, closing_count, reversed_by)
      ON CONFLICT (ledger_id, transaction_id) DO UPDATE SET
        status = excluded.status, due_time = excluded.due_time, closing_position = excluded.closing_position,
        closing_count = excluded.closing_count, reversed_by = excluded.reversed_by;
      """;

  private static final String SNAPSHOTS =
      """
      INSERT INTO account_snapshots (ledger_id, account_id, fold_version, account_version, position, state)
      SELECT ?, u.account_id, ?, u.account_version, u.position, u.state
      FROM unnest(?::text[], ?::bigint[], ?::bigint[], ?::bytea[])
        AS u (account_id, account_version, position, state)
      ON CONFLICT (ledger_id, account_id, fold_version, account_version) DO NOTHING;
      """;

  private static final String MOVE_HEAD =
      """
      UPDATE ledgers SET head = ?, last_record_time = ? WHERE ledger_id = ? AND head = ?
      """;

  private static final String ACCEPTED = "ACCEPTED";
  private static final byte[] NO_REFUSAL = {};

  private final Connection connection;
  private final LedgerId ledger;
  private final Append batch;
  private final PreparedStatement statement;
  private final int statements;
  private int bound;

  private AppendStatement(Connection connection, LedgerId ledger, Append batch)
      throws SQLException {
    this.connection = connection;
    this.ledger = ledger;
    this.batch = batch;
    var sql = new StringBuilder(EVENTS).append(COMMANDS);
    int count = 3;
    if (!batch.transactions().isEmpty()) {
      sql.append(TRANSACTIONS);
      count++;
    }
    if (!batch.snapshots().isEmpty()) {
      sql.append(SNAPSHOTS);
      count++;
    }
    statement = connection.prepareStatement(sql.append(MOVE_HEAD).toString());
    statements = count;
  }

  /** Returns whether the head was still where it was to be moved from. */
  static boolean execute(Connection connection, LedgerId ledger, long head, Append batch)
      throws SQLException {
    try (var append = new AppendStatement(connection, ledger, batch)) {
      return append.execute(head);
    }
  }

  @Override
  public void close() throws SQLException {
    statement.close();
  }

  private boolean execute(long head) throws SQLException {
    bindEvents();
    bindCommands();
    if (!batch.transactions().isEmpty()) {
      bindTransactions();
    }
    if (!batch.snapshots().isEmpty()) {
      bindSnapshots();
    }
    statement.setLong(++bound, head + batch.events().size());
    time(batch.recordTime());
    text(ledger.value());
    statement.setLong(++bound, head);
    statement.execute();
    for (int i = 1; i < statements; i++) {
      statement.getMoreResults();
    }
    return statement.getUpdateCount() == 1;
  }

  private void bindEvents() throws SQLException {
    text(ledger.value());
    time(batch.recordTime());
    longs(batch.events(), RecordedEvent::position);
    texts(batch.events(), event -> event.account().value());
    longs(batch.events(), RecordedEvent::accountVersion);
    texts(batch.encoded(), EncodedEvent::type);
    bytes(batch.encoded(), EncodedEvent::bytes);
    bytes(batch.states(), state -> state);
  }

  private void bindCommands() throws SQLException {
    text(ledger.value());
    time(batch.recordTime());
    List<RecordedCommand> commands = batch.commands();
    texts(commands, command -> command.id().value());
    bytes(commands, RecordedCommand::request);
    texts(commands, command -> command.refusal().map(it -> it.reason().name()).orElse(ACCEPTED));
    bytes(commands, command -> command.refusal().map(CommandCodec::encode).orElse(NO_REFUSAL));
    longs(commands, RecordedCommand::firstPosition);
    longs(commands, RecordedCommand::eventCount);
    texts(commands, RecordedCommand::actor);
  }

  private void bindTransactions() throws SQLException {
    text(ledger.value());
    List<TransactionRow> rows = batch.transactions();
    texts(rows, row -> row.id().value());
    texts(rows, row -> row.status().name());
    texts(rows, row -> row.dueTime().map(Instant::toString).orElse(null));
    longs(rows, TransactionRow::closingPosition);
    longs(rows, TransactionRow::closingCount);
    texts(rows, row -> row.reversedBy().map(CommandId::value).orElse(""));
  }

  private void bindSnapshots() throws SQLException {
    text(ledger.value());
    statement.setInt(++bound, Snapshot.FOLD_VERSION);
    texts(batch.snapshots(), snapshot -> snapshot.account().value());
    longs(batch.snapshots(), Snapshot::version);
    longs(batch.snapshots(), Snapshot::position);
    bytes(batch.snapshots(), Snapshot::state);
  }

  private void text(String value) throws SQLException {
    statement.setString(++bound, value);
  }

  private void time(Instant time) throws SQLException {
    OffsetDateTime utc = time.atOffset(ZoneOffset.UTC);
    statement.setObject(++bound, utc);
  }

  private <R> void longs(List<R> rows, ToLongFunction<R> column) throws SQLException {
    var values = new long[rows.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = column.applyAsLong(rows.get(i));
    }
    statement.setObject(++bound, values);
  }

  private <R> void texts(List<R> rows, Function<R, @Nullable String> column) throws SQLException {
    var values = new @Nullable String[rows.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = column.apply(rows.get(i));
    }
    statement.setArray(++bound, connection.createArrayOf("text", values));
  }

  private <R> void bytes(List<R> rows, Function<R, byte[]> column) throws SQLException {
    var values = new byte[rows.size()][];
    for (int i = 0; i < values.length; i++) {
      values[i] = column.apply(rows.get(i));
    }
    statement.setArray(++bound, connection.createArrayOf("bytea", values));
  }
}
