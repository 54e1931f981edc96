package chronicle.projector;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** The table {@code entries}, which only grows. */
final class Entries {
  private static final String INSERT =
      """
      INSERT INTO entries (
        ledger_id, position, account_id, account_version, event_type, currency_code, amount, posted_after, held_after,
        available_after, command_id, transaction_id, transaction_index, transaction_size, counterparty_account,
        record_time, effective_time, reference, metadata)
      SELECT ?, position, account_id, account_version, event_type, currency_code, NULLIF(amount, 0), posted_after,
        held_after, available_after, command_id, transaction_id, transaction_index, transaction_size,
        counterparty_account, TIMESTAMPTZ 'epoch' + record_micros * INTERVAL '1 microsecond',
        TIMESTAMPTZ 'epoch' + effective_micros * INTERVAL '1 microsecond', reference, metadata::jsonb
      FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) AS new (
        position, account_id, account_version, event_type, currency_code, amount, posted_after, held_after,
        available_after, command_id, transaction_id, transaction_index, transaction_size, counterparty_account,
        record_micros, effective_micros, reference, metadata)
      """;

  private Entries() {}

  static void write(Connection session, String ledger, List<Entry> entries) throws SQLException {
    try (var statement = session.prepareStatement(INSERT)) {
      statement.setString(1, ledger);
      new Columns<>(statement, 2, entries)
          .longs(Entry::position)
          .texts(Entry::accountId)
          .longs(Entry::accountVersion)
          .texts(Entry::eventType)
          .texts(Entry::currencyCode)
          .longs(Entry::amount)
          .numerics(Entry::postedAfter)
          .longs(Entry::heldAfter)
          .numerics(Entry::availableAfter)
          .texts(Entry::commandId)
          .texts(Entry::transactionId)
          .ints(Entry::transactionIndex)
          .ints(Entry::transactionSize)
          .texts(Entry::counterpartyAccount)
          .times(Entry::recordTime)
          .times(Entry::effectiveTime)
          .texts(Entry::reference)
          .texts(Entry::metadata);
      statement.executeUpdate();
    }
  }
}
