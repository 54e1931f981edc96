package chronicle.projector;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The tables {@code backdated} and {@code backdated_sums}, which only grow. */
final class Backdateds {
  /** How many rows a block of each level holds, from the first level on. */
  private static final List<Long> BLOCK_ROWS = List.of(256L, 65_536L);

  private static final String LOAD =
      """
      SELECT q.account_id, b.number, b.posted_total, b.held_total
      FROM unnest(?::text[]) q (account_id)
      CROSS JOIN LATERAL (
        SELECT number, posted_total, held_total FROM backdated
        WHERE generation = ? AND account_id = q.account_id
        ORDER BY number DESC
        LIMIT 1
      ) b
      """;

  private static final String COPY =
      """
      COPY backdated (
        generation, account_id, number, position, effective_time, posted, held, posted_total, held_total)
      FROM STDIN (FORMAT binary)
      """;

  private static final String ROLL_UP =
      """
      INSERT INTO backdated_sums (
        generation, account_id, level, block, effective_time, number, posted_sum, held_sum)
      SELECT generation, account_id, ?, ?, effective_time, number,
        sum(posted) OVER (ORDER BY effective_time, number), sum(held) OVER (ORDER BY effective_time, number)
      FROM backdated
      WHERE generation = ? AND account_id = ? AND number > ? AND number <= ?
      """;

  private Backdateds() {}

  /** The totals of those of the accounts that have any. */
  static Map<String, Backdated.Total> load(
      Connection session, Generation generation, Collection<String> accountIds)
      throws SQLException {
    try (var statement = session.prepareStatement(LOAD)) {
      statement.setArray(1, session.createArrayOf("text", accountIds.toArray(String[]::new)));
      statement.setInt(2, generation.number());
      try (var result = statement.executeQuery()) {
        var totals = new HashMap<String, Backdated.Total>();
        while (result.next()) {
          totals.put(
              result.getString(1),
              new Backdated.Total(
                  result.getLong(2), Columns.integer(result, 3), Columns.integer(result, 4)));
        }
        return totals;
      }
    }
  }

  /** Writes the changes, and rolls up the blocks that are full with them. */
  static void write(Connection session, Generation generation, List<Backdated> changes)
      throws SQLException {
    if (changes.isEmpty()) {
      return;
    }
    insert(session, generation, changes);
    try (var statement = session.prepareStatement(ROLL_UP)) {
      for (var change : changes) {
        for (var level = 1; level <= BLOCK_ROWS.size(); level++) {
          rollUp(statement, generation, change, level, BLOCK_ROWS.get(level - 1));
        }
      }
    }
  }

  private static void insert(Connection session, Generation generation, List<Backdated> changes)
      throws SQLException {
    Copy.write(
        session,
        COPY,
        changes,
        (copy, change) ->
            copy.int4(generation.number())
                .text(change.accountId())
                .int8(change.total().number())
                .int8(change.position())
                .time(change.effectiveTime())
                .numeric(change.posted())
                .numeric(change.held())
                .numeric(change.total().posted())
                .numeric(change.total().held()));
  }

  private static void rollUp(
      PreparedStatement statement, Generation generation, Backdated last, int level, long rows)
      throws SQLException {
    var number = last.total().number();
    if (number % rows != 0) {
      return;
    }
    statement.setInt(1, level);
    statement.setLong(2, number / rows - 1);
    statement.setInt(3, generation.number());
    statement.setString(4, last.accountId());
    statement.setLong(5, number - rows);
    statement.setLong(6, number);
    statement.executeUpdate();
  }
}
