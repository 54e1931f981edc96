package chronicle.query;

import chronicle.runtime.Backoff;
import chronicle.runtime.Failure;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.random.RandomGenerator;
import org.postgresql.PGConnection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hears of the projection's progress by PostgreSQL's LISTEN, on one connection for the whole
 * process, and passes it on. While that connection is down, and after each silent second, it looks
 * the checkpoints of the awaited ledgers up instead.
 */
final class ProjectionListener implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ProjectionListener.class);
  private static final Backoff RECONNECT =
      new Backoff(Duration.ofMillis(50), Duration.ofMillis(250));
  private static final int SILENCE_MILLIS = 1_000;
  private static final int ALIVE_SECONDS_MAX = 2;
  private static final String CHECKPOINTS =
      "SELECT ledger_id, position FROM projection_checkpoint WHERE ledger_id = ANY (?)";

  private final String url;
  private final ReadModel model;
  private final Freshness freshness;
  private final Thread thread;

  private ProjectionListener(String url, ReadModel model, Freshness freshness) {
    this.url = url;
    this.model = model;
    this.freshness = freshness;
    this.thread = Thread.ofVirtual().name("projection-listener").unstarted(this::listen);
  }

  static ProjectionListener start(String url, ReadModel model, Freshness freshness) {
    var listener = new ProjectionListener(url, model, freshness);
    listener.thread.start();
    return listener;
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void listen() {
    try {
      for (var attempt = 0; !Thread.interrupted(); attempt++) {
        if (follow()) {
          attempt = 0;
        }
        lookUp();
        Thread.sleep(RECONNECT.delay(attempt, RandomGenerator.getDefault()));
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  /** Listens until the connection breaks, and says whether there was one. */
  private boolean follow() {
    var connected = false;
    try (var connection = DriverManager.getConnection(url, driver());
        var statement = connection.createStatement()) {
      statement.execute("LISTEN projection");
      connected = true;
      // What was committed before LISTEN was not heard.
      lookUp();
      while (!Thread.currentThread().isInterrupted()) {
        hear(connection);
      }
    } catch (SQLException e) {
      if (connected && !Thread.currentThread().isInterrupted()) {
        log.atWarn()
            .setMessage("Listener lost its connection")
            .addKeyValue("sql_state", e.getSQLState())
            .log();
      }
    }
    return connected;
  }

  private void hear(Connection connection) throws SQLException {
    var heard = connection.unwrap(PGConnection.class).getNotifications(SILENCE_MILLIS);
    for (var notification : heard) {
      pass(notification.getParameter());
    }
    if (heard.length == 0) {
      if (!connection.isValid(ALIVE_SECONDS_MAX)) {
        throw new SQLException("the connection is dead");
      }
      lookUp();
    }
  }

  private void pass(String payload) {
    var space = payload.indexOf(' ');
    freshness.reached(
        payload.substring(0, space), Long.parseLong(payload, space + 1, payload.length(), 10));
  }

  private void lookUp() {
    var ledgers = freshness.awaited();
    if (ledgers.isEmpty()) {
      return;
    }
    try {
      model.query(
          CHECKPOINTS,
          statement -> statement.setObject(1, ledgers.toArray(String[]::new)),
          rows -> {
            while (rows.next()) {
              freshness.reached(rows.getString(1), rows.getLong(2));
            }
            return ledgers;
          });
    } catch (Failure _) {
      // Logged there, and tried again soon.
    }
  }

  private static Properties driver() {
    var driver = new Properties();
    driver.setProperty("ApplicationName", "chronicle-query-listener");
    driver.setProperty("connectTimeout", "2");
    driver.setProperty("loginTimeout", "2");
    driver.setProperty("socketTimeout", "8");
    driver.setProperty("tcpKeepAlive", "true");
    return driver;
  }
}
