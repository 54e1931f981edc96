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
        reverses_transaction_id, reversed_by, reversed_position, record_time, effective_time, reference, metadata,
        (SELECT count(*) FROM holds h
         WHERE h.ledger_id = t.ledger_id AND h.transaction_id = t.transaction_id AND h.end_position IS NULL)
      FROM transactions t
      WHERE ledger_id = ? AND transaction_id = ANY (?)
      """;

  private static final String INSERT =
      """
      INSERT INTO transactions (
        ledger_id, position, last_position, transaction_id, status, expire_time, end_position,
        reverses_transaction_id, reversed_by, reversed_position, record_time, effective_time, reference, metadata)
      SELECT ?, position, last_position, transaction_id, status,
        TIMESTAMPTZ 'epoch' + expire_micros * INTERVAL '1 microsecond', end_position, reverses_transaction_id,
        reversed_by, reversed_position, TIMESTAMPTZ 'epoch' + record_micros * INTERVAL '1 microsecond',
        TIMESTAMPTZ 'epoch' + effective_micros * INTERVAL '1 microsecond', reference, metadata::jsonb
      FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) AS new (
        transaction_id, status, end_position, reversed_by, reversed_position, position, last_position,
        expire_micros, reverses_transaction_id, record_micros, effective_micros, reference, metadata)
      """;

  private static final String UPDATE =
      """
      UPDATE transactions AS stored
      SET status = new.status, end_position = new.end_position, reversed_by = new.reversed_by,
        reversed_position = new.reversed_position
      FROM unnest(?, ?, ?, ?, ?) AS new (transaction_id, status, end_position, reversed_by, reversed_position)
      WHERE stored.ledger_id = ? AND stored.transaction_id = new.transaction_id AND stored.reversed_by IS NULL
      """;

  private Transactions() {}

  /** Those of the transactions that exist, by id. */
  static Map<String, Transaction> load(
      Connection session, String ledger, Collection<String> transactionIds) throws SQLException {
    try (var statement = session.prepareStatement(LOAD)) {
      statement.setString(1, ledger);
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
      String ledger,
      Map<String, Transaction> before,
      Collection<Transaction> transactions)
      throws SQLException {
    var made = new ArrayList<Transaction>();
    var changed = new ArrayList<Transaction>();
    for (var transaction : transactions) {
      (before.containsKey(transaction.transactionId()) ? changed : made).add(transaction);
    }
    if (!made.isEmpty()) {
      insert(session, ledger, made);
    }
    if (!changed.isEmpty()) {
      update(session, ledger, changed);
    }
  }

  private static void insert(Connection session, String ledger, List<Transaction> made)
      throws SQLException {
    try (var statement = session.prepareStatement(INSERT)) {
      statement.setString(1, ledger);
      bindState(new Columns<>(statement, 2, made))
          .longs(Transaction::position)
          .longs(Transaction::lastPosition)
          .optionalTimes(Transaction::expireTime)
          .optionalTexts(Transaction::reverses)
          .times(Transaction::recordTime)
          .times(Transaction::effectiveTime)
          .texts(Transaction::reference)
          .texts(Transaction::metadata);
      statement.executeUpdate();
    }
  }

  private static void update(Connection session, String ledger, List<Transaction> changed)
      throws SQLException {
    try (var statement = session.prepareStatement(UPDATE)) {
      bindState(new Columns<>(statement, 1, changed));
      statement.setString(6, ledger);
      var updated = statement.executeUpdate();
      if (updated != changed.size()) {
        throw new IllegalStateException(
            "%d of %d transactions are not as this projection left them"
                .formatted(changed.size() - updated, changed.size()));
      }
    }
  }

  private static Columns<Transaction> bindState(Columns<Transaction> columns) throws SQLException {
    return columns
        .texts(Transaction::transactionId)
        .texts(transaction -> transaction.status().name())
        .optionalLongs(Transaction::end)
        .optionalTexts(
            transaction -> transaction.reversal().map(Transaction.Reversal::transactionId))
        .optionalLongs(transaction -> transaction.reversal().map(Transaction.Reversal::position));
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
        row.getString(13));
  }

  private static Optional<Transaction.Reversal> reversal(ResultSet row) throws SQLException {
    var by = row.getString(8);
    return by == null
        ? Optional.empty()
        : Optional.of(new Transaction.Reversal(by, row.getLong(9)));
  }
}
