package chronicle.query;

import static chronicle.query.Columns.METADATA;
import static chronicle.query.Columns.metadata;
import static chronicle.query.Columns.money;
import static chronicle.query.Columns.timestamp;
import static chronicle.query.Columns.total;

import chronicle.event.v1.AccountFrozen;
import chronicle.query.v1.Account;
import chronicle.query.v1.AccountSummary;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Optional;

/**
 * Accounts as the read model has them now, in one statement each. Every query is empty where the
 * read model does not know the ledger.
 */
final class AccountQueries {
  private static final String FROZEN = "FROZEN_";

  // However little the filter lets through, a page looks at so many accounts and no more; the last
  // of them comes back in any case, to go on from.
  private static final int LOOKED_AT_MAX = 10_000;

  private static final String COLUMNS =
      """
      account_id, status, currency_code, posted::bigint, held::bigint, available::bigint,
        overdraft_limit, balance_max, account_version, create_time, update_time, position, reference, %s
      """
          .formatted(METADATA);

  private static final String ONE =
      """
      SELECT c.position, a.*
      FROM projection_checkpoint c
      LEFT JOIN LATERAL (
        SELECT %s
        FROM accounts
        WHERE generation = c.generation AND account_id = ?
        LIMIT 1
      ) a ON TRUE
      WHERE c.ledger_id = ?
      """
          .formatted(COLUMNS);

  // No id that a client gives holds a colon: what does is an external account.
  private static final String PAGE =
      """
      SELECT c.position, a.*
      FROM projection_checkpoint c
      LEFT JOIN LATERAL (
        SELECT %s, wanted, number
        FROM (
          SELECT *, row_number() OVER (ORDER BY account_id) AS number,
            strpos(account_id, ':') = 0
            AND (?::text IS NULL OR status LIKE ?::text) AND (?::text IS NULL OR currency_code = ?::text)
            AND (?::text IS NULL OR reference = ?::text) AND metadata @> jsonb_object(?::text[], ?::text[]) AS wanted
          FROM (
            SELECT * FROM accounts
            WHERE generation = c.generation AND account_id > ?
            ORDER BY account_id
            LIMIT ?
          ) looked_at
          ORDER BY account_id
        ) accounts
        WHERE wanted OR number = ?
        LIMIT ?
      ) a ON TRUE
      WHERE c.ledger_id = ?
      ORDER BY a.account_id
      """
          .formatted(COLUMNS);

  private static final String SUMMARY =
      """
      SELECT c.position, s.currency_code, s.total_deposits, s.total_withdrawals,
        s.transaction_count, s.posted::bigint, s.position
      FROM projection_checkpoint c
      LEFT JOIN account_summary s ON s.generation = c.generation AND s.account_id = ?
      WHERE c.ledger_id = ?
      """;

  private final ReadModel model;

  AccountQueries(ReadModel model) {
    this.model = model;
  }

  /** A page of one account, or of none. */
  Optional<AccountPage> one(String ledger, String account) {
    return model.query(
        ONE,
        statement -> {
          statement.setString(1, account);
          statement.setString(2, ledger);
        },
        rows -> page(rows, 1, _ -> new Looked(true, false)));
  }

  /** The accounts after an id, the empty one being before all. */
  Optional<AccountPage> page(String ledger, AccountFilter filter, String after, int accountsMax) {
    return model.query(
        PAGE,
        statement -> {
          filter.bind(statement, 1);
          statement.setString(9, after);
          statement.setInt(10, LOOKED_AT_MAX);
          statement.setInt(11, LOOKED_AT_MAX);
          statement.setInt(12, accountsMax + 1);
          statement.setString(13, ledger);
        },
        rows ->
            page(
                rows,
                accountsMax,
                row -> new Looked(row.getBoolean(16), row.getInt(17) == LOOKED_AT_MAX)));
  }

  /** An account's totals. */
  Optional<Summary> summary(String ledger, String account) {
    return model.query(
        SUMMARY,
        statement -> {
          statement.setString(1, account);
          statement.setString(2, ledger);
        },
        rows -> rows.next() ? Optional.of(summary(account, rows)) : Optional.empty());
  }

  private static Optional<AccountPage> page(
      ResultSet rows, int accountsMax, ReadModel.Reading<Looked> looked) throws SQLException {
    if (!rows.next()) {
      return Optional.empty();
    }
    var checkpoint = rows.getLong(1);
    var accounts = new ArrayList<Page.Row<Account, String>>();
    do {
      var account = account(checkpoint, rows);
      if (account.isPresent()) {
        var at = looked.read(rows);
        var id = account.get().getAccount();
        accounts.add(new Page.Row<>(account.get(), at.wanted(), at.cutOff(), id));
      }
    } while (rows.next());
    return Optional.of(new AccountPage(checkpoint, Page.of(accounts, accountsMax)));
  }

  private static Optional<Account> account(long checkpoint, ResultSet rows) throws SQLException {
    var id = rows.getString(2);
    if (id == null) {
      return Optional.empty();
    }
    var currency = rows.getString(4);
    var account =
        Account.newBuilder()
            .setAccount(id)
            .setStatus(status(rows.getString(3)))
            .setFrozen(frozen(rows.getString(3)))
            .setPosted(money(currency, rows.getLong(5)))
            .setHeld(money(currency, rows.getLong(6)))
            .setAvailable(money(currency, rows.getLong(7)))
            .setOverdraftLimit(money(currency, rows.getLong(8)))
            .setAccountVersion(rows.getLong(10))
            .setCreateTime(timestamp(rows, 11))
            .setUpdateTime(timestamp(rows, 12))
            .setPosition(rows.getLong(13))
            .setReadPosition(checkpoint)
            .setReference(rows.getString(14))
            .putAllMetadata(metadata(rows, 15));
    var balanceMax = rows.getLong(9);
    if (!rows.wasNull()) {
      account.setBalanceMax(money(currency, balanceMax));
    }
    return Optional.of(account.build());
  }

  static Account.Status status(String stored) {
    return stored.startsWith(FROZEN) ? Account.Status.FROZEN : Account.Status.valueOf(stored);
  }

  static AccountFrozen.Scope frozen(String stored) {
    return stored.startsWith(FROZEN)
        ? AccountFrozen.Scope.valueOf(stored.substring(FROZEN.length()))
        : AccountFrozen.Scope.SCOPE_UNSPECIFIED;
  }

  private static Summary summary(String account, ResultSet rows) throws SQLException {
    var checkpoint = rows.getLong(1);
    var currency = rows.getString(2);
    if (currency == null) {
      return new Summary(checkpoint, Optional.empty());
    }
    return new Summary(
        checkpoint,
        Optional.of(
            AccountSummary.newBuilder()
                .setAccount(account)
                .setTotalDeposits(total(currency, rows, 3))
                .setTotalWithdrawals(total(currency, rows, 4))
                .setTransactionCount(rows.getLong(5))
                .setPosted(money(currency, rows.getLong(6)))
                .setPosition(rows.getLong(7))
                .setReadPosition(checkpoint)
                .build()));
  }

  private record Looked(boolean wanted, boolean cutOff) {}

  /** An account's totals, empty where there is no such account. */
  record Summary(long checkpoint, Optional<AccountSummary> summary) implements Snapshot {}
}
