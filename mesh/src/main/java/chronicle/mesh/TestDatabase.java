package chronicle.mesh;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.UUID;

/** An empty database of its own for one test class, dropped at the end. */
public final class TestDatabase implements AutoCloseable {
  /**
   * Names a PostgreSQL or CockroachDB server, by the JDBC URL of any of its databases, to test
   * event stores on.
   */
  public static final String EVENT_STORE_URL = "CHRONICLE_TEST_EVENT_STORE_URL";

  private static final String DATABASE = "(?<=^jdbc:postgresql://[^/?]{1,255}/)[^?]*";

  private final String serverUrl;
  private final String name = "test_" + UUID.randomUUID().toString().replace("-", "");

  private TestDatabase(String serverUrl) {
    this.serverUrl = serverUrl;
    execute("CREATE DATABASE " + name);
  }

  /**
   * A database for an event store: on the server that {@value #EVENT_STORE_URL} names, else on
   * embedded PostgreSQL.
   */
  public static TestDatabase forEventStore() {
    var url = System.getenv(EVENT_STORE_URL);
    return url == null ? forReadModel() : new TestDatabase(url);
  }

  /** A database for a read model, on embedded PostgreSQL. */
  public static TestDatabase forReadModel() {
    return new TestDatabase(EmbeddedPostgres.shared().jdbcUrl("postgres"));
  }

  /** The JDBC URL of the database. */
  public String jdbcUrl() {
    return serverUrl.replaceFirst(DATABASE, name);
  }

  /** Drops the database, under the feet of whoever is still connected. */
  @Override
  public void close() {
    execute("DROP DATABASE " + name + (isCockroach() ? " CASCADE" : " WITH (FORCE)"));
  }

  /** Whether it is on CockroachDB, else on PostgreSQL. */
  public boolean isCockroach() {
    try (var connection = DriverManager.getConnection(serverUrl);
        var statement = connection.createStatement();
        var version = statement.executeQuery("SELECT version()")) {
      return version.next() && version.getString(1).startsWith("CockroachDB");
    } catch (SQLException e) {
      throw new MeshException("The test event store does not answer.", e);
    }
  }

  private void execute(String sql) {
    try (var connection = DriverManager.getConnection(serverUrl);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new MeshException(sql + " failed on " + serverUrl + ".", e);
    }
  }
}
