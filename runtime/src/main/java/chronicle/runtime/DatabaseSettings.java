package chronicle.runtime;

import java.time.Duration;

/**
 * How a process uses one database. Parameters in the URL win over these, except for the sessions'
 * timeouts.
 *
 * @param name names the pool in logs and metrics, and the sessions in the database
 * @param url a JDBC URL of PostgreSQL or CockroachDB, {@code user} and {@code password} in its
 *     query
 * @param connectionsMax the pool's size; it is filled at once and kept
 * @param acquireTimeout how long a caller waits for a connection
 * @param connectTimeout how long the driver tries to reach the server; whole seconds
 * @param socketTimeout how long the driver waits for an answer; whole seconds; above {@code
 *     statementTimeout}
 * @param statementTimeout how long the server runs a statement
 * @param idleInTransactionTimeout how long the server lets an open transaction idle before it ends
 *     the session
 * @param autoCommit whether each statement is its own transaction until a caller says otherwise
 */
public record DatabaseSettings(
    String name,
    String url,
    int connectionsMax,
    Duration acquireTimeout,
    Duration connectTimeout,
    Duration socketTimeout,
    Duration statementTimeout,
    Duration idleInTransactionTimeout,
    boolean autoCommit) {
  /**
   * Refuses a URL that is not PostgreSQL's, an empty pool, and a driver that gives up before the
   * server does.
   */
  public DatabaseSettings {
    if (!url.startsWith("jdbc:postgresql:")) {
      throw new IllegalArgumentException(
          "not a URL of the form jdbc:postgresql://host:port/database");
    }
    if (connectionsMax < 1) {
      throw new IllegalArgumentException("connectionsMax is below 1: " + connectionsMax);
    }
    if (socketTimeout.compareTo(statementTimeout) <= 0) {
      throw new IllegalArgumentException(
          "socketTimeout is not above statementTimeout: " + socketTimeout);
    }
  }

  /**
   * What suits short transactions: 5 s for a statement, 1 s idle, 2 s to connect, 3 s to wait for a
   * connection, auto-commit on.
   */
  public static DatabaseSettings of(String name, String url, int connectionsMax) {
    return new DatabaseSettings(
        name,
        url,
        connectionsMax,
        Duration.ofSeconds(3),
        Duration.ofSeconds(2),
        Duration.ofSeconds(8),
        Duration.ofSeconds(5),
        Duration.ofSeconds(1),
        true);
  }

  /** The same with other time limits of statements; the driver's is 3 s longer. */
  public DatabaseSettings withStatementTimeout(Duration timeout) {
    return new DatabaseSettings(
        name,
        url,
        connectionsMax,
        acquireTimeout,
        connectTimeout,
        timeout.plusSeconds(3),
        timeout,
        idleInTransactionTimeout,
        autoCommit);
  }

  /** The same with auto-commit on or off. */
  public DatabaseSettings withAutoCommit(boolean on) {
    return new DatabaseSettings(
        name,
        url,
        connectionsMax,
        acquireTimeout,
        connectTimeout,
        socketTimeout,
        statementTimeout,
        idleInTransactionTimeout,
        on);
  }
}
