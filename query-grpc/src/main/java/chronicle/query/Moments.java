package chronicle.query;

import static chronicle.query.ReadModel.instant;
import static chronicle.query.ReadModel.parameter;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Optional;

/**
 * Finds what position a moment stands for, in one statement each. Every query is empty where the
 * read model does not know the ledger.
 */
final class Moments {
  /** The position of an entry {@code e}, rounded down to the end of a command. */
  static final String COMMAND_END =
      """
      CASE WHEN e.transaction_index < e.transaction_size - 1
        THEN e.position - e.transaction_index - 1 ELSE e.position END\
      """;

  // The position rounded down to the end of a command; no row where that is before the first event.
  static final String AT_POSITION =
      """
      WITH asked AS (
        SELECT e.generation, %s AS position
        FROM entries e
        WHERE e.generation = (SELECT generation FROM projection_checkpoint WHERE ledger_id = ?) AND e.position = ?
        LIMIT 1
      ), moment AS (
        SELECT a.position, e.record_time
        FROM asked a
        CROSS JOIN LATERAL (
          SELECT e.record_time FROM entries e
          WHERE e.generation = a.generation AND e.position = a.position
          LIMIT 1
        ) e
      )
      """
          .formatted(COMMAND_END);

  // Positions have no gaps and record times never fall along them, so the last position at or
  // before a time is found by bisection: low is always at or before it (or 0), high after it.
  // A time not before the last event projected is not settled here: no row.
  private static final String AT_TIME =
      """
      WITH RECURSIVE asked AS (
        SELECT ?::text AS ledger_id, ?::timestamptz AS record_time, ?::text AS incarnation, ?::bigint AS low, ?::bigint AS high
      ), search AS (
        SELECT c.generation, a.record_time,
          CASE WHEN c.incarnation = a.incarnation THEN a.low ELSE 0 END AS low,
          CASE WHEN c.incarnation = a.incarnation THEN LEAST(a.high, c.position) ELSE c.position END AS high
        FROM asked a
        JOIN projection_checkpoint c ON c.ledger_id = a.ledger_id
        WHERE a.record_time < c.record_time
        UNION ALL
        SELECT s.generation, s.record_time,
          CASE WHEN e.record_time <= s.record_time THEN s.middle ELSE s.low END,
          CASE WHEN e.record_time <= s.record_time THEN s.high ELSE s.middle END
        FROM (
          SELECT s.*, (s.low + s.high) / 2 AS middle FROM search s WHERE s.high - s.low > 1
        ) s
        CROSS JOIN LATERAL (
          SELECT e.record_time FROM entries e
          WHERE e.generation = s.generation AND e.position = s.middle
          LIMIT 1
        ) e
      )
      SELECT low FROM search WHERE high - low = 1
      """;

  private static final String STRETCH =
      """
      SELECT c.incarnation, e.position, e.record_time, e.transaction_index, e.transaction_size
      FROM projection_checkpoint c
      JOIN entries e ON e.generation = c.generation AND e.position BETWEEN ? AND ?
      WHERE c.ledger_id = ? AND c.position >= ?
      ORDER BY e.position
      """;

  private static final String NOW =
      """
      SELECT c.position, c.position, COALESCE(c.record_time, TIMESTAMPTZ 'epoch'), %s
      FROM projection_checkpoint c WHERE c.ledger_id = ?
      """
          .formatted(Moment.ORIGIN);

  private static final String MOMENT =
      """
      SELECT c.position, COALESCE(m.position, 0), COALESCE(m.record_time, TIMESTAMPTZ 'epoch'), %s
      FROM projection_checkpoint c
      LEFT JOIN moment m ON TRUE
      WHERE c.ledger_id = ?
      """
          .formatted(Moment.ORIGIN);

  private final ReadModel model;

  Moments(ReadModel model) {
    this.model = model;
  }

  /** Where the read model stands. */
  Optional<Moment> now(String ledger) {
    return model.query(NOW, statement -> statement.setString(1, ledger), Moments::moment);
  }

  /** A position rounded down to the end of a command; 0 where the checkpoint has not reached it. */
  Optional<Moment> atPosition(String ledger, long position) {
    return model.query(
        AT_POSITION + MOMENT,
        statement -> {
          statement.setString(1, ledger);
          statement.setLong(2, position);
          statement.setString(3, ledger);
        },
        Moments::moment);
  }

  /**
   * The last position recorded at or before a time (0: none), looked for between bounds; empty
   * where that is not settled.
   */
  Optional<Long> atTime(String ledger, Instant time, Bounds bounds) {
    return model.query(
        AT_TIME,
        statement -> {
          statement.setString(1, ledger);
          statement.setObject(2, parameter(time));
          statement.setString(3, bounds.incarnation());
          statement.setLong(4, bounds.atLeast());
          statement.setLong(5, bounds.below());
        },
        rows -> rows.next() ? Optional.of(rows.getLong(1)) : Optional.empty());
  }

  /**
   * The stretch of a position; empty where the checkpoint has not gone past its end, or a row is
   * missing.
   */
  Optional<Stretch> stretch(String ledger, long position) {
    var first = Stretch.firstOf(position);
    var following = first + Stretch.LENGTH;
    return model.query(
        STRETCH,
        statement -> {
          statement.setLong(1, first);
          statement.setLong(2, following);
          statement.setString(3, ledger);
          statement.setLong(4, following);
        },
        rows -> rows.next() ? stretch(first, rows) : Optional.empty());
  }

  private static Optional<Stretch> stretch(long first, ResultSet rows) throws SQLException {
    var stretch = new Stretch.Builder(rows.getString(1), first);
    var before = 0L;
    do {
      // External accounts had rows of their own once, at the same positions.
      if (rows.getLong(2) != before) {
        before = rows.getLong(2);
        stretch.add(before, instant(rows, 3), rows.getInt(4), rows.getInt(5));
      }
    } while (rows.next());
    return stretch.build();
  }

  private static Optional<Moment> moment(ResultSet rows) throws SQLException {
    return rows.next()
        ? Optional.of(
            new Moment(rows.getLong(1), rows.getLong(2), instant(rows, 3), rows.getString(4)))
        : Optional.empty();
  }
}
