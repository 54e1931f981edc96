package chronicle.projector;

import java.sql.Connection;
import java.sql.SQLException;

/**
 * Where sessions of the read model's database come from; auto-commit is off, and closing one rolls
 * back what is open.
 */
@FunctionalInterface
interface Sessions {
  Connection open() throws SQLException;

  /** A session that has begun a transaction with these settings. */
  default Connection open(String settings) throws SQLException {
    var session = open();
    try (var statement = session.createStatement()) {
      statement.execute(settings);
      return session;
    } catch (SQLException e) {
      session.close();
      throw e;
    }
  }
}
