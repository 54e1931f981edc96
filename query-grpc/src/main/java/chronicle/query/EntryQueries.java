package chronicle.query;

import static chronicle.query.Columns.METADATA;
import static chronicle.query.Columns.metadata;
import static chronicle.query.Columns.money;
import static chronicle.query.Columns.timestamp;
import static chronicle.query.ReadModel.parameter;

import chronicle.query.v1.Entry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Optional;

/** An account's postings, a page in one statement. */
final class EntryQueries {
  private static final String PAGE =
      """
      SELECT c.position, a.account_id IS NOT NULL, e.*
      FROM projection_checkpoint c
      LEFT JOIN accounts a ON a.ledger_id = c.ledger_id AND a.account_id = ?
      LEFT JOIN LATERAL (
        SELECT position, account_id, account_version, event_type, currency_code, amount::bigint,
          posted_after::bigint, transaction_id, counterparty_account, record_time, effective_time,
          reference, %s
        FROM entries
        WHERE ledger_id = a.ledger_id AND account_id = a.account_id
          AND (record_time, position) < (?, ?) AND amount <> 0
        ORDER BY record_time DESC, position DESC
        LIMIT ?
      ) e ON TRUE
      WHERE c.ledger_id = ?
      ORDER BY e.position DESC
      """
          .formatted(METADATA);

  private final ReadModel model;

  EntryQueries(ReadModel model) {
    this.model = model;
  }

  /** The entries from a cursor on; empty where the read model does not know the ledger. */
  Optional<EntryPage> page(String ledger, String account, EntryCursor from, int entriesMax) {
    return model.query(
        PAGE,
        statement -> {
          statement.setString(1, account);
          statement.setObject(2, parameter(from.recordTime()));
          statement.setLong(3, from.position());
          statement.setInt(4, entriesMax);
          statement.setString(5, ledger);
        },
        rows -> page(ledger, rows));
  }

  private static Optional<EntryPage> page(String ledger, ResultSet rows) throws SQLException {
    if (!rows.next()) {
      return Optional.empty();
    }
    var checkpoint = rows.getLong(1);
    var accountFound = rows.getBoolean(2);
    var entries = new ArrayList<Entry>();
    do {
      entry(ledger, rows).ifPresent(entries::add);
    } while (rows.next());
    return Optional.of(new EntryPage(checkpoint, accountFound, entries));
  }

  private static Optional<Entry> entry(String ledger, ResultSet rows) throws SQLException {
    var position = rows.getLong(3);
    if (rows.wasNull()) {
      return Optional.empty();
    }
    var currency = rows.getString(7);
    return Optional.of(
        Entry.newBuilder()
            .setEventId(ledger + "-" + position)
            .setPosition(position)
            .setAccount(rows.getString(4))
            .setAccountVersion(rows.getLong(5))
            .setType(rows.getString(6))
            .setAmount(money(currency, rows.getLong(8)))
            .setPostedAfter(money(currency, rows.getLong(9)))
            .setTransactionId(rows.getString(10))
            .setCounterpartyAccount(rows.getString(11))
            .setRecordTime(timestamp(rows, 12))
            .setEffectiveTime(timestamp(rows, 13))
            .setReference(rows.getString(14))
            .putAllMetadata(metadata(rows, 15))
            .build());
  }
}
