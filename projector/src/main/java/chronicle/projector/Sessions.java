package chronicle.projector;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/**
 * Where sessions of the read model's database come from; auto-commit is off, and closing one rolls
 * back what is open.
 */
@FunctionalInterface
interface Sessions {
  Connection open() throws SQLException;

  /** How long a statement that goes through all rows may take. */
  Duration LONG = Duration.ofHours(1);

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

  /** The same for statements that go through all rows: each may take {@link #LONG}. */
  default Connection openLong(String settings) throws SQLException {
    var session =
        open(
            settings
                + "; SET LOCAL statement_timeout = %1$d; SET LOCAL idle_in_transaction_session_timeout = %1$d"
                    .formatted(LONG.toMillis()));
    try {
      session.setNetworkTimeout(Runnable::run, Math.toIntExact(LONG.toMillis()));
      return session;
    } catch (SQLException e) {
      session.close();
      throw e;
    }
  }
}
