package chronicle.projector;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The accounts of a generation that is being filled. To write each again and again would be a third
 * of PostgreSQL's work where there are many; so the table {@code accounts} has none of them until
 * all events are there, and an account is what its last entry and the last words of it say.
 */
final class BuiltAccounts {
  // All that was said of an account beside its balances: the last word on each.
  private static final String SAID =
      """
      SELECT account_id, min(position) AS create_position, min(record_time) AS create_time,
        (array_agg(status ORDER BY position) FILTER (WHERE status IS NOT NULL))[count(status)] AS status,
        (array_agg(overdraft_limit ORDER BY position) FILTER (WHERE overdraft_limit IS NOT NULL))
          [count(overdraft_limit)] AS overdraft_limit,
        (array_agg(balance_max ORDER BY position) FILTER (WHERE overdraft_limit IS NOT NULL))
          [count(overdraft_limit)] AS balance_max,
        (array_agg(reference ORDER BY position) FILTER (WHERE reference IS NOT NULL))[count(reference)] AS reference,
        (array_agg(metadata ORDER BY position) FILTER (WHERE metadata IS NOT NULL))[count(metadata)] AS metadata
      FROM account_changes
      """;

  // Without totals, which are not needed to go on from there and cost a look at all entries. As a
  // sum the position is no part of the search: else the planner may take the index by position for
  // it, and read a generation from its first entry.
  private static final String LOAD =
      """
      SELECT asked.account_id, e.currency_code, said.status, e.posted_after AS posted, e.held_after AS held,
        said.overdraft_limit, said.balance_max, 0 AS total_deposits, 0 AS total_withdrawals, 0 AS transaction_count,
        e.account_version, e.position, e.record_time AS update_time
      FROM unnest(?) AS asked (account_id)
      CROSS JOIN LATERAL (
        SELECT * FROM entries
        WHERE generation = ? AND account_id = asked.account_id AND position + 0 <= ?
        ORDER BY record_time DESC, position DESC
        LIMIT 1) e
      CROSS JOIN LATERAL (
        %s
        WHERE generation = e.generation AND account_id = asked.account_id
        GROUP BY account_id) said
      """
          .formatted(SAID);

  private static final String LOAD_EXTERNAL =
      """
      SELECT asked.account_id, e.currency_code, 'ACTIVE' AS status, e.external_posted_after AS posted, 0 AS held,
        0 AS overdraft_limit, NULL::bigint AS balance_max, 0 AS total_deposits, 0 AS total_withdrawals,
        0 AS transaction_count, 0 AS account_version, e.position, e.record_time AS update_time
      FROM unnest(?) AS asked (account_id)
      CROSS JOIN LATERAL (
        SELECT * FROM entries
        WHERE generation = ? AND counterparty_account = asked.account_id AND external_posted_after IS NOT NULL
          AND position + 0 <= ?
        ORDER BY record_time DESC, position DESC
        LIMIT 1) e
      """;

  /**
   * For {@link #store}: tables are read as they lie, and not here and there by an index of
   * accounts.
   */
  static final String SETTINGS =
      """
      SET LOCAL work_mem = '64MB';
      SET LOCAL enable_sort = off;
      SET LOCAL enable_nestloop = off;
      SET LOCAL enable_mergejoin = off
      """;

  private static final String COLUMNS =
      """
      generation, ledger_id, account_id, currency_code, status, posted, held, available, overdraft_limit, balance_max,
      total_deposits, total_withdrawals, transaction_count, account_version, position, update_time, create_time,
      create_position, reference, metadata
      """;

  // Left by a version that wrote them as it went.
  private static final String CLEAR = "DELETE FROM accounts WHERE generation = ?";

  private static final String STORE =
      """
      INSERT INTO accounts (%s)
      SELECT e.generation, e.ledger_id, e.account_id, e.currency_code, said.status, e.posted_after, e.held_after,
        e.available_after, said.overdraft_limit, said.balance_max, moved.deposits, moved.withdrawals, moved.postings,
        e.account_version, e.position, e.record_time, said.create_time, said.create_position, said.reference,
        said.metadata
      FROM (
        SELECT account_id || '' AS account_id, max(position) AS position,
          COALESCE(sum(amount) FILTER (WHERE amount > 0), 0) AS deposits,
          COALESCE(-sum(amount) FILTER (WHERE amount < 0), 0) AS withdrawals, count(amount) AS postings
        FROM entries
        WHERE generation = ? AND account_id <> ''
        GROUP BY account_id || '') moved
      JOIN entries e ON e.generation = ? AND e.position = moved.position AND e.account_id = moved.account_id
      JOIN (%s WHERE generation = ? GROUP BY account_id) said ON said.account_id = moved.account_id
      """
          .formatted(COLUMNS, SAID);

  private static final String STORE_EXTERNAL =
      """
      INSERT INTO accounts (%s)
      SELECT e.generation, e.ledger_id, e.counterparty_account, e.currency_code, 'ACTIVE', e.external_posted_after, 0,
        e.external_posted_after, 0, NULL, moved.deposits, moved.withdrawals, moved.postings, 0, e.position,
        e.record_time, moved.create_time, moved.create_position, '', '{}'
      FROM (
        SELECT counterparty_account || '' AS account_id, max(position) AS position, min(position) AS create_position,
          min(record_time) AS create_time, COALESCE(-sum(amount) FILTER (WHERE amount < 0), 0) AS deposits,
          COALESCE(sum(amount) FILTER (WHERE amount > 0), 0) AS withdrawals, count(amount) AS postings
        FROM entries
        WHERE generation = ? AND external_posted_after IS NOT NULL
        GROUP BY counterparty_account || '') moved
      JOIN entries e
        ON e.generation = ? AND e.position = moved.position AND e.counterparty_account = moved.account_id
          AND e.external_posted_after IS NOT NULL
      """
          .formatted(COLUMNS);

  private BuiltAccounts() {}

  /**
   * Those of the accounts that exist at a position, by id, but for their totals; entries may stand
   * beyond it.
   */
  static Map<String, Account> load(
      Connection session, Generation generation, long position, Collection<String> accountIds)
      throws SQLException {
    var external = accountIds.stream().filter(Account::isExternal).toList();
    var others = accountIds.stream().filter(id -> !Account.isExternal(id)).toList();
    var accounts = new HashMap<String, Account>();
    accounts.putAll(load(session, LOAD, generation, position, others));
    accounts.putAll(load(session, LOAD_EXTERNAL, generation, position, external));
    return accounts;
  }

  private static Map<String, Account> load(
      Connection session, String sql, Generation generation, long position, List<String> accountIds)
      throws SQLException {
    if (accountIds.isEmpty()) {
      return Map.of();
    }
    try (var statement = session.prepareStatement(sql)) {
      statement.setArray(1, session.createArrayOf("text", accountIds.toArray(String[]::new)));
      statement.setInt(2, generation.number());
      statement.setLong(3, position);
      return Accounts.read(statement);
    }
  }

  /**
   * Stores them, as all entries and changes of the generation make them; in a transaction of {@link
   * #SETTINGS}.
   */
  static void store(Connection session, Generation generation) throws SQLException {
    for (var sql : List.of(CLEAR, STORE, STORE_EXTERNAL)) {
      try (var statement = session.createStatement()) {
        statement.execute(sql.replace("?", Integer.toString(generation.number())));
      }
    }
  }
}
