package chronicle.projector;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;

/** Reads many rows of a generation without ever holding many of them. */
final class Scan {
  private static final int FETCH_ROWS = 2_000;

  private Scan() {}

  /** Takes the row that a result stands at. */
  interface Row {
    void take(ResultSet row) throws SQLException;
  }

  /** Runs a statement on a generation, and accounts of it. */
  static void run(
      Connection session, String sql, Generation generation, Collection<String> accountIds, Row row)
      throws SQLException {
    try (var statement = session.prepareStatement(sql)) {
      statement.setInt(1, generation.number());
      statement.setArray(2, session.createArrayOf("text", accountIds.toArray(String[]::new)));
      run(statement, row);
    }
  }

  /** Runs a statement on a generation. */
  static void run(Connection session, String sql, Generation generation, Row row)
      throws SQLException {
    try (var statement = session.prepareStatement(sql)) {
      statement.setInt(1, generation.number());
      run(statement, row);
    }
  }

  private static void run(PreparedStatement statement, Row row) throws SQLException {
    statement.setFetchSize(FETCH_ROWS);
    try (var rows = statement.executeQuery()) {
      while (rows.next()) {
        row.take(rows);
      }
    }
  }
}
