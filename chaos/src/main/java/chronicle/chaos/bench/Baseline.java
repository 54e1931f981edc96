package chronicle.chaos.bench;

import chronicle.mesh.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A ledger as it is usually written on PostgreSQL: each command is one transaction that inserts the
 * command's id, reads the account, updates it if its version is still the one read, and inserts one
 * event. It lives in a database of its own on the ledger's server.
 */
final class Baseline {
  private static final String DATABASE = "bench_baseline";

  private static final String SCHEMA =
      """
      CREATE TABLE IF NOT EXISTS commands (command_id TEXT PRIMARY KEY);
      CREATE TABLE IF NOT EXISTS accounts (
        account_id TEXT PRIMARY KEY,
        version    BIGINT NOT NULL,
        balance    BIGINT NOT NULL
      );
      CREATE TABLE IF NOT EXISTS events (
        position        BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        account_id      TEXT NOT NULL,
        account_version BIGINT NOT NULL,
        record_time     TIMESTAMPTZ NOT NULL,
        event           BYTEA NOT NULL,
        UNIQUE (account_id, account_version)
      );
      """;

  private static final String ACCOUNTS =
      """
      INSERT INTO accounts SELECT 'bench-' || lpad(i::text, 6, '0'), 0, 0 FROM generate_series(1, ?) i
      ON CONFLICT DO NOTHING
      """;

  private static final String SETTINGS =
      """
      SELECT 'server', version()
      UNION ALL
      SELECT name, setting || COALESCE(' x ' || unit, '') FROM pg_settings
      WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'max_wal_size', 'wal_sync_method')
      """;

  private final String url;
  private final int accounts;
  private final int eventBytes;

  /** Makes the database with that many accounts. */
  Baseline(EmbeddedPostgres server, int accounts, int eventBytes) throws SQLException {
    this.url = server.createDatabase(DATABASE);
    this.accounts = accounts;
    this.eventBytes = eventBytes;
    try (var connection = connect();
        var statement = connection.createStatement();
        var insert = connection.prepareStatement(ACCOUNTS)) {
      statement.execute(SCHEMA);
      insert.setInt(1, accounts);
      insert.executeUpdate();
    }
  }

  String url() {
    return url;
  }

  int accounts() {
    return accounts;
  }

  int eventBytes() {
    return eventBytes;
  }

  Connection connect() throws SQLException {
    return DriverManager.getConnection(url);
  }

  /** What the server is and which of its settings matter here. */
  Map<String, String> describe() throws SQLException {
    var facts = new LinkedHashMap<String, String>();
    facts.put("bytes of an event", Integer.toString(eventBytes));
    try (var connection = connect();
        var statement = connection.createStatement();
        var rows = statement.executeQuery(SETTINGS)) {
      while (rows.next()) {
        facts.put(rows.getString(1), rows.getString(2));
      }
    }
    return facts;
  }
}
