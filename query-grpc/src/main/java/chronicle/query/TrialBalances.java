package chronicle.query;

import static chronicle.query.Columns.total;
import static chronicle.query.ReadModel.parameter;

import chronicle.query.v1.TrialBalance;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** The sums of all balances per currency, in one statement. */
final class TrialBalances {
  private static final String SUMS =
      """
      SELECT c.position, s.currency_code, s.accounts, s.debits, s.credits, s.difference, %s
      FROM projection_checkpoint c
      LEFT JOIN LATERAL (
        SELECT currency_code, count(*) AS accounts, -COALESCE(sum(posted) FILTER (WHERE posted < 0), 0) AS debits,
          COALESCE(sum(posted) FILTER (WHERE posted > 0), 0) AS credits, sum(posted) AS difference
        FROM (%%s) balances
        GROUP BY currency_code
      ) s ON TRUE
      WHERE c.ledger_id = ?
      ORDER BY s.currency_code
      """
          .formatted(Moment.ORIGIN);

  private static final String NOW =
      SUMS.formatted("SELECT currency_code, posted FROM accounts WHERE generation = c.generation");

  private static final String OF_ACCOUNTS =
      """
      SELECT a.currency_code, e.posted
      FROM accounts a
      CROSS JOIN asked t
      CROSS JOIN LATERAL (%s) e
      WHERE a.generation = c.generation AND a.create_position <= t.position AND %s
      """;

  private static final String LAST_ENTRY =
      """
      SELECT position, %1$s AS posted FROM entries
      WHERE generation = a.generation AND %2$s = a.account_id AND %1$s IS NOT NULL
        AND (record_time, position) <= (t.record_time, t.position)
      ORDER BY record_time DESC, position DESC
      LIMIT 1
      """;

  private static final String OWN = LAST_ENTRY.formatted("posted_after", "account_id");

  // An external account's entries are in the rows of others, or were in rows of its own. Not by the
  // view account_entries, of which the planner would sort all.
  private static final String EXTERNAL =
      """
      SELECT * FROM ((%s) UNION ALL (%s)) sides
      ORDER BY position DESC
      LIMIT 1
      """
          .formatted(OWN, LAST_ENTRY.formatted("external_posted_after", "counterparty_account"));

  private static final String ASKED =
      "WITH asked AS MATERIALIZED (SELECT ?::timestamptz AS record_time, ?::bigint AS position)\n";

  // External accounts alone have no version.
  private static final String BALANCES =
      OF_ACCOUNTS.formatted(OWN, "a.account_version > 0")
          + "UNION ALL\n"
          + OF_ACCOUNTS.formatted(EXTERNAL, "a.account_version = 0");

  /** As {@link #at} asks it. */
  static final String AT = ASKED + SUMS.formatted(BALANCES);

  private final ReadModel model;

  TrialBalances(ReadModel model) {
    this.model = model;
  }

  /** The sums as they are; empty where the read model does not know the ledger. */
  Optional<Sums> now(String ledger) {
    return model.query(NOW, statement -> statement.setString(1, ledger), TrialBalances::sums);
  }

  /** The sums as of a moment; empty where the read model does not know the ledger. */
  Optional<Sums> at(String ledger, Moment moment) {
    return model.query(
        AT,
        statement -> {
          statement.setObject(1, parameter(moment.recordTime()));
          statement.setLong(2, moment.position());
          statement.setString(3, ledger);
        },
        TrialBalances::sums);
  }

  private static Optional<Sums> sums(ResultSet rows) throws SQLException {
    if (!rows.next()) {
      return Optional.empty();
    }
    var checkpoint = rows.getLong(1);
    var origin = rows.getString(7);
    var sums = new ArrayList<TrialBalance.Row>();
    do {
      row(rows).ifPresent(sums::add);
    } while (rows.next());
    return Optional.of(new Sums(checkpoint, origin, sums));
  }

  private static Optional<TrialBalance.Row> row(ResultSet rows) throws SQLException {
    var currency = rows.getString(2);
    if (currency == null) {
      return Optional.empty();
    }
    return Optional.of(
        TrialBalance.Row.newBuilder()
            .setCurrencyCode(currency)
            .setAccounts(rows.getLong(3))
            .setDebits(total(currency, rows, 4))
            .setCredits(total(currency, rows, 5))
            .setDifference(total(currency, rows, 6))
            .build());
  }

  /** One row per currency, by its code. */
  record Sums(long checkpoint, String origin, List<TrialBalance.Row> rows) implements Snapshot {}
}
