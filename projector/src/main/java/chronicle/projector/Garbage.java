package chronicle.projector;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** Deletes what is left of generations that nobody needs any more, a little at a time. */
final class Garbage {
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final int ROWS_MAX = 5_000;
  private static final Duration REST = Duration.ofMillis(20);
  private static final List<String> TABLES =
      List.of(
          "accounts",
          "entries",
          "transactions",
          "holds",
          "account_changes",
          "backdated",
          "backdated_sums");

  private static final String DELETE =
      "DELETE FROM TABLE WHERE ctid = ANY (ARRAY(SELECT ctid FROM TABLE WHERE generation = ? LIMIT ?))";

  private Garbage() {}

  /** Deletes all there is by now; whoever does so at the same time gets in nobody's way. */
  static void clear(Sessions sessions) throws SQLException, InterruptedException {
    for (var generation : find(sessions)) {
      for (var table : TABLES) {
        while (delete(sessions, table, generation) == ROWS_MAX) {
          Thread.sleep(REST);
        }
      }
      try (var session = sessions.open()) {
        Rebuilds.cleared(session, generation);
        session.commit();
      }
    }
  }

  private static List<Integer> find(Sessions sessions) throws SQLException {
    try (var session = sessions.open()) {
      return Rebuilds.garbage(session, GRACE);
    }
  }

  private static int delete(Sessions sessions, String table, int generation) throws SQLException {
    try (var session = sessions.open();
        var statement = session.prepareStatement(DELETE.replace("TABLE", table))) {
      statement.setInt(1, generation);
      statement.setInt(2, ROWS_MAX);
      var deleted = statement.executeUpdate();
      session.commit();
      return deleted;
    }
  }
}
