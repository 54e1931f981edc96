package chronicle.query;

import static chronicle.query.Columns.METADATA_OF;
import static chronicle.query.Columns.metadata;
import static chronicle.query.Columns.money;
import static chronicle.query.Columns.timestamp;
import static chronicle.query.ReadModel.instant;
import static chronicle.query.ReadModel.parameter;

import chronicle.query.v1.Entry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Optional;

/** An account's postings, a page in one statement. */
final class EntryQueries {
  // However little the filter lets through, a page looks at so many entries and no more; the last
  // of them comes back in any case, to go on from.
  private static final int LOOKED_AT_MAX = 10_000;

  private static final String PAGE =
      Filter.ROW
          + """
          SELECT c.position, a.account_id IS NOT NULL, e.position, e.account_id, e.account_version, e.event_type,
            e.currency_code, e.amount::bigint, e.posted_after::bigint, e.transaction_id, e.counterparty_account,
            e.record_time, e.effective_time, e.reference, %s, e.wanted, e.number
          FROM projection_checkpoint c
          LEFT JOIN accounts a ON a.generation = c.generation AND a.account_id = ? AND a.create_position <= ?
          LEFT JOIN LATERAL (
            SELECT * FROM (
              SELECT e.*, row_number() OVER (ORDER BY e.record_time DESC, e.position DESC) AS number,
                (f.effective_from IS NULL OR e.effective_time >= f.effective_from)
                AND (f.effective_until IS NULL OR e.effective_time < f.effective_until)
                AND (f.types IS NULL OR e.event_type = ANY (f.types))
                AND (f.amount_min IS NULL OR e.amount >= f.amount_min)
                AND (f.amount_max IS NULL OR e.amount <= f.amount_max)
                AND (f.reference IS NULL OR e.reference = f.reference)
                AND e.metadata @> f.metadata AS wanted
              FROM filter f
              CROSS JOIN LATERAL (
                SELECT * FROM entries
                WHERE generation = a.generation AND account_id = a.account_id AND (record_time, position) < (?, ?)
                  AND record_time >= COALESCE(f.recorded_from, '-infinity') AND amount <> 0
                ORDER BY record_time DESC, position DESC
                LIMIT ?
              ) e
              ORDER BY e.record_time DESC, e.position DESC
            ) e
            WHERE wanted OR number = ?
            LIMIT ?
          ) e ON TRUE
          WHERE c.ledger_id = ?
          ORDER BY e.record_time DESC, e.position DESC
          """
              .formatted(METADATA_OF.formatted("e"));

  private final ReadModel model;

  EntryQueries(ReadModel model) {
    this.model = model;
  }

  /** The entries from a cursor on; empty where the read model does not know the ledger. */
  Optional<EntryPage> page(
      String ledger, String account, Filter filter, EntryCursor from, int entriesMax) {
    return model.query(
        PAGE,
        statement -> {
          filter.bind(statement);
          statement.setString(11, account);
          statement.setLong(12, from.readPosition());
          statement.setObject(13, parameter(from.recordTime()));
          statement.setLong(14, from.position());
          statement.setInt(15, LOOKED_AT_MAX);
          statement.setInt(16, LOOKED_AT_MAX);
          statement.setInt(17, entriesMax + 1);
          statement.setString(18, ledger);
        },
        rows -> page(ledger, from.readPosition(), entriesMax, rows));
  }

  private static Optional<EntryPage> page(
      String ledger, long readPosition, int entriesMax, ResultSet rows) throws SQLException {
    if (!rows.next()) {
      return Optional.empty();
    }
    var checkpoint = rows.getLong(1);
    var accountFound = rows.getBoolean(2);
    var looked = new ArrayList<Page.Row<Entry, EntryCursor>>();
    do {
      row(ledger, readPosition, rows).ifPresent(looked::add);
    } while (rows.next());
    return Optional.of(new EntryPage(checkpoint, accountFound, Page.of(looked, entriesMax)));
  }

  private static Optional<Page.Row<Entry, EntryCursor>> row(
      String ledger, long readPosition, ResultSet rows) throws SQLException {
    var position = rows.getLong(3);
    if (rows.wasNull()) {
      return Optional.empty();
    }
    return Optional.of(
        new Page.Row<>(
            entry(ledger, rows),
            rows.getBoolean(16),
            rows.getInt(17) == LOOKED_AT_MAX,
            new EntryCursor(readPosition, instant(rows, 12), position)));
  }

  /** The entry in columns 3 to 15; without an amount where nothing was posted. */
  static Entry entry(String ledger, ResultSet rows) throws SQLException {
    var position = rows.getLong(3);
    var currency = rows.getString(7);
    var entry = Entry.newBuilder();
    var amount = rows.getLong(8);
    if (!rows.wasNull()) {
      entry.setAmount(money(currency, amount));
    }
    return entry
        .setEventId(ledger + "-" + position)
        .setPosition(position)
        .setAccount(rows.getString(4))
        .setAccountVersion(rows.getLong(5))
        .setType(rows.getString(6))
        .setPostedAfter(money(currency, rows.getLong(9)))
        .setTransactionId(rows.getString(10))
        .setCounterpartyAccount(rows.getString(11))
        .setRecordTime(timestamp(rows, 12))
        .setEffectiveTime(timestamp(rows, 13))
        .setReference(rows.getString(14))
        .putAllMetadata(metadata(rows, 15))
        .build();
  }
}
