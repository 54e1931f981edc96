package chronicle.projector;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/** The table {@code accounts}. */
final class Accounts {
  private static final String LOAD =
      """
      SELECT account_id, currency_code, status, posted, held, overdraft_limit, balance_max, total_deposits,
        total_withdrawals, transaction_count, account_version, position, update_time
      FROM accounts
      WHERE generation = ? AND account_id = ANY (?)
      """;

  private static final String COPY =
      """
      COPY accounts (
        generation, ledger_id, account_id, currency_code, status, posted, held, available, overdraft_limit, balance_max,
        total_deposits, total_withdrawals, transaction_count, account_version, position, update_time, create_time,
        create_position, reference, metadata)
      FROM STDIN (FORMAT binary)
      """;

  // -1 stands for no maximum, which a maximum never is. The position before stands guard: no one
  // else may have written the row since it was read. The rows are found one by one, by key, and
  // updated by their place, so that no plan made while the table was small can scan it once it is
  // large.
  private static final String UPDATE =
      """
      UPDATE accounts AS stored
      SET status = new.status, posted = new.posted, held = new.held,
        available = new.posted - new.held + new.overdraft_limit, overdraft_limit = new.overdraft_limit,
        balance_max = NULLIF(new.balance_max, -1), total_deposits = new.total_deposits,
        total_withdrawals = new.total_withdrawals, transaction_count = new.transaction_count,
        account_version = new.account_version, position = new.position,
        update_time = TIMESTAMPTZ 'epoch' + new.update_micros * INTERVAL '1 microsecond'
      FROM (
        SELECT *, (
            SELECT ctid FROM accounts
            WHERE generation = ? AND account_id = changed.account_id AND currency_code = changed.currency_code
              AND position = changed.position_before) AS place
        FROM unnest(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) AS changed (
          account_id, currency_code, status, posted, held, overdraft_limit, balance_max, total_deposits,
          total_withdrawals, transaction_count, account_version, position, update_micros, position_before)
        OFFSET 0) AS new
      WHERE stored.ctid = new.place
      """;

  private static final String OPENINGS =
      """
      SELECT account_id, create_time, create_position, reference, %s FROM accounts
      WHERE generation = ? AND account_id = ANY (?)
      """
          .formatted(Columns.METADATA);

  private Accounts() {}

  /** Those of the accounts that exist, by id. */
  static Map<String, Account> load(
      Connection session, Generation generation, Collection<String> accountIds)
      throws SQLException {
    try (var statement = session.prepareStatement(LOAD)) {
      statement.setInt(1, generation.number());
      statement.setArray(2, session.createArrayOf("text", accountIds.toArray(String[]::new)));
      return read(statement);
    }
  }

  /** Runs a query for all that an account is made of, and returns what it finds, by id. */
  static Map<String, Account> read(PreparedStatement query) throws SQLException {
    try (var result = query.executeQuery()) {
      var accounts = new HashMap<String, Account>();
      while (result.next()) {
        var account = account(result);
        accounts.put(account.accountId(), account);
      }
      return accounts;
    }
  }

  /**
   * What those of the accounts that exist were opened with, and their labels as they are, by id.
   */
  static Map<String, Rows.Opening> openings(
      Connection session, Generation generation, Collection<String> accountIds)
      throws SQLException {
    try (var statement = session.prepareStatement(OPENINGS)) {
      statement.setInt(1, generation.number());
      statement.setArray(2, session.createArrayOf("text", accountIds.toArray(String[]::new)));
      try (var row = statement.executeQuery()) {
        var openings = new HashMap<String, Rows.Opening>();
        while (row.next()) {
          openings.put(
              row.getString(1),
              new Rows.Opening(
                  Columns.time(row, 2), row.getLong(3), row.getString(4), Columns.pairs(row, 5)));
        }
        return openings;
      }
    }
  }

  /**
   * Writes accounts; {@code before} are those of them that are stored, as they are, and {@code
   * openings} what the others were opened with.
   */
  static void write(
      Connection session,
      Generation generation,
      Map<String, Account> before,
      Map<String, Account> accounts,
      Map<String, Rows.Opening> openings)
      throws SQLException {
    var opened = new ArrayList<Opened>();
    var changed = new ArrayList<Changed>();
    accounts.forEach((id, account) -> {
      var old = before.get(id);
      if (old == null) {
        opened.add(new Opened(account, opening(openings, id)));
      } else {
        changed.add(new Changed(account, old.position()));
      }
    });
    if (!opened.isEmpty()) {
      insert(session, generation, opened);
    }
    if (!changed.isEmpty()) {
      update(session, generation, changed);
    }
  }

  private record Opened(Account account, Rows.Opening opening) {}

  private record Changed(Account account, long positionBefore) {}

  private static Rows.Opening opening(Map<String, Rows.Opening> openings, String accountId) {
    var opening = openings.get(accountId);
    if (opening == null) {
      throw new IllegalStateException("account %s was never opened".formatted(accountId));
    }
    return opening;
  }

  private static void insert(Connection session, Generation generation, List<Opened> opened)
      throws SQLException {
    Copy.write(
        session,
        COPY,
        opened,
        (copy, row) -> {
          var account = row.account;
          copy.int4(generation.number())
              .text(generation.ledger())
              .text(account.accountId())
              .text(account.currencyCode())
              .text(account.status().name())
              .numeric(account.posted())
              .numeric(account.held())
              .numeric(account.available())
              .int8(account.limits().overdraftLimit());
          account.limits().balanceMax().ifPresentOrElse(copy::int8, copy::absent);
          copy.numeric(account.totals().deposits())
              .numeric(account.totals().withdrawals())
              .int8(account.totals().count())
              .int8(account.version())
              .int8(account.position())
              .time(account.updateTime())
              .time(row.opening.createTime())
              .int8(row.opening.createPosition())
              .text(row.opening.reference())
              .json(row.opening.metadata());
        });
  }

  private static void update(Connection session, Generation generation, List<Changed> changed)
      throws SQLException {
    try (var statement = session.prepareStatement(UPDATE)) {
      statement.setInt(1, generation.number());
      new Columns<>(statement, 2, changed)
          .texts(row -> row.account.accountId())
          .texts(row -> row.account.currencyCode())
          .texts(row -> row.account.status().name())
          .numerics(row -> row.account.posted())
          .longs(row -> row.account.held())
          .longs(row -> row.account.limits().overdraftLimit())
          .longs(row -> row.account.limits().balanceMax().orElse(-1))
          .numerics(row -> row.account.totals().deposits())
          .numerics(row -> row.account.totals().withdrawals())
          .longs(row -> row.account.totals().count())
          .longs(row -> row.account.version())
          .longs(row -> row.account.position())
          .times(row -> row.account.updateTime())
          .longs(Changed::positionBefore);
      var updated = statement.executeUpdate();
      if (updated != changed.size()) {
        throw new IllegalStateException(
            "%d of %d accounts are not as this projection left them"
                .formatted(changed.size() - updated, changed.size()));
      }
    }
  }

  private static Account account(ResultSet row) throws SQLException {
    return new Account(
        row.getString("account_id"),
        row.getString("currency_code"),
        Account.Status.valueOf(row.getString("status")),
        integer(row.getBigDecimal("posted")),
        row.getLong("held"),
        new Account.Limits(row.getLong("overdraft_limit"), balanceMax(row)),
        new Account.Totals(
            integer(row.getBigDecimal("total_deposits")),
            integer(row.getBigDecimal("total_withdrawals")),
            row.getLong("transaction_count")),
        row.getLong("account_version"),
        row.getLong("position"),
        time(row));
  }

  private static BigInteger integer(@Nullable BigDecimal number) {
    if (number == null) {
      throw new IllegalStateException("a sum is NULL");
    }
    return number.toBigIntegerExact();
  }

  private static OptionalLong balanceMax(ResultSet row) throws SQLException {
    var max = row.getLong("balance_max");
    return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(max);
  }

  private static Instant time(ResultSet row) throws SQLException {
    var time = row.getObject("update_time", OffsetDateTime.class);
    if (time == null) {
      throw new IllegalStateException("an update_time is NULL");
    }
    return time.toInstant();
  }
}
