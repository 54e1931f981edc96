package chronicle.projector;

import chronicle.runtime.Digest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The table {@code account_changes}, which only grows, and what it changes in {@code accounts}. */
final class AccountChanges {
  private static final String COPY =
      """
      COPY account_changes (
        generation, account_id, position, record_time, effective_time, status, overdraft_limit, balance_max,
        reference, metadata)
      FROM STDIN (FORMAT binary)
      """;

  private static final String RELABEL =
      """
      UPDATE accounts
      SET reference = COALESCE(?, reference), metadata = COALESCE(?::jsonb, metadata)
      WHERE generation = ? AND account_id = ?
      """;

  private static final String SCAN =
      """
      SELECT account_id, position, record_time, effective_time, status, overdraft_limit, balance_max, reference, %s,
        metadata IS NOT NULL
      FROM account_changes WHERE generation = ? AND account_id = ANY (?)
      """
          .formatted(Columns.METADATA);

  private AccountChanges() {}

  /**
   * Writes them, after accounts that were opened are written, and returns what the labels that
   * changed add to the digest.
   */
  static Digest write(
      Connection session, Generation generation, List<AccountChange> changes, RowHashes hashes)
      throws SQLException {
    if (changes.isEmpty()) {
      return Digest.ZERO;
    }
    insert(session, generation, changes);
    var labels = changes.stream().filter(AccountChanges::relabels).toList();
    if (labels.isEmpty()) {
      return Digest.ZERO;
    }
    var before = labelled(session, generation, labels, hashes);
    relabel(session, generation, labels);
    return labelled(session, generation, labels, hashes).minus(before);
  }

  /** The accounts, opened before, of which something other is said than before. */
  static Stream<String> relabelled(List<AccountChange> changes) {
    return changes.stream().filter(AccountChanges::relabels).map(AccountChange::accountId);
  }

  private static boolean relabels(AccountChange change) {
    return change.status().isEmpty()
        && (change.reference().isPresent() || change.metadata().isPresent());
  }

  private static void insert(Connection session, Generation generation, List<AccountChange> changes)
      throws SQLException {
    Copy.write(
        session,
        COPY,
        changes,
        (copy, change) ->
            copy.int4(generation.number())
                .text(change.accountId())
                .int8(change.position())
                .time(change.recordTime())
                .time(change.effectiveTime())
                .optional(change.status().map(Enum::name), copy::text)
                .optional(change.limits().map(Account.Limits::overdraftLimit), copy::int8)
                .optional(change.limits().flatMap(AccountChanges::balanceMax), copy::int8)
                .optional(change.reference(), copy::text)
                .optional(change.metadata(), copy::json));
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
  private static void relabel(Connection session, Generation generation, List<AccountChange> labels)
      throws SQLException {
    try (var statement = session.prepareStatement(RELABEL)) {
      for (var change : labels) {
        statement.setString(1, change.reference().orElse(null));
        statement.setString(2, change.metadata().map(Json::object).orElse(null));
        statement.setInt(3, generation.number());
        statement.setString(4, change.accountId());
        statement.addBatch();
      }
      statement.executeBatch();
    }
  }

  /** The hashes of the labels that the accounts have. */
  private static Digest labelled(
      Connection session, Generation generation, List<AccountChange> changes, RowHashes hashes)
      throws SQLException {
    var ids = changes.stream().map(AccountChange::accountId).toList();
    return Accounts.openings(session, generation, ids).entrySet().stream()
        .map(opening -> hashes.opening(opening.getKey(), opening.getValue()))
        .reduce(Digest.ZERO, Digest::plus);
  }

  /** Shows all rows of the accounts, in no order. */
  static void scan(
      Connection session,
      Generation generation,
      Collection<String> accountIds,
      Consumer<AccountChange> seen)
      throws SQLException {
    Scan.run(session, SCAN, generation, accountIds, row -> seen.accept(change(row)));
  }

  private static AccountChange change(ResultSet row) throws SQLException {
    return new AccountChange(
        row.getString(1),
        row.getLong(2),
        Columns.time(row, 3),
        Columns.time(row, 4),
        Optional.ofNullable(row.getString(5)).map(Account.Status::valueOf),
        limits(row),
        Optional.ofNullable(row.getString(8)),
        row.getBoolean(10) ? Optional.of(Columns.pairs(row, 9)) : Optional.empty());
  }

  private static Optional<Account.Limits> limits(ResultSet row) throws SQLException {
    var balanceMax =
        Columns.optionalLong(row, 7).map(OptionalLong::of).orElse(OptionalLong.empty());
    return Columns.optionalLong(row, 6).map(limit -> new Account.Limits(limit, balanceMax));
  }
}
