package chronicle.projector;

import static org.assertj.core.api.Assertions.assertThat;

import chronicle.event.v1.Event;
import chronicle.mesh.TestDatabase;
import chronicle.runtime.Database;
import chronicle.runtime.DatabaseSettings;
import chronicle.runtime.Telemetry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * A read model of its own, on real PostgreSQL, that can tell whether it equals the fold of a log.
 */
final class StoredModel implements AutoCloseable {
  private static final String ENTRIES =
      """
      SELECT position, account_id, account_version, event_type, currency_code, COALESCE(amount, 0), posted_after,
        held_after, available_after, command_id, transaction_id, transaction_index, transaction_size,
        counterparty_account, record_time, effective_time, reference, metadata
      FROM entries WHERE ledger_id = ? ORDER BY position, account_id LIKE 'external:%'
      """;

  private final TestDatabase testDatabase = TestDatabase.forReadModel();
  private final Telemetry telemetry = Telemetry.start("test", "127.0.0.1", 0);
  private final Database database =
      Database.open(
          DatabaseSettings.of("read-model", testDatabase.jdbcUrl(), 4).withAutoCommit(false),
          telemetry);

  StoredModel() {
    try {
      database.migrate(ProjectorMain.MIGRATIONS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  Sessions sessions() {
    return database::connection;
  }

  Telemetry telemetry() {
    return telemetry;
  }

  Checkpoint checkpoint(String ledger) throws SQLException {
    try (var session = database.connection()) {
      return Checkpoints.load(session, ledger);
    }
  }

  /**
   * G7: the read model at its position equals the fold of the log to it, and that position is the
   * log's head.
   */
  void assertEqualsFoldOf(List<Event> events) throws SQLException {
    var ledger = events.getFirst().getLedger();
    var rows = Fold.fold(ledger, 0, Stored.NOTHING, events);
    assertThat(checkpoint(ledger).position()).isEqualTo(rows.position());
    assertThat(entries(ledger))
        .isEqualTo(rows.entries().stream().map(StoredModel::comparable).toList());
    try (var session = database.connection()) {
      assertThat(Accounts.load(session, ledger, rows.accounts().keySet()))
          .isEqualTo(rows.accounts());
    }
    assertTransactionsEqual(ledger, rows);
    assertChangesEqual(ledger, rows);
    assertThat(BackdatedRows.load(database.connection(), ledger)).isEqualTo(rows.backdated());
    assertThat(number(BackdatedRows.WRONG_SUMS)).isZero();
    assertThat(count("accounts", ledger)).isEqualTo(rows.accounts().size());
    assertThat(count("transactions", ledger)).isEqualTo(rows.transactions().size());
    assertThat(count("holds", ledger)).isEqualTo(rows.holds().size());
    assertThat(
            number(
                "SELECT count(*) FROM (SELECT FROM accounts GROUP BY currency_code HAVING sum(posted) <> 0) AS unbalanced"))
        .isZero();
  }

  private void assertTransactionsEqual(String ledger, Rows rows) throws SQLException {
    try (var session = database.connection()) {
      var transactions = Transactions.load(session, ledger, rows.transactions().keySet());
      assertThat(transactions.values().stream().map(StoredModel::comparable).toList())
          .containsExactlyInAnyOrderElementsOf(
              rows.transactions().values().stream().map(StoredModel::comparable).toList());
      assertThat(Holds.load(session, ledger, rows.transactions().keySet())).isEqualTo(rows.holds());
    }
  }

  private void assertChangesEqual(String ledger, Rows rows) throws SQLException {
    var changes = AccountChangeRows.load(database.connection(), ledger);
    assertThat(changes)
        .isEqualTo(rows.changes().stream().map(AccountChangeRows::comparable).toList());
    assertThat(AccountChangeRows.labels(database.connection(), ledger))
        .isEqualTo(AccountChangeRows.lastLabels(changes));
  }

  private long count(String table, String ledger) throws SQLException {
    return number("SELECT count(*) FROM %s WHERE ledger_id = '%s'".formatted(table, ledger));
  }

  long number(String query) throws SQLException {
    try (var session = database.connection();
        var statement = session.createStatement();
        var result = statement.executeQuery(query)) {
      assertThat(result.next()).isTrue();
      return result.getLong(1);
    }
  }

  void execute(String sql) throws SQLException {
    try (var session = database.connection();
        var statement = session.createStatement()) {
      statement.execute(sql);
      session.commit();
    }
  }

  private List<Entry> entries(String ledger) throws SQLException {
    try (var session = database.connection();
        var statement = session.prepareStatement(ENTRIES)) {
      statement.setString(1, ledger);
      try (var result = statement.executeQuery()) {
        var entries = new ArrayList<Entry>();
        while (result.next()) {
          entries.add(comparable(entry(result)));
        }
        return entries;
      }
    }
  }

  /** JSONB has its own spelling; what the fold writes is compared without blanks. */
  private static Entry comparable(Entry e) {
    return new Entry(
        e.position(),
        e.accountId(),
        e.accountVersion(),
        e.eventType(),
        e.currencyCode(),
        e.amount(),
        e.postedAfter(),
        e.heldAfter(),
        e.availableAfter(),
        e.commandId(),
        e.transactionId(),
        e.transactionIndex(),
        e.transactionSize(),
        e.counterpartyAccount(),
        e.recordTime(),
        e.effectiveTime(),
        e.reference(),
        comparable(e.metadata()));
  }

  private static Transaction comparable(Transaction t) {
    return new Transaction(
        t.transactionId(),
        t.position(),
        t.lastPosition(),
        t.status(),
        t.expireTime(),
        t.end(),
        t.reverses(),
        t.reversal(),
        t.openHolds(),
        t.recordTime(),
        t.effectiveTime(),
        t.reference(),
        comparable(t.metadata()));
  }

  static String comparable(String metadata) {
    return metadata.replace("\": \"", "\":\"").replace("\\n", "\\u000a");
  }

  private static Entry entry(ResultSet row) throws SQLException {
    return new Entry(
        row.getLong(1),
        row.getString(2),
        row.getLong(3),
        row.getString(4),
        row.getString(5),
        row.getLong(6),
        Objects.requireNonNull(row.getBigDecimal(7)).toBigIntegerExact(),
        row.getLong(8),
        Objects.requireNonNull(row.getBigDecimal(9)).toBigIntegerExact(),
        row.getString(10),
        row.getString(11),
        row.getInt(12),
        row.getInt(13),
        row.getString(14),
        Objects.requireNonNull(row.getObject(15, OffsetDateTime.class)).toInstant(),
        Objects.requireNonNull(row.getObject(16, OffsetDateTime.class)).toInstant(),
        row.getString(17),
        row.getString(18));
  }

  @Override
  public void close() {
    database.close();
    telemetry.close();
    testDatabase.close();
  }
}
