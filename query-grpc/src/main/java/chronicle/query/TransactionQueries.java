package chronicle.query;

import static chronicle.query.Columns.METADATA_OF;
import static chronicle.query.Columns.metadata;
import static chronicle.query.Columns.money;
import static chronicle.query.Columns.timestamp;

import chronicle.query.v1.Transaction;
import chronicle.query.v1.Transaction.End;
import chronicle.query.v1.Transaction.Posting;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Transactions as of a position. Their rows say at which position they changed, so what holds for
 * one position holds for ever; the postings are looked up by a statement of their own.
 */
final class TransactionQueries {
  // However little the filter lets through, a page looks at so many transactions and no more; the
  // last of them comes back in any case, to go on from.
  private static final int LOOKED_AT_MAX = 10_000;

  private static final String STATUS =
      "CASE WHEN t.end_position > ? THEN 'PENDING' ELSE t.status END";

  private static final String COLUMNS =
      """
      SELECT c.position, t.position, t.transaction_id, t.status_then, t.expire_time, t.reverses_transaction_id,
        CASE WHEN t.reversed_position <= ? THEN t.reversed_by END, t.record_time, t.effective_time, t.reference, %s,
        e.position, e.command_id, e.record_time, e.effective_time, t.wanted, t.number
      FROM projection_checkpoint c
      """
          .formatted(METADATA_OF.formatted("t"));

  private static final String END =
      """
      LEFT JOIN LATERAL (
        SELECT * FROM entries
        WHERE generation = c.generation AND position = t.end_position AND position <= ?
        LIMIT 1
      ) e ON TRUE
      WHERE c.ledger_id = ?
      ORDER BY t.position DESC
      """;

  private static final String ONE =
      COLUMNS
          + """
          LEFT JOIN LATERAL (
            SELECT t.*, %s AS status_then, TRUE AS wanted, 0 AS number FROM transactions t
            WHERE t.generation = c.generation AND t.transaction_id = ? AND t.position <= ?
          ) t ON TRUE
          """
              .formatted(STATUS)
          + END;

  private static final String PAGE =
      Filter.ROW
          + COLUMNS
          + """
          LEFT JOIN LATERAL (
            SELECT * FROM (
              SELECT t.*,
                (f.effective_from IS NULL OR t.effective_time >= f.effective_from)
                AND (f.effective_until IS NULL OR t.effective_time < f.effective_until)
                AND (f.reference IS NULL OR t.reference = f.reference)
                AND t.metadata @> f.metadata
                AND (f.status IS NULL OR t.status_then = f.status)
                AND (f.amount_min IS NULL AND f.amount_max IS NULL OR EXISTS (
                  SELECT FROM entries e
                  WHERE e.generation = t.generation AND e.position BETWEEN t.position AND t.last_position
                    AND e.transaction_id = t.transaction_id
                    AND abs(e.amount) BETWEEN COALESCE(f.amount_min, 0) AND COALESCE(f.amount_max, 9223372036854775807)
                ) OR EXISTS (
                  SELECT FROM holds h
                  WHERE h.generation = t.generation AND h.transaction_id = t.transaction_id
                    AND h.amount BETWEEN COALESCE(f.amount_min, 0) AND COALESCE(f.amount_max, 9223372036854775807)
                )) AS wanted
              FROM filter f
              CROSS JOIN LATERAL (
                SELECT t.*, %s AS status_then, row_number() OVER (ORDER BY t.position DESC) AS number
                FROM transactions t
                WHERE t.generation = c.generation AND t.position < ? AND (?::timestamptz IS NULL OR t.record_time < ?)
                  AND t.record_time >= COALESCE(f.recorded_from, '-infinity') %s
                ORDER BY t.position DESC
                LIMIT ?
              ) t
              ORDER BY t.position DESC
            ) t
            WHERE wanted OR number = ?
            LIMIT ?
          ) t ON TRUE
          """
          + END;

  private static final String ANY_STATUS = PAGE.formatted(STATUS, "");

  // The condition of a partial index, so that the many that were posted at once are not looked at.
  private static final String ONCE_PENDING =
      PAGE.formatted(STATUS, "AND (t.status <> 'POSTED' OR t.end_position IS NOT NULL)");

  private static final String POSTINGS =
      """
      SELECT t.position, p.*
      FROM unnest(?::bigint[]) q (position)
      JOIN transactions t
        ON t.generation = (SELECT generation FROM projection_checkpoint WHERE ledger_id = ?) AND t.position = q.position
      CROSS JOIN LATERAL (
        SELECT h.posting_index::bigint AS number, h.account_id, h.destination_account, h.currency_code, h.amount,
          CASE WHEN h.end_position <= ? THEN h.posted ELSE 0 END AS posted
        FROM holds h
        WHERE h.generation = t.generation AND h.transaction_id = t.transaction_id
        UNION ALL
        SELECT e.position,
          CASE WHEN e.event_type = 'MoneyDeposited' THEN e.counterparty_account ELSE e.account_id END,
          CASE WHEN e.event_type = 'MoneyDeposited' THEN e.account_id ELSE e.counterparty_account END,
          e.currency_code, abs(e.amount)::bigint, abs(e.amount)::bigint
        FROM entries e
        WHERE e.generation = t.generation AND e.position BETWEEN t.position AND t.last_position
          AND e.transaction_id = t.transaction_id AND e.account_version > 0
          AND e.event_type IN ('MoneyDeposited', 'MoneyWithdrawn', 'MoneyTransferredOut')
      ) p
      ORDER BY t.position, p.number
      """;

  private final ReadModel model;

  TransactionQueries(ReadModel model) {
    this.model = model;
  }

  /**
   * A page of one transaction as of a position, or of none; empty where the read model does not
   * know the ledger.
   */
  Optional<TransactionPage> one(String ledger, String transaction, long readPosition) {
    return model
        .query(
            ONE,
            statement -> {
              statement.setLong(1, readPosition);
              statement.setLong(2, readPosition);
              statement.setString(3, transaction);
              statement.setLong(4, readPosition);
              statement.setLong(5, readPosition);
              statement.setString(6, ledger);
            },
            rows -> page(readPosition, 1, rows))
        .map(page -> withPostings(ledger, readPosition, page));
  }

  /** The transactions from a cursor on; empty where the read model does not know the ledger. */
  Optional<TransactionPage> page(
      String ledger, Filter filter, PositionCursor from, int transactionsMax) {
    var readPosition = from.readPosition();
    var onlyOncePending =
        filter.status().isPresent() && filter.status().get() != Transaction.Status.POSTED;
    return model
        .query(
            onlyOncePending ? ONCE_PENDING : ANY_STATUS,
            statement -> {
              filter.bind(statement);
              statement.setLong(11, readPosition);
              statement.setLong(12, readPosition);
              statement.setLong(13, from.position());
              var until = filter.until().map(ReadModel::parameter).orElse(null);
              statement.setObject(14, until, Types.TIMESTAMP_WITH_TIMEZONE);
              statement.setObject(15, until, Types.TIMESTAMP_WITH_TIMEZONE);
              statement.setInt(16, LOOKED_AT_MAX);
              statement.setInt(17, LOOKED_AT_MAX);
              statement.setInt(18, transactionsMax + 1);
              statement.setLong(19, readPosition);
              statement.setString(20, ledger);
            },
            rows -> page(readPosition, transactionsMax, rows))
        .map(page -> withPostings(ledger, readPosition, page));
  }

  private static Optional<TransactionPage> page(
      long readPosition, int transactionsMax, ResultSet rows) throws SQLException {
    if (!rows.next()) {
      return Optional.empty();
    }
    var checkpoint = rows.getLong(1);
    var looked = new ArrayList<Page.Row<Transaction, PositionCursor>>();
    do {
      row(readPosition, rows).ifPresent(looked::add);
    } while (rows.next());
    return Optional.of(new TransactionPage(checkpoint, Page.of(looked, transactionsMax)));
  }

  private static Optional<Page.Row<Transaction, PositionCursor>> row(
      long readPosition, ResultSet rows) throws SQLException {
    var position = rows.getLong(2);
    if (rows.wasNull()) {
      return Optional.empty();
    }
    return Optional.of(
        new Page.Row<>(
            transaction(readPosition, rows),
            rows.getBoolean(16),
            rows.getInt(17) == LOOKED_AT_MAX,
            new PositionCursor(readPosition, position)));
  }

  private static Transaction transaction(long readPosition, ResultSet rows) throws SQLException {
    var transaction =
        Transaction.newBuilder()
            .setPosition(rows.getLong(2))
            .setTransactionId(rows.getString(3))
            .setStatus(Transaction.Status.valueOf(rows.getString(4)))
            .setReversesTransactionId(textOrEmpty(rows, 6))
            .setReversedByTransactionId(textOrEmpty(rows, 7))
            .setRecordTime(timestamp(rows, 8))
            .setEffectiveTime(timestamp(rows, 9))
            .setReference(rows.getString(10))
            .putAllMetadata(metadata(rows, 11))
            .setReadPosition(readPosition);
    if (rows.getObject(5) != null) {
      transaction.setExpireTime(timestamp(rows, 5));
    }
    if (rows.getObject(12) != null) {
      transaction.setEnd(end(rows));
    }
    return transaction.build();
  }

  private static End end(ResultSet rows) throws SQLException {
    return End.newBuilder()
        .setPosition(rows.getLong(12))
        .setCommandId(rows.getString(13))
        .setRecordTime(timestamp(rows, 14))
        .setEffectiveTime(timestamp(rows, 15))
        .build();
  }

  private static String textOrEmpty(ResultSet rows, int column) throws SQLException {
    var text = rows.getString(column);
    return text == null ? "" : text;
  }

  private TransactionPage withPostings(String ledger, long readPosition, TransactionPage found) {
    var page = found.page();
    var postings = postings(ledger, readPosition, page.items());
    var transactions =
        page.items().stream()
            .map(transaction ->
                transaction.toBuilder()
                    .addAllPostings(postings.getOrDefault(transaction.getPosition(), List.of()))
                    .build())
            .toList();
    return new TransactionPage(found.checkpoint(), new Page<>(transactions, page.next()));
  }

  /** By the position of their transaction. */
  private Map<Long, List<Posting>> postings(
      String ledger, long readPosition, List<Transaction> transactions) {
    if (transactions.isEmpty()) {
      return Map.of();
    }
    return model.query(
        POSTINGS,
        statement -> {
          statement.setObject(
              1, transactions.stream().map(Transaction::getPosition).toArray(Long[]::new));
          statement.setString(2, ledger);
          statement.setLong(3, readPosition);
        },
        TransactionQueries::postings);
  }

  private static Map<Long, List<Posting>> postings(ResultSet rows) throws SQLException {
    var postings = new HashMap<Long, List<Posting>>();
    while (rows.next()) {
      var currency = rows.getString(5);
      postings
          .computeIfAbsent(rows.getLong(1), _ -> new ArrayList<>())
          .add(
              Posting.newBuilder()
                  .setSourceAccount(rows.getString(3))
                  .setDestinationAccount(rows.getString(4))
                  .setAmount(money(currency, rows.getLong(6)))
                  .setPosted(money(currency, rows.getLong(7)))
                  .build());
    }
    return postings;
  }
}
