package chronicle.chaos.lab;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;

/** Someone with a connection of his own to the event store. */
final class Outsider {
  private static final String NEXT_LOG_FILE = "SELECT pg_switch_wal()";
  private static final String CLOCK = "SELECT clock_timestamp()";

  private Outsider() {}

  /** Has PostgreSQL begin another file of its write-ahead log. */
  static void nextLogFile(String url) throws SQLException {
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement()) {
      statement.execute(NEXT_LOG_FILE);
    }
  }

  /** What time the server thinks it is. */
  static Instant clock(String url) throws SQLException {
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement();
        var row = statement.executeQuery(CLOCK)) {
      row.next();
      return row.getObject(1, OffsetDateTime.class).toInstant();
    }
  }
}
