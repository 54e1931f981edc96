package chronicle.projector;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads what was said about accounts, as it is stored. */
final class AccountChangeRows {
  private static final String LOAD =
      """
      SELECT account_id, position, record_time, effective_time, status, overdraft_limit, balance_max, reference, metadata
      FROM account_changes WHERE ledger_id = ? ORDER BY position
      """;

  private static final String LABELS =
      "SELECT account_id, reference, metadata FROM accounts WHERE ledger_id = ? AND account_version > 0";

  private AccountChangeRows() {}

  record Labels(String reference, String metadata) {}

  static List<AccountChange> load(Connection session, String ledger) throws SQLException {
    try (session;
        var statement = session.prepareStatement(LOAD)) {
      statement.setString(1, ledger);
      try (var result = statement.executeQuery()) {
        var changes = new ArrayList<AccountChange>();
        while (result.next()) {
          changes.add(comparable(change(result)));
        }
        return changes;
      }
    }
  }

  /** The labels that accounts have. */
  static Map<String, Labels> labels(Connection session, String ledger) throws SQLException {
    try (session;
        var statement = session.prepareStatement(LABELS)) {
      statement.setString(1, ledger);
      try (var result = statement.executeQuery()) {
        var labels = new HashMap<String, Labels>();
        while (result.next()) {
          labels.put(
              result.getString(1),
              new Labels(result.getString(2), StoredModel.comparable(result.getString(3))));
        }
        return labels;
      }
    }
  }

  /** The labels that accounts should have by what was said. */
  static Map<String, Labels> lastLabels(List<AccountChange> changes) {
    var labels = new HashMap<String, Labels>();
    for (var change : changes) {
      var before = labels.getOrDefault(change.accountId(), new Labels("", "{}"));
      labels.put(
          change.accountId(),
          new Labels(
              change.reference().orElse(before.reference()),
              change.metadata().orElse(before.metadata())));
    }
    return labels;
  }

  static AccountChange comparable(AccountChange change) {
    return new AccountChange(
        change.accountId(),
        change.position(),
        change.recordTime(),
        change.effectiveTime(),
        change.status(),
        change.limits(),
        change.reference(),
        change.metadata().map(StoredModel::comparable));
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
        Optional.ofNullable(row.getString(9)));
  }

  private static Optional<Account.Limits> limits(ResultSet row) throws SQLException {
    var balanceMax =
        Columns.optionalLong(row, 7).map(OptionalLong::of).orElse(OptionalLong.empty());
    return Columns.optionalLong(row, 6).map(limit -> new Account.Limits(limit, balanceMax));
  }
}
