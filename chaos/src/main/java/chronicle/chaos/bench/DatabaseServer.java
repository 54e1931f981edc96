package chronicle.chaos.bench;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.regex.Pattern;

/**
 * The PostgreSQL or CockroachDB server of a database.
 *
 * @param url the JDBC URL of one of its databases
 */
record DatabaseServer(String url) {
  private static final Pattern DATABASE = Pattern.compile("(//[^/?]+/)[^?]*");
  private static final String DUPLICATE_DATABASE = "42P04";

  /** Creates a database beside it, unless there is one of that name, and returns its URL. */
  String createDatabase(String name) throws SQLException {
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement()) {
      statement.execute("CREATE DATABASE " + name);
    } catch (SQLException e) {
      if (!DUPLICATE_DATABASE.equals(e.getSQLState())) {
        throw e;
      }
    }
    return DATABASE.matcher(url).replaceFirst("$1" + name);
  }
}
