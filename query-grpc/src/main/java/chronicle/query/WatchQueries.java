package chronicle.query;

import static chronicle.query.Columns.METADATA_OF;
import static chronicle.query.ReadModel.instant;

import chronicle.query.v1.Entry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What happened after a position, the oldest first, in one statement each. Every query is empty
 * where the read model does not know the ledger.
 */
final class WatchQueries {
  private static final String AFTER =
      """
      SELECT c.position, c.record_time, e.position, e.account_id, e.account_version, e.event_type, e.currency_code,
        e.amount::bigint, e.posted_after::bigint, e.transaction_id, e.counterparty_account, e.record_time,
        e.effective_time, e.reference, %s, %s
      FROM projection_checkpoint c
      LEFT JOIN LATERAL (
        %%s
        LIMIT ?
      ) e ON TRUE
      WHERE c.ledger_id = ? AND c.position > 0
      ORDER BY e.position
      """
          .formatted(METADATA_OF.formatted("e"), Moment.ORIGIN);

  private static final String OF_ACCOUNT =
      AFTER.formatted(
          """
          SELECT e.* FROM entries e
          WHERE e.generation = c.generation AND e.account_id = ?
            AND (e.record_time, e.position) > (
              COALESCE(
                (SELECT record_time FROM entries b WHERE b.generation = c.generation AND b.position = ? LIMIT 1),
                '-infinity'),
              ?)
          ORDER BY e.record_time, e.position
          """);

  // External accounts have no version: what they show is the other side of what others do.
  private static final String OF_LEDGER =
      AFTER.formatted(
          """
          SELECT e.* FROM entries e
          WHERE e.generation = c.generation AND e.position > ? AND e.account_version > 0
          ORDER BY e.position
          """);

  private final ReadModel model;

  WatchQueries(ReadModel model) {
    this.model = model;
  }

  /** What happened to an account after a position, at most so much. */
  Optional<Happened> toAccount(String ledger, String account, long after, int max) {
    return model.query(
        OF_ACCOUNT,
        statement -> {
          statement.setString(1, account);
          statement.setLong(2, after);
          statement.setLong(3, after);
          statement.setInt(4, max);
          statement.setString(5, ledger);
        },
        rows -> happened(ledger, rows, max));
  }

  /** What happened to any account after a position, at most so much. */
  Optional<Happened> toLedger(String ledger, long after, int max) {
    return model.query(
        OF_LEDGER,
        statement -> {
          statement.setLong(1, after);
          statement.setInt(2, max);
          statement.setString(3, ledger);
        },
        rows -> happened(ledger, rows, max));
  }

  private static Optional<Happened> happened(String ledger, ResultSet rows, int max)
      throws SQLException {
    if (!rows.next()) {
      return Optional.empty();
    }
    var checkpoint = rows.getLong(1);
    var moment = new Moment(checkpoint, checkpoint, instant(rows, 2), rows.getString(16));
    var entries = new ArrayList<Entry>();
    do {
      if (rows.getObject(3) != null) {
        entries.add(EntryQueries.entry(ledger, rows));
      }
    } while (rows.next());
    return Optional.of(new Happened(moment, entries, entries.size() == max));
  }

  /**
   * What happened.
   *
   * @param moment where the read model stood
   * @param more whether there may be more of it
   */
  record Happened(Moment moment, List<Entry> entries, boolean more) implements Snapshot {
    @Override
    public long checkpoint() {
      return moment.checkpoint();
    }

    /** The position up to which nothing is missing. */
    long position() {
      return more ? entries.getLast().getPosition() : moment.position();
    }
  }
}
