package chronicle.runtime;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.ObservableLongGauge;
import io.opentelemetry.api.metrics.ObservableLongMeasurement;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import java.util.random.RandomGenerator;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pool of sessions of one PostgreSQL or CockroachDB database; it opens and recovers whether or
 * not the database is up. Isolation is explicit in every session: READ COMMITTED on PostgreSQL,
 * SERIALIZABLE on CockroachDB.
 */
public final class Database implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Database.class);
  private static final Backoff MIGRATION_BACKOFF =
      new Backoff(Duration.ofMillis(100), Duration.ofSeconds(5));
  private static final AttributeKey<String> POOL = AttributeKey.stringKey("pool");
  private static final AttributeKey<String> STATE = AttributeKey.stringKey("state");

  private static final String IS_COCKROACH = "SELECT version() LIKE 'CockroachDB%'";

  private final HikariDataSource pool;
  private final ObservableLongGauge gauge;

  private Database(HikariDataSource pool, Telemetry telemetry) {
    this.pool = pool;
    this.gauge =
        telemetry
            .meter()
            .gaugeBuilder("chronicle.database.connections")
            .ofLongs()
            .setDescription("Connections of a pool by state; waiting counts callers without one")
            .buildWithCallback(this::measure);
  }

  /** Opens the pool at once, without waiting for the database. */
  public static Database open(DatabaseSettings settings, Telemetry telemetry) {
    return new Database(new HikariDataSource(config(settings)), telemetry);
  }

  /**
   * A session of the pool, to be closed by the caller; throws once none was to be had within the
   * acquire timeout.
   */
  public Connection connection() throws SQLException {
    return pool.getConnection();
  }

  /** Whether the server is a CockroachDB, asked of the server. */
  public boolean isCockroach() throws SQLException {
    try (var connection = connection();
        var statement = connection.createStatement();
        var result = statement.executeQuery(IS_COCKROACH)) {
      result.next();
      return result.getBoolean(1);
    }
  }

  /**
   * Brings the schema up to date and returns, once the database is reachable; a repeat and several
   * processes at once are safe. Throws where a migration is wrong, and when interrupted.
   *
   * @param locations of numbered files, such as {@code classpath:chronicle/ledger/migrations}
   */
  public void migrate(String... locations) throws InterruptedException {
    // Not through the pool: a migration may take longer than a statement of the service ever
    // should.
    var flyway =
        Flyway.configure().dataSource(pool.getJdbcUrl(), null, null).locations(locations).load();
    for (var attempt = 0; !migrated(flyway); attempt++) {
      Thread.sleep(MIGRATION_BACKOFF.delay(attempt, RandomGenerator.getDefault()));
    }
  }

  private boolean migrated(Flyway flyway) {
    try {
      flyway.migrate();
      return true;
    } catch (FlywayException e) {
      if (!passing(e)) {
        throw e;
      }
      log.atWarn()
          .setMessage("Database not ready to migrate")
          .addKeyValue("pool", pool.getPoolName())
          .addKeyValue("cause", String.valueOf(e.getMessage()).lines().findFirst().orElse(""))
          .log();
      return false;
    }
  }

  private static boolean passing(FlywayException thrown) {
    for (Throwable cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof SQLException e) {
        return switch (SqlFailure.of(e)) {
          case SERIALIZATION, AMBIGUOUS -> true;
          case UNIQUE_VIOLATION, OTHER -> false;
        };
      }
    }
    return false;
  }

  @Override
  public void close() {
    gauge.close();
    pool.close();
  }

  private static HikariConfig config(DatabaseSettings settings) {
    var config = new HikariConfig();
    config.setPoolName(settings.name());
    config.setJdbcUrl(settings.url());
    config.setDataSourceProperties(driver(settings));
    config.setMaximumPoolSize(settings.connectionsMax());
    config.setConnectionTimeout(settings.acquireTimeout().toMillis());
    config.setInitializationFailTimeout(-1);
    config.setAutoCommit(settings.autoCommit());
    config.setConnectionInitSql(session(settings));
    // Else the statements above would stay in an open transaction and be rolled back with it where
    // auto-commit is off.
    config.setIsolateInternalQueries(true);
    return config;
  }

  private static String session(DatabaseSettings settings) {
    return """
    SET statement_timeout = %d;
    SET idle_in_transaction_session_timeout = %d;
    SELECT set_config(
      'default_transaction_isolation',
      CASE WHEN version() LIKE 'CockroachDB%%' THEN 'serializable' ELSE 'read committed' END,
      false)
    """
        .formatted(
            settings.statementTimeout().toMillis(), settings.idleInTransactionTimeout().toMillis());
  }

  private static Properties driver(DatabaseSettings settings) {
    var driver = new Properties();
    driver.setProperty("ApplicationName", settings.name());
    driver.setProperty("connectTimeout", Long.toString(settings.connectTimeout().toSeconds()));
    driver.setProperty("loginTimeout", Long.toString(settings.connectTimeout().toSeconds()));
    driver.setProperty("socketTimeout", Long.toString(settings.socketTimeout().toSeconds()));
    driver.setProperty("tcpKeepAlive", "true");
    driver.setProperty("reWriteBatchedInserts", "true");
    driver.setProperty("prepareThreshold", "1");
    driver.setProperty("binaryTransfer", "true");
    return driver;
  }

  private void measure(ObservableLongMeasurement measurement) {
    var bean = pool.getHikariPoolMXBean();
    measurement.record(bean.getActiveConnections(), attributes("active"));
    measurement.record(bean.getIdleConnections(), attributes("idle"));
    measurement.record(bean.getThreadsAwaitingConnection(), attributes("waiting"));
  }

  private Attributes attributes(String state) {
    return Attributes.of(POOL, pool.getPoolName(), STATE, state);
  }
}
