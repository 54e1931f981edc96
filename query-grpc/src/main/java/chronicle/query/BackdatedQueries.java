package chronicle.query;

import static chronicle.query.ReadModel.instant;
import static chronicle.query.ReadModel.parameter;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Optional;

/**
 * An account's backdated entries in the order in which they took effect, a page in one statement.
 */
final class BackdatedQueries {
  private static final int ROWS_PER_PAGE_MAX = 2_000;

  // Rolled-up blocks are in order: of each the first rows after the cursor, and of these, and of
  // the rows that no block holds yet, the first ones. What is only known after the position asked
  // for is in none of the blocks that were full by then.
  private static final String BACKDATED =
      """
      SELECT c.position, %s, p.posted <> 0, p.count, p.effective_time, p.number
      FROM projection_checkpoint c
      LEFT JOIN LATERAL (
        SELECT number FROM backdated
        WHERE generation = c.generation AND account_id = ? AND position <= ?
        ORDER BY position DESC, number DESC
        LIMIT 1
      ) h ON TRUE
      CROSS JOIN (
        SELECT ?::text AS account_id, ?::timestamptz AS after_time, ?::bigint AS after_number, ?::timestamptz AS end_time,
          ?::bigint AS rows_max
      ) t
      LEFT JOIN LATERAL (
        SELECT b.position, b.posted, f.*
        FROM (
          SELECT *, row_number() OVER (ORDER BY effective_time, number) AS count
          FROM (
            SELECT s.effective_time, s.number
            FROM (
              SELECT 2 AS level, block FROM generate_series(0, (h.number >> 16) - 1) block
              UNION ALL
              SELECT 1, block FROM generate_series((h.number >> 16) << 8, (h.number >> 8) - 1) block
            ) g
            CROSS JOIN LATERAL (
              SELECT effective_time, number FROM backdated_sums
              WHERE generation = c.generation AND account_id = t.account_id AND level = g.level AND block = g.block
                AND (effective_time, number) > (t.after_time, t.after_number) AND effective_time < t.end_time
              ORDER BY effective_time, number
              LIMIT t.rows_max
            ) s
            UNION ALL
            SELECT effective_time, number FROM backdated
            WHERE generation = c.generation AND account_id = t.account_id AND number > (h.number >> 8) << 8
              AND number <= h.number AND (effective_time, number) > (t.after_time, t.after_number)
              AND effective_time < t.end_time
          ) parts
          ORDER BY effective_time, number
          LIMIT t.rows_max
        ) f
        JOIN backdated b ON b.generation = c.generation AND b.account_id = t.account_id AND b.number = f.number
      ) p ON TRUE
      LEFT JOIN LATERAL (
        SELECT * FROM entries
        WHERE generation = c.generation AND position = p.position AND account_id = t.account_id
        LIMIT 1
      ) e ON TRUE
      WHERE c.ledger_id = ?
      ORDER BY p.effective_time, p.number
      """
          .formatted(StatementRow.COLUMNS);

  private final ReadModel model;

  BackdatedQueries(ReadModel model) {
    this.model = model;
  }

  /** The cursor before the first one that took effect in the period. */
  static StatementCursor first(StatementScope scope) {
    return new StatementCursor(scope.start(), 0);
  }

  /**
   * The backdated entries that took effect in the period after the cursor; empty where the read
   * model does not know the ledger.
   */
  Optional<StatementPage> page(StatementScope scope, StatementCursor after) {
    return model.query(
        BACKDATED,
        statement -> {
          statement.setString(1, scope.account());
          statement.setLong(2, scope.moment().position());
          statement.setString(3, scope.account());
          statement.setObject(4, parameter(after.time()));
          statement.setLong(5, after.number());
          statement.setObject(6, parameter(scope.end()));
          statement.setInt(7, ROWS_PER_PAGE_MAX);
          statement.setString(8, scope.ledger());
        },
        BackdatedQueries::page);
  }

  /** Rows that changed only what is held are no entries, but looked at. */
  private static Optional<StatementPage> page(ResultSet rows) throws SQLException {
    if (!rows.next()) {
      return Optional.empty();
    }
    var checkpoint = rows.getLong(1);
    var looked = new ArrayList<Page.Row<StatementRow, StatementCursor>>();
    do {
      if (rows.getObject(2) != null) {
        looked.add(
            new Page.Row<>(
                StatementRow.of(rows),
                rows.getBoolean(12),
                rows.getInt(13) == ROWS_PER_PAGE_MAX,
                new StatementCursor(instant(rows, 14), rows.getLong(15))));
      }
    } while (rows.next());
    return Optional.of(new StatementPage(checkpoint, Page.of(looked, ROWS_PER_PAGE_MAX)));
  }
}
