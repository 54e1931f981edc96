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
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Writes all rows of a batch and moves the head, in one statement and one round trip: all of it
 * where the head is the one given, else nothing. A statement of its own, it commits by itself.
 */
final class AppendStatement implements AutoCloseable {
  /** The head's row is locked first: everything else is made of it. */
  private static final String EVENTS_AND_COMMANDS =
      """
      WITH moved AS (
        UPDATE ledgers SET head = ?, last_record_time = ?
        WHERE ledger_id = ? AND incarnation = ? AND head = ? AND last_record_time = ?
        RETURNING ledger_id, last_record_time AS record_time, clock_timestamp() AS clock
      ), new_events AS (
        INSERT INTO events
          (ledger_id, position, account_id, account_version, event_type, record_time, event, state)
        SELECT m.ledger_id, u.position, u.account_id, u.account_version, u.event_type, m.record_time, u.event, u.state
        FROM moved AS m, unnest(?::bigint[], ?::text[], ?::bigint[], ?::text[], ?::bytea[], ?::bytea[])
          AS u (position, account_id, account_version, event_type, event, state)
        RETURNING position
      ), new_commands AS (
        INSERT INTO commands
          (ledger_id, command_id, request, outcome, refusal, first_position, event_count, actor, record_time)
        SELECT m.ledger_id, u.command_id, u.request, u.outcome, u.refusal, u.first_position, u.event_count, u.actor,
          m.record_time
        FROM moved AS m, unnest(?::text[], ?::bytea[], ?::text[], ?::bytea[], ?::bigint[], ?::bigint[], ?::text[])
          AS u (command_id, request, outcome, refusal, first_position, event_count, actor)
        RETURNING command_id
      )
      """;

  private static final String TRANSACTIONS =
      """
      , new_transactions AS (
        INSERT INTO transactions
          (ledger_id, transaction_id, status, due_time, closing_position, closing_count, reversed_by)
        SELECT m.ledger_id, u.transaction_id, u.status, u.due_time::timestamptz, u.closing_position, u.closing_count,
          u.reversed_by
        FROM moved AS m, unnest(?::text[], ?::text[], ?::text[], ?::bigint[], ?::bigint[], ?::text[])
          AS u (transaction_id, status, due_time, closing_position, closing_count, reversed_by)
        ON CONFLICT (ledger_id, transaction_id) DO UPDATE SET
          status = excluded.status, due_time = excluded.due_time, closing_position = excluded.closing_position,
          closing_count = excluded.closing_count, reversed_by = excluded.reversed_by
        RETURNING transaction_id
      )
      """;

  private static final String SNAPSHOTS =
      """
      , new_snapshots AS (
        INSERT INTO account_snapshots (ledger_id, account_id, fold_version, account_version, position, state)
        SELECT m.ledger_id, u.account_id, ?, u.account_version, u.position, u.state
        FROM moved AS m, unnest(?::text[], ?::bigint[], ?::bigint[], ?::bytea[])
          AS u (account_id, account_version, position, state)
        ON CONFLICT (ledger_id, account_id, fold_version, account_version) DO NOTHING
        RETURNING account_id
      )
      """;

  private static final String CLOCK =
      """
      SELECT clock FROM moved
      """;

  private static final String ACCEPTED = "ACCEPTED";
  private static final byte[] NO_REFUSAL = {};

  private final Connection connection;
  private final Append batch;
  private final PreparedStatement statement;
  private int bound;

  private AppendStatement(Connection connection, Append batch) throws SQLException {
    this.connection = connection;
    this.batch = batch;
    statement =
        connection.prepareStatement(
            EVENTS_AND_COMMANDS
                + (batch.transactions().isEmpty() ? "" : TRANSACTIONS)
                + (batch.snapshots().isEmpty() ? "" : SNAPSHOTS)
                + CLOCK);
  }

  /** Returns the store's clock meanwhile; empty where the head is another, and nothing changed. */
  static Optional<Instant> execute(Connection connection, LedgerId ledger, Head head, Append batch)
      throws SQLException {
    try (var append = new AppendStatement(connection, batch)) {
      return append.execute(ledger, head);
    }
  }

  @Override
  public void close() throws SQLException {
    statement.close();
  }

  private Optional<Instant> execute(LedgerId ledger, Head head) throws SQLException {
    statement.setLong(++bound, head.position() + batch.events().size());
    time(batch.recordTime());
    text(ledger.value());
    text(head.incarnation());
    statement.setLong(++bound, head.position());
    time(head.lastRecordTime());
    bindEvents();
    bindCommands();
    if (!batch.transactions().isEmpty()) {
      bindTransactions();
    }
    if (!batch.snapshots().isEmpty()) {
      bindSnapshots();
    }
    try (var row = statement.executeQuery()) {
      return row.next()
          ? Optional.of(row.getObject(1, OffsetDateTime.class).toInstant())
          : Optional.empty();
    }
  }

  private void bindEvents() throws SQLException {
    longs(batch.events(), RecordedEvent::position);
    texts(batch.events(), event -> event.account().value());
    longs(batch.events(), RecordedEvent::accountVersion);
    texts(batch.encoded(), EncodedEvent::type);
    bytes(batch.encoded(), EncodedEvent::bytes);
    bytes(batch.states(), state -> state);
  }

  private void bindCommands() throws SQLException {
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
    List<TransactionRow> rows = batch.transactions();
    texts(rows, row -> row.id().value());
    texts(rows, row -> row.status().name());
    texts(rows, row -> row.dueTime().map(Instant::toString).orElse(null));
    longs(rows, TransactionRow::closingPosition);
    longs(rows, TransactionRow::closingCount);
    texts(rows, row -> row.reversedBy().map(CommandId::value).orElse(""));
  }

  private void bindSnapshots() throws SQLException {
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
