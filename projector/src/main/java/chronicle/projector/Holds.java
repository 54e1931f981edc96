package chronicle.projector;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The table {@code holds}. */
final class Holds {
  private static final String LOAD =
      """
      SELECT transaction_id, posting_index, account_id, destination_account, currency_code, amount, expire_time,
        position, record_time, effective_time, end_type, posted, end_position, end_record_time, end_effective_time
      FROM holds
      WHERE generation = ? AND transaction_id = ANY (?)
      """;

  private static final String COPY =
      """
      COPY holds (
        generation, transaction_id, posting_index, account_id, destination_account, currency_code, amount, expire_time,
        position, record_time, effective_time, end_type, posted, end_position, end_record_time, end_effective_time)
      FROM STDIN (FORMAT binary)
      """;

  private static final String UPDATE =
      """
      UPDATE holds AS stored
      SET end_type = new.end_type, posted = new.posted, end_position = new.end_position,
        end_record_time = TIMESTAMPTZ 'epoch' + new.end_record_micros * INTERVAL '1 microsecond',
        end_effective_time = TIMESTAMPTZ 'epoch' + new.end_effective_micros * INTERVAL '1 microsecond'
      FROM unnest(?, ?, ?, ?, ?, ?, ?) AS new (
        transaction_id, posting_index, end_type, posted, end_position, end_record_micros, end_effective_micros)
      WHERE stored.generation = ? AND stored.transaction_id = new.transaction_id
        AND stored.posting_index = new.posting_index AND stored.end_position IS NULL
      """;

  private Holds() {}

  /** All holds of the transactions. */
  static Map<Hold.Key, Hold> load(
      Connection session, Generation generation, Collection<String> transactionIds)
      throws SQLException {
    try (var statement = session.prepareStatement(LOAD)) {
      statement.setInt(1, generation.number());
      statement.setArray(2, session.createArrayOf("text", transactionIds.toArray(String[]::new)));
      try (var result = statement.executeQuery()) {
        var holds = new HashMap<Hold.Key, Hold>();
        while (result.next()) {
          var hold = hold(result);
          holds.put(hold.key(), hold);
        }
        return holds;
      }
    }
  }

  /** Writes the holds that a batch made or ended; {@code before} are those stored. */
  static void write(
      Connection session, Generation generation, Map<Hold.Key, Hold> before, Collection<Hold> holds)
      throws SQLException {
    var made = new ArrayList<Hold>();
    var ended = new ArrayList<Hold>();
    for (var hold : holds) {
      (before.containsKey(hold.key()) ? ended : made).add(hold);
    }
    if (!made.isEmpty()) {
      insert(session, generation, made);
    }
    if (!ended.isEmpty()) {
      update(session, generation, ended);
    }
  }

  private static void insert(Connection session, Generation generation, List<Hold> made)
      throws SQLException {
    Copy.write(
        session,
        COPY,
        made,
        (copy, hold) ->
            copy.int4(generation.number())
                .text(hold.key().transactionId())
                .int4(hold.key().postingIndex())
                .text(hold.accountId())
                .text(hold.destinationAccount())
                .text(hold.currencyCode())
                .int8(hold.amount())
                .optional(hold.expireTime(), copy::time)
                .int8(hold.position())
                .time(hold.recordTime())
                .time(hold.effectiveTime())
                .optional(hold.end().map(Hold.End::eventType), copy::text)
                .optional(hold.end().map(Hold.End::posted), copy::int8)
                .optional(hold.end().map(Hold.End::position), copy::int8)
                .optional(hold.end().map(Hold.End::recordTime), copy::time)
                .optional(hold.end().map(Hold.End::effectiveTime), copy::time));
  }

  private static void update(Connection session, Generation generation, List<Hold> ended)
      throws SQLException {
    try (var statement = session.prepareStatement(UPDATE)) {
      new Columns<>(statement, 1, ended)
          .texts(hold -> hold.key().transactionId())
          .ints(hold -> hold.key().postingIndex())
          .optionalTexts(hold -> hold.end().map(Hold.End::eventType))
          .optionalLongs(hold -> hold.end().map(Hold.End::posted))
          .optionalLongs(hold -> hold.end().map(Hold.End::position))
          .optionalTimes(hold -> hold.end().map(Hold.End::recordTime))
          .optionalTimes(hold -> hold.end().map(Hold.End::effectiveTime));
      statement.setInt(8, generation.number());
      var updated = statement.executeUpdate();
      if (updated != ended.size()) {
        throw new IllegalStateException(
            "%d of %d holds are not as this projection left them"
                .formatted(ended.size() - updated, ended.size()));
      }
    }
  }

  private static Hold hold(ResultSet row) throws SQLException {
    return new Hold(
        new Hold.Key(row.getString(1), row.getInt(2)),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getLong(6),
        Columns.optionalTime(row, 7),
        row.getLong(8),
        Columns.time(row, 9),
        Columns.time(row, 10),
        end(row));
  }

  private static Optional<Hold.End> end(ResultSet row) throws SQLException {
    var type = row.getString(11);
    return type == null
        ? Optional.empty()
        : Optional.of(
            new Hold.End(
                type,
                row.getLong(12),
                row.getLong(13),
                Columns.time(row, 14),
                Columns.time(row, 15)));
  }
}
