package chronicle.query;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.ZoneOffset;

/**
 * Writes the rows of the read model as the projector does, in one transaction with the checkpoint.
 */
final class Rows implements AutoCloseable {
  private static final Path MIGRATIONS = Path.of("../projector/src/main/resources/db/readmodel");

  private static final String ENTRY =
      """
      INSERT INTO entries VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'ref', '{"k": "v"}')
      """;

  private static final String ACCOUNT =
      """
      INSERT INTO accounts VALUES (
        ?, ?, ?, 'ACTIVE', ?, ?, ?, 0, NULL, ?, ?, ?, ?, ?, 'ref', '{"k": "v"}', ?, ?, ?)
      ON CONFLICT (ledger_id, account_id) DO UPDATE SET
        posted = excluded.posted, held = excluded.held, available = excluded.available,
        account_version = excluded.account_version, position = excluded.position,
        update_time = excluded.update_time,
        total_deposits = excluded.total_deposits,
        total_withdrawals = excluded.total_withdrawals,
        transaction_count = excluded.transaction_count
      """;

  private static final String CHECKPOINT =
      """
      INSERT INTO projection_checkpoint VALUES (?, 'incarnation', ?, ?)
      ON CONFLICT (ledger_id) DO UPDATE SET
        position = excluded.position, record_time = excluded.record_time
      """;

  private final Connection connection;

  Rows(String url) {
    try {
      connection = DriverManager.getConnection(url);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Makes the tables, by the projector's own migrations. */
  void migrate() {
    try (var files = Files.list(MIGRATIONS)) {
      for (var file : files.sorted().toList()) {
        execute(Files.readString(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void execute(String sql) {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** Projects all of a history. */
  void project(History history) {
    project(history, history.head());
  }

  /** Projects a history up to a position, and tells listeners. */
  void project(History history, long to) {
    try {
      connection.setAutoCommit(false);
      for (var fact : history.facts(checkpoint(history.ledger()), to)) {
        insert(history.ledger(), fact);
      }
      checkpoint(history.ledger(), history.fact(to));
      execute("SELECT pg_notify('projection', '%s %d')".formatted(history.ledger(), to));
      connection.commit();
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  long checkpoint(String ledger) {
    try (var statement =
        connection.prepareStatement(
            "SELECT position FROM projection_checkpoint WHERE ledger_id = ?")) {
      statement.setString(1, ledger);
      var rows = statement.executeQuery();
      return rows.next() ? rows.getLong(1) : 0;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void checkpoint(String ledger, History.Fact last) throws SQLException {
    try (var statement = connection.prepareStatement(CHECKPOINT)) {
      bind(statement, ledger, last.position(), last.recordTime().atOffset(ZoneOffset.UTC));
      statement.execute();
    }
  }

  private void insert(String ledger, History.Fact fact) throws SQLException {
    var time = fact.recordTime().atOffset(ZoneOffset.UTC);
    var after = fact.after();
    var command = "c-" + (fact.position() - fact.index());
    try (var statement = connection.prepareStatement(ENTRY)) {
      bind(
          statement,
          ledger,
          fact.position(),
          fact.account(),
          fact.version(),
          fact.type(),
          fact.account().isEmpty() ? "" : History.CURRENCY);
      statement.setObject(7, fact.amount().orElse(null), java.sql.Types.NUMERIC);
      var rest =
          new Object[] {
            after.posted(),
            after.held(),
            after.available(),
            command,
            command,
            fact.index(),
            fact.size(),
            fact.counterparty(),
            time,
            time
          };
      for (var i = 0; i < rest.length; i++) {
        statement.setObject(8 + i, rest[i]);
      }
      statement.execute();
    }
    if (fact.account().isEmpty()) {
      return;
    }
    try (var statement = connection.prepareStatement(ACCOUNT)) {
      bind(
          statement,
          ledger,
          fact.account(),
          History.CURRENCY,
          after.posted(),
          after.held(),
          after.available(),
          after.version(),
          after.position(),
          time,
          fact.position(),
          time,
          after.deposits(),
          after.withdrawals(),
          after.postings());
      statement.execute();
    }
  }

  private static void bind(java.sql.PreparedStatement statement, Object... values)
      throws SQLException {
    for (var i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
