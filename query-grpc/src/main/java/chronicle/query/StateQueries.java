package chronicle.query;

import static chronicle.error.v1.ErrorReason.AMOUNT_OVERFLOW;
import static chronicle.query.Columns.METADATA_OF;
import static chronicle.query.Columns.metadata;
import static chronicle.query.Columns.money;
import static chronicle.query.Columns.timestamp;
import static chronicle.query.ReadModel.instant;
import static chronicle.query.ReadModel.parameter;

import chronicle.query.v1.Account;
import chronicle.runtime.Failure;
import chronicle.type.v1.Money;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What accounts were as known at a moment, and of that what had taken effect by a business time, in
 * one statement each.
 */
final class StateQueries {
  // What is asked for is kept from the planner, which would else have every call planned anew: that
  // takes it longer than the look-ups take.
  private static final String STATES =
      """
      WITH asked AS MATERIALIZED (
        SELECT ?::bigint AS position, ?::timestamptz AS record_time, ?::timestamptz AS effective_time
      )
      SELECT c.position, a.account_id, a.currency_code, a.create_time, k.account_version, k.position, k.record_time,
        v.posted, v.held, s.status, l.overdraft_limit, l.balance_max, r.reference, %s, %s
      FROM projection_checkpoint c
      CROSS JOIN asked t
      CROSS JOIN unnest((SELECT ?::text[])) WITH ORDINALITY q (account_id, n)
      LEFT JOIN LATERAL (
        SELECT * FROM accounts
        WHERE generation = c.generation AND account_id = q.account_id AND create_position <= t.position
        LIMIT 1
      ) a ON TRUE
      LEFT JOIN LATERAL (
        SELECT * FROM entries
        WHERE generation = a.generation AND account_id = a.account_id
          AND (record_time, position) <= (t.record_time, t.position)
        ORDER BY record_time DESC, position DESC
        LIMIT 1
      ) k ON TRUE
      LEFT JOIN LATERAL (%%s) v ON TRUE
      LEFT JOIN LATERAL (%%s) s ON TRUE
      LEFT JOIN LATERAL (%%s) l ON TRUE
      LEFT JOIN LATERAL (%%s) r ON TRUE
      LEFT JOIN LATERAL (%%s) m ON TRUE
      WHERE c.ledger_id = ?
      ORDER BY q.n
      """
          .formatted(METADATA_OF.formatted("m"), Moment.ORIGIN);

  private static final String KNOWN = "SELECT k.posted_after AS posted, k.held_after AS held";

  // What was said last.
  private static final String SAID =
      """
      SELECT * FROM account_changes
      WHERE generation = a.generation AND account_id = a.account_id AND position <= t.position AND %s IS NOT NULL
      ORDER BY position DESC
      LIMIT 1
      """;

  // What was recorded by then took effect by then: the balances of that time, without what was
  // backdated by then; and
  // all that was backdated, by then or later, and took effect by then: whole blocks by their
  // running sums, the rest one
  // by one.
  private static final String EFFECTIVE =
      """
      SELECT COALESCE(p.posted_after, 0) - COALESCE(b.posted_total, 0) + COALESCE(z.posted, 0) AS posted,
        COALESCE(p.held_after, 0) - COALESCE(b.held_total, 0) + COALESCE(z.held, 0) AS held
      FROM (SELECT) one
      LEFT JOIN LATERAL (
        SELECT * FROM entries
        WHERE generation = a.generation AND account_id = a.account_id AND record_time <= t.effective_time
          AND (record_time, position) <= (t.record_time, t.position)
        ORDER BY record_time DESC, position DESC
        LIMIT 1
      ) p ON TRUE
      LEFT JOIN LATERAL (
        SELECT * FROM backdated
        WHERE generation = a.generation AND account_id = a.account_id AND position <= p.position
        ORDER BY position DESC, number DESC
        LIMIT 1
      ) b ON TRUE
      LEFT JOIN LATERAL (
        SELECT * FROM backdated
        WHERE generation = a.generation AND account_id = a.account_id AND position <= t.position
        ORDER BY position DESC, number DESC
        LIMIT 1
      ) h ON TRUE
      LEFT JOIN LATERAL (
        SELECT sum(posted) AS posted, sum(held) AS held
        FROM (
          SELECT s.*
          FROM (
            SELECT 2 AS level, block FROM generate_series(0, (h.number >> 16) - 1) block
            UNION ALL
            SELECT 1, block FROM generate_series((h.number >> 16) << 8, (h.number >> 8) - 1) block
          ) g
          CROSS JOIN LATERAL (
            SELECT posted_sum, held_sum FROM backdated_sums
            WHERE generation = a.generation AND account_id = a.account_id AND level = g.level AND block = g.block
              AND effective_time <= t.effective_time
            ORDER BY effective_time DESC, number DESC
            LIMIT 1
          ) s
          UNION ALL
          SELECT posted, held FROM backdated
          WHERE generation = a.generation AND account_id = a.account_id AND number > (h.number >> 8) << 8
            AND number <= h.number AND effective_time <= t.effective_time
        ) parts (posted, held)
      ) z ON TRUE
      """;

  // What took effect last, or else what the account was opened with.
  private static final String IN_EFFECT =
      """
      SELECT * FROM (
        (SELECT *, 1 AS preference FROM account_changes
         WHERE generation = a.generation AND account_id = a.account_id AND position <= t.position
           AND effective_time <= t.effective_time AND %1$s IS NOT NULL
         ORDER BY effective_time DESC, position DESC
         LIMIT 1)
        UNION ALL
        SELECT *, 2 FROM account_changes
        WHERE generation = a.generation AND account_id = a.account_id AND position = a.create_position
      ) said
      ORDER BY preference
      LIMIT 1
      """;

  private static final String AS_KNOWN =
      STATES.formatted(
          KNOWN,
          SAID.formatted("status"),
          SAID.formatted("overdraft_limit"),
          SAID.formatted("reference"),
          SAID.formatted("metadata"));

  /** As {@link #at} asks it with a time. */
  static final String AS_EFFECTIVE =
      STATES.formatted(
          EFFECTIVE,
          IN_EFFECT.formatted("status"),
          IN_EFFECT.formatted("overdraft_limit"),
          IN_EFFECT.formatted("reference"),
          IN_EFFECT.formatted("metadata"));

  private final ReadModel model;

  StateQueries(ReadModel model) {
    this.model = model;
  }

  /**
   * The accounts as known at a moment, as effective at a time or all that was known; empty where
   * the read model does not know the ledger.
   */
  Optional<AccountStates> at(
      String ledger, Moment moment, Optional<Instant> effective, List<String> accounts) {
    return model.query(
        effective.isPresent() ? AS_EFFECTIVE : AS_KNOWN,
        statement -> {
          statement.setLong(1, moment.position());
          statement.setObject(2, parameter(moment.recordTime()));
          statement.setObject(
              3, effective.map(ReadModel::parameter).orElse(null), Types.TIMESTAMP_WITH_TIMEZONE);
          statement.setObject(4, accounts.toArray(String[]::new));
          statement.setString(5, ledger);
        },
        rows -> states(moment.position(), rows));
  }

  private static Optional<AccountStates> states(long readPosition, ResultSet rows)
      throws SQLException {
    if (!rows.next()) {
      return Optional.empty();
    }
    var checkpoint = rows.getLong(1);
    var origin = rows.getString(15);
    var states = new ArrayList<Optional<AccountState>>();
    do {
      states.add(state(readPosition, rows));
    } while (rows.next());
    return Optional.of(new AccountStates(checkpoint, origin, states));
  }

  private static Optional<AccountState> state(long readPosition, ResultSet rows)
      throws SQLException {
    var id = rows.getString(2);
    if (id == null) {
      return Optional.empty();
    }
    var currency = rows.getString(3);
    var posted = rows.getBigDecimal(8);
    var held = rows.getBigDecimal(9);
    var overdraft = rows.getBigDecimal(11);
    var account =
        Account.newBuilder()
            .setAccount(id)
            .setStatus(AccountQueries.status(rows.getString(10)))
            .setFrozen(AccountQueries.frozen(rows.getString(10)))
            .setPosted(amount(currency, posted))
            .setHeld(amount(currency, held))
            .setAvailable(amount(currency, posted.subtract(held).add(overdraft)))
            .setOverdraftLimit(amount(currency, overdraft))
            .setAccountVersion(rows.getLong(5))
            .setCreateTime(timestamp(rows, 4))
            .setUpdateTime(timestamp(rows, 7))
            .setPosition(rows.getLong(6))
            .setReadPosition(readPosition)
            .setReference(rows.getString(13))
            .putAllMetadata(metadata(rows, 14));
    var balanceMax = rows.getBigDecimal(12);
    if (balanceMax != null) {
      account.setBalanceMax(amount(currency, balanceMax));
    }
    return Optional.of(new AccountState(account.build(), instant(rows, 7)));
  }

  /**
   * What took effect by some time may leave 64 bits, though what was recorded by any time does not.
   */
  private static Money amount(String currency, BigDecimal minorUnits) {
    try {
      return money(currency, minorUnits.longValueExact());
    } catch (ArithmeticException _) {
      throw Failure.of(
          AMOUNT_OVERFLOW, "What had taken effect by then leaves the range of 64 bits");
    }
  }
}
