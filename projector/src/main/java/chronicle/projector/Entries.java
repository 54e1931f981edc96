package chronicle.projector;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.function.Consumer;

/** The table {@code entries}, which only grows. */
final class Entries {
  private static final String COPY =
      """
      COPY entries (
        generation, ledger_id, position, account_id, account_version, event_type, currency_code, amount, posted_after,
        held_after, available_after, command_id, transaction_id, transaction_index, transaction_size,
        counterparty_account, record_time, effective_time, reference, metadata)
      FROM STDIN (FORMAT binary)
      """;

  private static final String SCAN =
      """
      SELECT position, account_id, account_version, event_type, currency_code, COALESCE(amount, 0), posted_after,
        held_after, available_after, command_id, transaction_id, transaction_index, transaction_size,
        counterparty_account, record_time, effective_time, reference,
        CASE WHEN metadata <> '{}' THEN %s END
      FROM entries WHERE generation = ? AND account_id = ANY (?)
      """
          .formatted(Columns.METADATA);

  private Entries() {}

  static void write(Connection session, Generation generation, List<Entry> entries)
      throws SQLException {
    Copy.write(
        session,
        COPY,
        entries,
        (copy, entry) -> {
          copy.int4(generation.number())
              .text(generation.ledger())
              .int8(entry.position())
              .text(entry.accountId())
              .int8(entry.accountVersion())
              .text(entry.eventType())
              .text(entry.currencyCode());
          if (entry.amount() == 0) {
            copy.absent();
          } else {
            copy.numeric(entry.amount());
          }
          copy.numeric(entry.postedAfter())
              .numeric(entry.heldAfter())
              .numeric(entry.availableAfter())
              .text(entry.commandId())
              .text(entry.transactionId())
              .int4(entry.transactionIndex())
              .int4(entry.transactionSize())
              .text(entry.counterpartyAccount())
              .time(entry.recordTime())
              .time(entry.effectiveTime())
              .text(entry.reference())
              .json(entry.metadata());
        });
  }

  /** Shows all rows of the accounts, in no order. */
  static void scan(
      Connection session,
      Generation generation,
      Collection<String> accountIds,
      Consumer<Entry> seen)
      throws SQLException {
    Scan.run(session, SCAN, generation, accountIds, row -> seen.accept(entry(row)));
  }

  private static Entry entry(ResultSet row) throws SQLException {
    return new Entry(
        row.getLong(1),
        row.getString(2),
        row.getLong(3),
        row.getString(4),
        row.getString(5),
        row.getLong(6),
        Columns.integer(row, 7),
        row.getLong(8),
        Columns.integer(row, 9),
        row.getString(10),
        row.getString(11),
        row.getInt(12),
        row.getInt(13),
        row.getString(14),
        Columns.time(row, 15),
        Columns.time(row, 16),
        row.getString(17),
        Columns.pairs(row, 18));
  }
}
