package chronicle.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class EmbeddedPostgresIT {
  private final EmbeddedPostgres postgres = EmbeddedPostgres.scratch();

  @BeforeEach
  void start() {
    postgres.start();
  }

  @AfterEach
  void stop() {
    postgres.close();
  }

  @Test
  void acknowledgedRowsOutliveKillAndRestart() throws SQLException {
    var url = postgres.createDatabase("ledger");
    execute(url, "CREATE TABLE t (n INT)");
    execute(url, "INSERT INTO t VALUES (7)");

    postgres.kill();
    assertThat(postgres.isAlive()).isFalse();
    postgres.start();
    postgres.restart();

    assertThat(query(postgres.createDatabase("ledger"), "SELECT n FROM t")).isEqualTo("7");
  }

  @Test
  void everyCommitWaitsForTheDisk() throws SQLException {
    var url = postgres.jdbcUrl("postgres");

    assertThat(query(url, "SHOW fsync")).isEqualTo("on");
    assertThat(query(url, "SHOW synchronous_commit")).isEqualTo("on");
    assertThat(query(url, "SHOW full_page_writes")).isEqualTo("on");
  }

  @Test
  void aPausedServerKeepsItsConnectionsAndAnswersOnceResumed() throws SQLException {
    var url = postgres.jdbcUrl("postgres");
    try (var connection = DriverManager.getConnection(url)) {
      postgres.pause();
      assertThatThrownBy(() -> DriverManager.getConnection(url + "&loginTimeout=1").close())
          .isInstanceOf(SQLException.class);
      postgres.resume();

      assertThat(connection.isValid(5)).isTrue();
    }
  }

  @Test
  void aTestDatabaseIsEmptyAndGoesAwayUnderOpenConnections() throws SQLException {
    var database = TestDatabase.forReadModel();
    try (var connection = DriverManager.getConnection(database.jdbcUrl())) {
      assertThat(
              query(
                  database.jdbcUrl(), "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
          .isEqualTo("0");

      database.close();

      assertThat(connection.isValid(1)).isFalse();
    }
  }

  private static void execute(String url, String sql) throws SQLException {
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private static String query(String url, String sql) throws SQLException {
    try (var connection = DriverManager.getConnection(url);
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }
}
