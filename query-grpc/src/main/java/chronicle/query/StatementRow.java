package chronicle.query;

import static chronicle.query.Columns.money;
import static chronicle.query.ReadModel.instant;

import chronicle.query.v1.StatementEntry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Comparator;

/**
 * An entry as the read model has it.
 *
 * @param effectiveTime by which entries that took effect stand in order, those of one time by their
 *     position
 * @param postedAfter the balance after it in the order of the log
 */
record StatementRow(Instant effectiveTime, StatementEntry entry, long postedAfter) {
  /** The columns that {@link #of} reads, of a table e. */
  static final String COLUMNS =
      """
      e.position, e.record_time, e.effective_time, e.event_type, e.transaction_id, e.counterparty_account, e.reference,
        e.currency_code, e.amount::bigint, e.posted_after::bigint
      """;

  static final Comparator<StatementRow> BY_EFFECT =
      Comparator.comparing(StatementRow::effectiveTime)
          .thenComparingLong(row -> row.entry().getPosition());

  /** The row whose {@link #COLUMNS} are the second to the eleventh. */
  static StatementRow of(ResultSet rows) throws SQLException {
    return new StatementRow(
        instant(rows, 4),
        StatementEntry.newBuilder()
            .setPosition(rows.getLong(2))
            .setRecordTime(Columns.timestamp(rows, 3))
            .setEffectiveTime(Columns.timestamp(rows, 4))
            .setType(rows.getString(5))
            .setTransactionId(rows.getString(6))
            .setCounterpartyAccount(rows.getString(7))
            .setReference(rows.getString(8))
            .setAmount(money(rows.getString(9), rows.getLong(10)))
            .build(),
        rows.getLong(11));
  }
}
