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

/** The table {@code transactions}. */
final class Transactions {
  private static final String LOAD =
      """
      SELECT transaction_id, position, last_position, status, expire_time, end_position,
        reverses_transaction_id, reversed_by, reversed_position, record_time, effective_time, reference, %s, (
          SELECT count(*) FROM holds h
          WHERE h.generation = t.generation AND h.transaction_id = t.transaction_id AND h.end_position IS NULL)
      FROM transactions t
      WHERE generation = ? AND transaction_id = ANY (?)
      """
          .formatted(Columns.METADATA);

  private static final String COPY =
      """
      COPY transactions (
        generation, ledger_id, transaction_id, position, last_position, status, expire_time, end_position,
        reverses_transaction_id, reversed_by, reversed_position, record_time, effective_time, reference, metadata)
      FROM STDIN (FORMAT binary)
      """;

  private static final String UPDATE =
      """
      UPDATE transactions AS stored
      SET status = new.status, end_position = new.end_position, reversed_by = new.reversed_by,
        reversed_position = new.reversed_position
      FROM unnest(?, ?, ?, ?, ?) AS new (transaction_id, status, end_position, reversed_by, reversed_position)
      WHERE stored.generation = ? AND stored.transaction_id = new.transaction_id AND stored.reversed_by IS NULL
      """;

  private Transactions() {}

  /** Those of the transactions that exist, by id. */
  static Map<String, Transaction> load(
      Connection session, Generation generation, Collection<String> transactionIds)
      throws SQLException {
    try (var statement = session.prepareStatement(LOAD)) {
      statement.setInt(1, generation.number());
      statement.setArray(2, session.createArrayOf("text", transactionIds.toArray(String[]::new)));
      try (var result = statement.executeQuery()) {
        var transactions = new HashMap<String, Transaction>();
        while (result.next()) {
          var transaction = transaction(result);
          transactions.put(transaction.transactionId(), transaction);
        }
        return transactions;
      }
    }
  }

  /** Writes the transactions that a batch made or affected; {@code before} are those stored. */
  static void write(
      Connection session,
      Generation generation,
      Map<String, Transaction> before,
      Collection<Transaction> transactions)
      throws SQLException {
    var made = new ArrayList<Transaction>();
    var changed = new ArrayList<Transaction>();
    for (var transaction : transactions) {
      (before.containsKey(transaction.transactionId()) ? changed : made).add(transaction);
    }
    if (!made.isEmpty()) {
      insert(session, generation, made);
    }
    if (!changed.isEmpty()) {
      update(session, generation, changed);
    }
  }

  private static void insert(Connection session, Generation generation, List<Transaction> made)
      throws SQLException {
    Copy.write(
        session,
        COPY,
        made,
        (copy, transaction) ->
            copy.int4(generation.number())
                .text(generation.ledger())
                .text(transaction.transactionId())
                .int8(transaction.position())
                .int8(transaction.lastPosition())
                .text(transaction.status().name())
                .optional(transaction.expireTime(), copy::time)
                .optional(transaction.end(), copy::int8)
                .optional(transaction.reverses(), copy::text)
                .optional(
                    transaction.reversal().map(Transaction.Reversal::transactionId), copy::text)
                .optional(transaction.reversal().map(Transaction.Reversal::position), copy::int8)
                .time(transaction.recordTime())
                .time(transaction.effectiveTime())
                .text(transaction.reference())
                .json(transaction.metadata()));
  }

  private static void update(Connection session, Generation generation, List<Transaction> changed)
      throws SQLException {
    try (var statement = session.prepareStatement(UPDATE)) {
      new Columns<>(statement, 1, changed)
          .texts(Transaction::transactionId)
          .texts(transaction -> transaction.status().name())
          .optionalLongs(Transaction::end)
          .optionalTexts(
              transaction -> transaction.reversal().map(Transaction.Reversal::transactionId))
          .optionalLongs(transaction -> transaction.reversal().map(Transaction.Reversal::position));
      statement.setInt(6, generation.number());
      var updated = statement.executeUpdate();
      if (updated != changed.size()) {
        throw new IllegalStateException(
            "%d of %d transactions are not as this projection left them"
                .formatted(changed.size() - updated, changed.size()));
      }
    }
  }

  private static Transaction transaction(ResultSet row) throws SQLException {
    return new Transaction(
        row.getString(1),
        row.getLong(2),
        row.getLong(3),
        Transaction.Status.valueOf(row.getString(4)),
        Columns.optionalTime(row, 5),
        Columns.optionalLong(row, 6),
        Optional.ofNullable(row.getString(7)),
        reversal(row),
        row.getInt(14),
        Columns.time(row, 10),
        Columns.time(row, 11),
        row.getString(12),
        Columns.pairs(row, 13));
  }

  private static Optional<Transaction.Reversal> reversal(ResultSet row) throws SQLException {
    var by = row.getString(8);
    return by == null
        ? Optional.empty()
        : Optional.of(new Transaction.Reversal(by, row.getLong(9)));
  }
}
