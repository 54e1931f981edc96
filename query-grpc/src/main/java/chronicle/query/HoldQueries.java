package chronicle.query;

import static chronicle.query.Columns.money;
import static chronicle.query.Columns.timestamp;

import chronicle.query.v1.Hold;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;

/** What is held on an account, a page in one statement. */
final class HoldQueries {
  // However few of them are open, a page looks at so many holds and no more; the last of them comes
  // back in any case, to go on from.
  private static final int LOOKED_AT_MAX = 10_000;

  private static final String PAGE =
      """
      WITH asked AS (SELECT ?::bigint AS position, ?::timestamptz AS effective_time)
      SELECT c.position, a.account_id IS NOT NULL, h.position, h.transaction_id, h.posting_index, h.account_id,
        h.destination_account, h.currency_code, h.amount, h.expire_time, h.record_time, h.effective_time, h.open,
        h.number
      FROM projection_checkpoint c
      CROSS JOIN asked t
      LEFT JOIN accounts a ON a.generation = c.generation AND a.account_id = ? AND a.create_position <= t.position
      LEFT JOIN LATERAL (
        SELECT * FROM (
          SELECT h.*, row_number() OVER (ORDER BY h.position DESC) AS number,
            (t.effective_time IS NULL OR h.effective_time <= t.effective_time)
            AND (h.end_position IS NULL OR h.end_position > t.position OR h.end_effective_time > t.effective_time) AS open
          FROM (
            SELECT * FROM holds
            WHERE generation = a.generation AND account_id = a.account_id AND position < ?
            ORDER BY position DESC
            LIMIT ?
          ) h
          ORDER BY h.position DESC
        ) h
        WHERE open OR number = ?
        LIMIT ?
      ) h ON TRUE
      WHERE c.ledger_id = ?
      ORDER BY h.position DESC
      """;

  private final ReadModel model;

  HoldQueries(ReadModel model) {
    this.model = model;
  }

  /**
   * The holds from a cursor on that are open, or were as effective at a time; empty where the read
   * model does not know the ledger.
   */
  Optional<HoldPage> page(
      String ledger,
      String account,
      Optional<Instant> effective,
      PositionCursor from,
      int holdsMax) {
    return model.query(
        PAGE,
        statement -> {
          statement.setLong(1, from.readPosition());
          statement.setObject(
              2, effective.map(ReadModel::parameter).orElse(null), Types.TIMESTAMP_WITH_TIMEZONE);
          statement.setString(3, account);
          statement.setLong(4, from.position());
          statement.setInt(5, LOOKED_AT_MAX);
          statement.setInt(6, LOOKED_AT_MAX);
          statement.setInt(7, holdsMax + 1);
          statement.setString(8, ledger);
        },
        rows -> page(from.readPosition(), holdsMax, rows));
  }

  private static Optional<HoldPage> page(long readPosition, int holdsMax, ResultSet rows)
      throws SQLException {
    if (!rows.next()) {
      return Optional.empty();
    }
    var checkpoint = rows.getLong(1);
    var accountFound = rows.getBoolean(2);
    var looked = new ArrayList<Page.Row<Hold, PositionCursor>>();
    do {
      row(readPosition, rows).ifPresent(looked::add);
    } while (rows.next());
    return Optional.of(new HoldPage(checkpoint, accountFound, Page.of(looked, holdsMax)));
  }

  private static Optional<Page.Row<Hold, PositionCursor>> row(long readPosition, ResultSet rows)
      throws SQLException {
    var position = rows.getLong(3);
    if (rows.wasNull()) {
      return Optional.empty();
    }
    return Optional.of(
        new Page.Row<>(
            hold(rows),
            rows.getBoolean(13),
            rows.getInt(14) == LOOKED_AT_MAX,
            new PositionCursor(readPosition, position)));
  }

  private static Hold hold(ResultSet rows) throws SQLException {
    var hold =
        Hold.newBuilder()
            .setPosition(rows.getLong(3))
            .setTransactionId(rows.getString(4))
            .setPostingIndex(rows.getInt(5))
            .setAccount(rows.getString(6))
            .setDestinationAccount(rows.getString(7))
            .setAmount(money(rows.getString(8), rows.getLong(9)))
            .setRecordTime(timestamp(rows, 11))
            .setEffectiveTime(timestamp(rows, 12));
    if (rows.getObject(10) != null) {
      hold.setExpireTime(timestamp(rows, 10));
    }
    return hold.build();
  }
}
