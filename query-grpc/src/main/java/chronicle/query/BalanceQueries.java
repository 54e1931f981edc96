package chronicle.query;

import static chronicle.query.ReadModel.instant;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Balances in one statement each: now, and by index look-up as of a position. Every query is empty
 * where the read model does not know the ledger.
 */
final class BalanceQueries {
  // LIMIT 1 in every look-up by a full key keeps the planner, whatever its statistics, from
  // anything but one descent of an index per account. A subquery keeps the length of an array from
  // it, which would have every call planned anew.
  private static final String NOW =
      """
      SELECT c.position, c.incarnation, c.position, q.account_id,
        a.currency_code, a.posted, a.held, a.available, a.account_version, a.position, a.update_time
      FROM projection_checkpoint c
      CROSS JOIN unnest((SELECT ?::text[])) WITH ORDINALITY q (account_id, n)
      LEFT JOIN LATERAL (
        SELECT a.currency_code, a.posted::bigint, a.held::bigint, a.available::bigint,
          a.account_version, a.position, a.update_time
        FROM accounts a
        WHERE a.generation = c.generation AND a.account_id = q.account_id
        LIMIT 1
      ) a ON TRUE
      WHERE c.ledger_id = ?
      ORDER BY q.n
      """;

  private static final String LAST_ENTRY =
      """
      SELECT e.currency_code, e.posted_after::bigint, e.held_after::bigint,
        e.available_after::bigint, e.account_version, e.position, e.record_time
      FROM entries e
      WHERE e.generation = c.generation AND e.account_id = q.account_id
        AND (e.record_time, e.position) <= (m.record_time, m.position)
      ORDER BY e.record_time DESC, e.position DESC
      LIMIT 1
      """;

  private static final String AT_MOMENT =
      """
      SELECT c.position, c.incarnation, coalesce(m.position, 0), q.account_id,
        e.currency_code, e.posted_after, e.held_after, e.available_after,
        e.account_version, e.position, e.record_time
      FROM projection_checkpoint c
      LEFT JOIN moment m ON TRUE
      CROSS JOIN unnest((SELECT ?::text[])) WITH ORDINALITY q (account_id, n)
      LEFT JOIN LATERAL (%s) e ON TRUE
      WHERE c.ledger_id = ?
      ORDER BY q.n
      """
          .formatted(LAST_ENTRY);

  // The record time may be that of the next command, where the position is rounded down: record
  // times never fall along positions, so no entry lies between the two. Where it is given, the
  // position is an end already, and its own entry is not read.
  private static final String AT_POSITIONS =
      """
      SELECT c.position, c.incarnation, coalesce(m.position, 0), q.account_id,
        e.currency_code, e.posted_after, e.held_after, e.available_after,
        e.account_version, e.position, e.record_time
      FROM projection_checkpoint c
      CROSS JOIN unnest((SELECT ?::text[]), (SELECT ?::bigint[]), (SELECT ?::bigint[]))
        WITH ORDINALITY q (account_id, position, micros, n)
      LEFT JOIN LATERAL (
        SELECT %s AS position, e.record_time
        FROM entries e
        WHERE q.micros IS NULL AND e.generation = c.generation AND e.position = q.position
        LIMIT 1
      ) looked_up ON TRUE
      CROSS JOIN LATERAL (
        SELECT CASE WHEN q.micros IS NULL THEN looked_up.position ELSE q.position END AS position,
          coalesce(looked_up.record_time, TIMESTAMPTZ 'epoch' + q.micros * INTERVAL '1 microsecond')
            AS record_time
      ) m
      LEFT JOIN LATERAL (%s) e ON TRUE
      WHERE c.ledger_id = ?
      ORDER BY q.n
      """
          .formatted(Moments.COMMAND_END, LAST_ENTRY);

  private final ReadModel model;

  BalanceQueries(ReadModel model) {
    this.model = model;
  }

  /** The balances as the read model has them now. */
  Optional<Balances> now(String ledger, List<String> accounts) {
    return model.query(
        NOW,
        statement -> {
          statement.setObject(1, accounts.toArray(String[]::new));
          statement.setString(2, ledger);
        },
        BalanceQueries::balances);
  }

  /**
   * The balances as of a position, rounded down to the end of a command (0 before the first); true
   * only where the checkpoint has reached the position.
   */
  Optional<Balances> atPosition(String ledger, long position, List<String> accounts) {
    return model.query(
        Moments.AT_POSITION + AT_MOMENT,
        statement -> {
          statement.setString(1, ledger);
          statement.setLong(2, position);
          statement.setObject(3, accounts.toArray(String[]::new));
          statement.setString(4, ledger);
        },
        BalanceQueries::balances);
  }

  /**
   * As {@link #atPosition}, each account as of a position of its own; none where the read model
   * does not know the ledger.
   */
  List<Balances> atPositions(String ledger, List<PastBalance> asked) {
    return model.query(
        AT_POSITIONS,
        statement -> {
          statement.setObject(1, asked.stream().map(PastBalance::account).toArray(String[]::new));
          statement.setObject(2, asked.stream().map(PastBalance::position).toArray(Long[]::new));
          statement.setObject(3, asked.stream().map(PastBalance::micros).toArray(Long[]::new));
          statement.setString(4, ledger);
        },
        BalanceQueries::each);
  }

  private static List<Balances> each(ResultSet rows) throws SQLException {
    var each = new ArrayList<Balances>();
    while (rows.next()) {
      each.add(
          new Balances(
              rows.getLong(1), rows.getString(2), rows.getLong(3), List.of(account(rows))));
    }
    return each;
  }

  private static Optional<Balances> balances(ResultSet rows) throws SQLException {
    if (!rows.next()) {
      return Optional.empty();
    }
    var checkpoint = rows.getLong(1);
    var incarnation = rows.getString(2);
    var readPosition = rows.getLong(3);
    var accounts = new ArrayList<Optional<AccountBalance>>();
    do {
      accounts.add(account(rows));
    } while (rows.next());
    return Optional.of(new Balances(checkpoint, incarnation, readPosition, accounts));
  }

  private static Optional<AccountBalance> account(ResultSet rows) throws SQLException {
    var currency = rows.getString(5);
    if (currency == null) {
      return Optional.empty();
    }
    return Optional.of(
        new AccountBalance(
            rows.getString(4),
            currency,
            rows.getLong(6),
            rows.getLong(7),
            rows.getLong(8),
            rows.getLong(9),
            rows.getLong(10),
            instant(rows, 11)));
  }
}
