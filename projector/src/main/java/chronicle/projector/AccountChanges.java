package chronicle.projector;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The table {@code account_changes}, which only grows, and what it changes in {@code accounts}. */
final class AccountChanges {
  private static final String INSERT =
      """
      INSERT INTO account_changes (
        ledger_id, account_id, position, record_time, effective_time, status, overdraft_limit, balance_max,
        reference, metadata)
      SELECT ?, account_id, position, TIMESTAMPTZ 'epoch' + record_micros * INTERVAL '1 microsecond',
        TIMESTAMPTZ 'epoch' + effective_micros * INTERVAL '1 microsecond', status, overdraft_limit, balance_max,
        reference, metadata::jsonb
      FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?) AS new (
        account_id, position, record_micros, effective_micros, status, overdraft_limit, balance_max, reference,
        metadata)
      """;

  private static final String RELABEL =
      """
      UPDATE accounts
      SET reference = COALESCE(?, reference), metadata = COALESCE(?::jsonb, metadata)
      WHERE ledger_id = ? AND account_id = ?
      """;

  private AccountChanges() {}

  /** After the accounts are written. */
  static void write(Connection session, String ledger, List<AccountChange> changes)
      throws SQLException {
    if (changes.isEmpty()) {
      return;
    }
    insert(session, ledger, changes);
    relabel(
        session,
        ledger,
        changes.stream()
            .filter(change -> change.reference().isPresent() || change.metadata().isPresent())
            .filter(change -> change.status().isEmpty())
            .toList());
  }

  private static void insert(Connection session, String ledger, List<AccountChange> changes)
      throws SQLException {
    try (var statement = session.prepareStatement(INSERT)) {
      statement.setString(1, ledger);
      new Columns<>(statement, 2, changes)
          .texts(AccountChange::accountId)
          .longs(AccountChange::position)
          .times(AccountChange::recordTime)
          .times(AccountChange::effectiveTime)
          .optionalTexts(change -> change.status().map(Enum::name))
          .optionalLongs(change -> change.limits().map(Account.Limits::overdraftLimit))
          .optionalLongs(change -> change.limits().flatMap(AccountChanges::balanceMax))
          .optionalTexts(AccountChange::reference)
          .optionalTexts(AccountChange::metadata);
      statement.executeUpdate();
    }
  }

  private static Optional<Long> balanceMax(Account.Limits limits) {
    return limits.balanceMax().isPresent()
        ? Optional.of(limits.balanceMax().getAsLong())
        : Optional.empty();
  }

  /**
   * In their order, for an account may be relabelled twice in a batch; an opened one has its
   * labels.
   */
  private static void relabel(Connection session, String ledger, List<AccountChange> labels)
      throws SQLException {
    if (labels.isEmpty()) {
      return;
    }
    try (var statement = session.prepareStatement(RELABEL)) {
      for (var change : labels) {
        statement.setString(1, change.reference().orElse(null));
        statement.setString(2, change.metadata().orElse(null));
        statement.setString(3, ledger);
        statement.setString(4, change.accountId());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }
}
