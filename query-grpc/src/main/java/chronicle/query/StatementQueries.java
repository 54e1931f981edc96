package chronicle.query;

import static chronicle.query.Columns.money;
import static chronicle.query.ReadModel.instant;
import static chronicle.query.ReadModel.parameter;

import chronicle.query.v1.StatementHeader.Axis;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Optional;

/**
 * What a statement says, in the order of the log, in one statement each. Every query is empty where
 * the read model does not know the ledger.
 */
final class StatementQueries {
  private static final int ROWS_PER_PAGE_MAX = 1_000;

  // As for lists: a page looks at so many entries and no more, the last of which comes back in any
  // case.
  private static final int LOOKED_AT_MAX = 10_000;

  private static final String ENDS =
      """
      SELECT c.position, a.currency_code, COALESCE(opening.posted, 0), COALESCE(closing.posted, 0)
      FROM projection_checkpoint c
      CROSS JOIN (SELECT ?::bigint AS position, ?::timestamptz AS record_time) t
      LEFT JOIN accounts a ON a.generation = c.generation AND a.account_id = ? AND a.create_position <= t.position
      LEFT JOIN LATERAL (%1$s) opening ON TRUE
      LEFT JOIN LATERAL (%1$s) closing ON TRUE
      WHERE c.ledger_id = ?
      """
          .formatted(
              """
              SELECT posted_after::bigint AS posted FROM entries
              WHERE generation = a.generation AND account_id = a.account_id AND record_time < ?
                AND (record_time, position) <= (t.record_time, t.position)
              ORDER BY record_time DESC, position DESC
              LIMIT 1
              """);

  // What was backdated is wanted, or is not.
  private static final String RECORDED =
      """
      SELECT c.position, %s, e.wanted, e.number
      FROM projection_checkpoint c
      LEFT JOIN LATERAL (
        SELECT * FROM (
          SELECT e.*, row_number() OVER (ORDER BY e.record_time, e.position) AS number,
            COALESCE(e.amount, 0) <> 0 AND (e.effective_time >= e.record_time OR ?) AS wanted
          FROM (
            SELECT * FROM entries
            WHERE generation = c.generation AND account_id = ? AND (record_time, position) > (?, ?)
              AND record_time < ? AND (record_time, position) <= (?, ?)
            ORDER BY record_time, position
            LIMIT ?
          ) e
          ORDER BY e.record_time, e.position
        ) e
        WHERE wanted OR number = ?
        LIMIT ?
      ) e ON TRUE
      WHERE c.ledger_id = ?
      ORDER BY e.record_time, e.position
      """
          .formatted(StatementRow.COLUMNS);

  private final ReadModel model;

  StatementQueries(ReadModel model) {
    this.model = model;
  }

  /** The balances by record time at both ends of the period. */
  Optional<StatementEnds> ends(StatementScope scope) {
    return model.query(
        ENDS,
        statement -> {
          statement.setLong(1, scope.moment().position());
          statement.setObject(2, parameter(scope.moment().recordTime()));
          statement.setString(3, scope.account());
          statement.setObject(4, parameter(scope.start()));
          statement.setObject(5, parameter(scope.end()));
          statement.setString(6, scope.ledger());
        },
        rows -> rows.next() ? Optional.of(ends(rows)) : Optional.empty());
  }

  private static StatementEnds ends(ResultSet rows) throws SQLException {
    var currency = rows.getString(2);
    return new StatementEnds(
        rows.getLong(1),
        currency == null
            ? Optional.empty()
            : Optional.of(
                new StatementEnds.Balances(
                    money(currency, rows.getLong(3)), money(currency, rows.getLong(4)))));
  }

  /** The cursor before the first entry recorded in the period. */
  static StatementCursor first(StatementScope scope) {
    return new StatementCursor(scope.start(), 0);
  }

  /**
   * The entries recorded in the period after the cursor; on the axis of business time without those
   * backdated.
   */
  Optional<StatementPage> recorded(StatementScope scope, StatementCursor after) {
    return model.query(
        RECORDED,
        statement -> {
          statement.setBoolean(1, scope.axis() == Axis.RECORD_TIME);
          statement.setString(2, scope.account());
          statement.setObject(3, parameter(after.time()));
          statement.setLong(4, after.number());
          statement.setObject(5, parameter(scope.end()));
          statement.setObject(6, parameter(scope.moment().recordTime()));
          statement.setLong(7, scope.moment().position());
          statement.setInt(8, LOOKED_AT_MAX);
          statement.setInt(9, LOOKED_AT_MAX);
          statement.setInt(10, ROWS_PER_PAGE_MAX + 1);
          statement.setString(11, scope.ledger());
        },
        StatementQueries::recorded);
  }

  private static Optional<StatementPage> recorded(ResultSet rows) throws SQLException {
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
                rows.getInt(13) == LOOKED_AT_MAX,
                new StatementCursor(instant(rows, 3), rows.getLong(2))));
      }
    } while (rows.next());
    return Optional.of(new StatementPage(checkpoint, Page.of(looked, ROWS_PER_PAGE_MAX)));
  }
}
