package chronicle.chaos.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.SplittableRandom;

/** A balance read by its key, a row at a time, as an application without a query service would. */
final class JdbcRead implements JdbcLoop.Step {
  private static final String READ =
      "SELECT posted, held, available, account_version FROM balances WHERE ledger_id = 'main' AND account_id = ?";

  private final int accounts;
  private final SplittableRandom random;
  private final PreparedStatement read;

  JdbcRead(Connection connection, Baseline baseline, int number) throws SQLException {
    connection.setAutoCommit(true);
    this.accounts = baseline.accounts();
    this.random = new SplittableRandom(number);
    this.read = connection.prepareStatement(READ);
  }

  /** A loop of it on so many connections. */
  static JdbcLoop loop(Baseline baseline, int connections) {
    return new JdbcLoop(
        baseline.url(),
        connections,
        (connection, number) -> new JdbcRead(connection, baseline, number));
  }

  @Override
  public int run() throws SQLException {
    read.setString(1, Baseline.account(random.nextInt(accounts) + 1));
    try (var row = read.executeQuery()) {
      if (!row.next() || row.getBigDecimal(1) == null) {
        throw new IllegalStateException("The baseline lost an account.");
      }
    }
    return 1;
  }
}
