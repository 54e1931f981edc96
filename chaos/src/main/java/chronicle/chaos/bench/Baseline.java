package chronicle.chaos.bench;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A database of its own on the ledger's server, with the tables of a ledger as it is usually
 * written (each command is one transaction that inserts the command's id, reads the account,
 * updates it if its version is still the one read, and inserts one event), tables like those of our
 * ledger, and a table of balances to read.
 */
final class Baseline {
  private static final String DATABASE = "bench_baseline";
  private static final int REQUEST_BYTES = 80;
  private static final int STATE_BYTES = 10;

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
      CREATE TABLE IF NOT EXISTS bare_events (
        ledger_id       TEXT NOT NULL,
        position        BIGINT NOT NULL,
        account_id      TEXT NOT NULL,
        account_version BIGINT NOT NULL,
        event_type      TEXT NOT NULL,
        record_time     TIMESTAMPTZ NOT NULL,
        event           BYTEA NOT NULL,
        state           BYTEA,
        PRIMARY KEY (ledger_id, position),
        UNIQUE (ledger_id, account_id, account_version)
      );
      CREATE TABLE IF NOT EXISTS bare_commands (
        ledger_id      TEXT NOT NULL,
        command_id     TEXT NOT NULL,
        request        BYTEA NOT NULL,
        outcome        TEXT NOT NULL,
        refusal        BYTEA NOT NULL,
        first_position BIGINT NOT NULL,
        event_count    INT NOT NULL,
        actor          TEXT NOT NULL,
        record_time    TIMESTAMPTZ NOT NULL,
        PRIMARY KEY (ledger_id, command_id)
      );
      CREATE TABLE IF NOT EXISTS balances (
        ledger_id       TEXT NOT NULL,
        account_id      TEXT NOT NULL,
        posted          NUMERIC NOT NULL,
        held            NUMERIC NOT NULL,
        available       NUMERIC NOT NULL,
        account_version BIGINT NOT NULL,
        PRIMARY KEY (ledger_id, account_id)
      );
      """;

  private static final String ACCOUNTS =
      """
      INSERT INTO accounts SELECT 'bench-' || lpad(i::text, 6, '0'), 0, 0 FROM generate_series(1, ?) i
      ON CONFLICT DO NOTHING
      """;

  private static final String BALANCES =
      """
      INSERT INTO balances
      SELECT 'main', 'bench-' || lpad(i::text, 6, '0'), 100, 0, 100, 1 FROM generate_series(1, ?) i
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
  Baseline(DatabaseServer server, int accounts, int eventBytes) throws SQLException {
    this.url = server.createDatabase(DATABASE);
    this.accounts = accounts;
    this.eventBytes = eventBytes;
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement();
        var insertAccounts = connection.prepareStatement(ACCOUNTS);
        var insertBalances = connection.prepareStatement(BALANCES)) {
      statement.execute(SCHEMA);
      insertAccounts.setInt(1, accounts);
      insertAccounts.executeUpdate();
      insertBalances.setInt(1, accounts);
      insertBalances.executeUpdate();
    }
  }

  /** The id of an account; the first is 1. */
  static String account(int number) {
    return "bench-%06d".formatted(number);
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

  /** About what the ledger keeps of a deposit as it was asked. */
  int requestBytes() {
    return REQUEST_BYTES;
  }

  /** About what the ledger keeps of an account's state beside its event. */
  int stateBytes() {
    return STATE_BYTES;
  }

  /** What the server is and which of its settings matter here. */
  Map<String, String> describe() throws SQLException {
    var facts = new LinkedHashMap<String, String>();
    facts.put("bytes of an event", Integer.toString(eventBytes));
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(SETTINGS)) {
      while (rows.next()) {
        facts.put(rows.getString(1), rows.getString(2));
      }
    }
    return facts;
  }
}
