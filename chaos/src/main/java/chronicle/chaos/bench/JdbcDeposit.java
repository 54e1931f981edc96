package chronicle.chaos.bench;

import chronicle.chaos.load.CommandIds;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.SplittableRandom;

/** The baseline of record: a deposit as one transaction, its statements prepared. */
final class JdbcDeposit implements JdbcLoop.Step {
  private static final String CLAIM = "INSERT INTO commands (command_id) VALUES (?)";

  private static final String READ = "SELECT version, balance FROM accounts WHERE account_id = ?";

  private static final String UPDATE =
      "UPDATE accounts SET version = ?, balance = ? WHERE account_id = ? AND version = ?";

  private static final String APPEND =
      "INSERT INTO events (account_id, account_version, record_time, event) VALUES (?, ?, now(), ?)";

  private static final long AMOUNT_MINOR = 100;

  private final int accounts;
  private final CommandIds ids;
  private final byte[] event;
  private final SplittableRandom random;
  private final Connection connection;
  private final PreparedStatement claim;
  private final PreparedStatement read;
  private final PreparedStatement update;
  private final PreparedStatement append;

  JdbcDeposit(Connection connection, Baseline baseline, CommandIds ids, int number)
      throws SQLException {
    this.connection = connection;
    this.accounts = baseline.accounts();
    this.ids = ids;
    this.random = new SplittableRandom(number);
    this.event = new byte[baseline.eventBytes()];
    this.claim = connection.prepareStatement(CLAIM);
    this.read = connection.prepareStatement(READ);
    this.update = connection.prepareStatement(UPDATE);
    this.append = connection.prepareStatement(APPEND);
    random.nextBytes(event);
  }

  /** A loop of it on so many connections. */
  static JdbcLoop loop(Baseline baseline, int connections) {
    var ids = new CommandIds(0);
    return new JdbcLoop(
        baseline.url(),
        connections,
        (connection, number) -> new JdbcDeposit(connection, baseline, ids, number));
  }

  /** 0 if another was faster with the account. */
  @Override
  public int run() throws SQLException {
    var account = Baseline.account(random.nextInt(accounts) + 1);
    claim.setString(1, ids.next());
    claim.executeUpdate();
    read.setString(1, account);
    long version;
    long balance;
    try (var row = read.executeQuery()) {
      row.next();
      version = row.getLong(1);
      balance = row.getLong(2);
    }
    update.setLong(1, version + 1);
    update.setLong(2, balance + AMOUNT_MINOR);
    update.setString(3, account);
    update.setLong(4, version);
    if (update.executeUpdate() == 0) {
      connection.rollback();
      return 0;
    }
    append.setString(1, account);
    append.setLong(2, version + 1);
    append.setBytes(3, event);
    append.executeUpdate();
    connection.commit();
    return 1;
  }
}
