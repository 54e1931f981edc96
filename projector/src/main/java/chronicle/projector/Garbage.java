package chronicle.projector;

import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

/** Deletes what is left of generations that nobody needs any more, a little at a time. */
final class Garbage {
  private static final Duration GRACE = Duration.ofSeconds(10);
  private static final int BLOCKS = 64;
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

  private static final String BLOCK_COUNT =
      "SELECT pg_relation_size('TABLE') / current_setting('block_size')::bigint";

  // By place, so that each row is looked at once: a search by generation passes all that are dead
  // already, again and again. It would be chosen where statistics do not know the generation yet.
  private static final String BY_PLACE =
      "SET LOCAL enable_indexscan = off; SET LOCAL enable_bitmapscan = off";
  private static final String DELETE =
      "DELETE FROM TABLE WHERE ctid >= ?::tid AND ctid < ?::tid AND generation = ?";

  private Garbage() {}

  /** Deletes all there is by now; whoever does so at the same time gets in nobody's way. */
  static void clear(Sessions sessions) throws SQLException, InterruptedException {
    for (var generation : find(sessions)) {
      for (var table : TABLES) {
        clear(sessions, table, generation);
      }
      try (var session = sessions.open()) {
        Rebuilds.cleared(session, generation);
        session.commit();
      }
    }
  }

  private static void clear(Sessions sessions, String table, int generation)
      throws SQLException, InterruptedException {
    var blocks = blocks(sessions, table);
    for (long block = 0; block < blocks; block += BLOCKS) {
      if (delete(sessions, table, generation, block) > 0) {
        Thread.sleep(REST);
      }
    }
  }

  private static List<Integer> find(Sessions sessions) throws SQLException {
    try (var session = sessions.open()) {
      return Rebuilds.garbage(session, GRACE);
    }
  }

  private static long blocks(Sessions sessions, String table) throws SQLException {
    try (var session = sessions.open();
        var statement = session.prepareStatement(BLOCK_COUNT.replace("TABLE", table));
        var row = statement.executeQuery()) {
      row.next();
      return row.getLong(1);
    }
  }

  private static int delete(Sessions sessions, String table, int generation, long block)
      throws SQLException {
    try (var session = sessions.open();
        var settings = session.createStatement();
        var statement = session.prepareStatement(DELETE.replace("TABLE", table))) {
      settings.execute(BY_PLACE);
      statement.setString(1, "(%d,0)".formatted(block));
      statement.setString(2, "(%d,0)".formatted(block + BLOCKS));
      statement.setInt(3, generation);
      var deleted = statement.executeUpdate();
      session.commit();
      return deleted;
    }
  }
}
