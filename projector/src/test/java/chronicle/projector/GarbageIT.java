package chronicle.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class GarbageIT {
  private static final long ROWS = 20_000;

  private final StoredModel model = new StoredModel();

  @AfterEach
  void close() {
    model.close();
  }

  @Test
  void whatNobodyNeedsIsDeletedByPlaceThoughTheServerHasNotCountedItYet() throws Exception {
    insert(1);
    model.execute("ANALYZE entries");
    insert(2);
    model.execute(
        """
        INSERT INTO projection_rebuilds (generation, ledger_id, incarnation, fold_version, state, end_time, garbage)
        VALUES (2, 'main', 'x', 1, 'CANCELLED', clock_timestamp() - INTERVAL '1 minute', 2)
        """);
    var searchesBefore = searches();

    Garbage.clear(this::session);

    assertThat(model.number("SELECT count(*) FROM entries WHERE generation = 1")).isEqualTo(ROWS);
    await().until(() -> number("n_tup_del", "pg_stat_user_tables") == ROWS);
    assertThat(model.number("SELECT count(*) FROM entries")).isEqualTo(ROWS);
    // Each of them would have passed all rows that were deleted before.
    assertThat(searches() - searchesBefore).isLessThanOrEqualTo(2);
  }

  /** A session that tells the server's statistics what it did when it is closed. */
  private Connection session() throws SQLException {
    var session = DriverManager.getConnection(model.url());
    session.setAutoCommit(false);
    return session;
  }

  private long searches() throws SQLException {
    return number("idx_scan", "pg_stat_user_indexes");
  }

  private long number(String counter, String view) throws SQLException {
    return model.number(
        "SELECT COALESCE(sum(%s), 0) FROM %s WHERE relname = 'entries'".formatted(counter, view));
  }

  private void insert(int generation) throws SQLException {
    model.execute(
        """
        INSERT INTO entries
        SELECT %d, 'main', n, 'a' || n %% 100, n, 'MoneyDeposited', 'USD', 1, n, 0, n, 'c' || n, 't' || n, 0, 1,
          'external:USD', now(), now(), '', '{}', -n
        FROM generate_series(1, %d) n
        """
            .formatted(generation, ROWS));
  }
}
