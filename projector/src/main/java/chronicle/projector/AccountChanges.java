package chronicle.projector;

import chronicle.runtime.Digest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
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

  private AccountChanges() {}

  /**
   * Changes the labels of accounts, which are all written, and returns what that adds to the
   * digest.
   */
  static Digest relabel(
      Connection session, Generation generation, List<AccountChange> changes, RowHashes hashes)
      throws SQLException {
    var labels = changes.stream().filter(AccountChanges::relabels).toList();
    if (labels.isEmpty()) {
      return Digest.ZERO;
    }
    var before = labelled(session, generation, labels, hashes);
    update(session, generation, labels);
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

  /** Writes them; what they change in {@code accounts} is for {@link #relabel}. */
  static void write(Connection session, Generation generation, List<AccountChange> changes)
      throws SQLException {
    if (changes.isEmpty()) {
      return;
    }
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
  private static void update(Connection session, Generation generation, List<AccountChange> labels)
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
}
