package chronicle.query;

import java.time.Instant;

/** An account of many entries, most of them backdated, as the projector would have written them. */
final class LongAccount {
  static final String LEDGER = "long";
  static final String ACCOUNT = "a";

  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");
  private static final int STEP_MICROS = 1_000;

  private static final String ENTRIES =
      """
      INSERT INTO projection_checkpoint (ledger_id, incarnation, position, record_time)
      VALUES ('long', 'incarnation', :entries, '2026-01-01Z'::timestamptz + :entries * interval '1 ms');
      INSERT INTO entries
      SELECT (SELECT generation FROM projection_checkpoint WHERE ledger_id = 'long'), 'long', n, CASE n WHEN 1 THEN '' ELSE 'a' END, n, 'MoneyDeposited', 'USD', n, n * (n + 1) / 2 - 1, 0,
        n * (n + 1) / 2 - 1, 'c', 't' || n, 0, 1, 'external:USD', t, CASE WHEN n % 10 = 0 THEN t ELSE
          t - (hashint8(n) & 1073741823) * interval '1 microsecond' END, '', '{}'
      FROM generate_series(1::bigint, :entries) n, LATERAL (SELECT '2026-01-01Z'::timestamptz + n * interval '1 ms' AS t) times;
      INSERT INTO accounts VALUES (
        (SELECT generation FROM projection_checkpoint WHERE ledger_id = 'long'), 'long', 'a', 'USD', 'ACTIVE', :entries::numeric * (:entries + 1) / 2, 0, :entries::numeric * (:entries + 1) / 2, 0, NULL, :entries, :entries,
        '2026-01-01Z', 2, '2026-01-01Z', '', '{}', :entries::numeric * (:entries + 1) / 2, 0, :entries);
      INSERT INTO account_changes VALUES (
        (SELECT generation FROM projection_checkpoint WHERE ledger_id = 'long'), 'a', 2, '2026-01-01Z', '2026-01-01Z', 'ACTIVE', 0, NULL, '', '{}');
      INSERT INTO backdated
      SELECT generation, 'a', row_number() OVER (ORDER BY position), position, effective_time, amount, 0,
        sum(amount) OVER (ORDER BY position), 0
      FROM entries
      WHERE ledger_id = 'long' AND account_id = 'a' AND effective_time < record_time;
      """;

  private static final String SUMS =
      """
      INSERT INTO backdated_sums
      SELECT generation, 'a', %1$d, (number - 1) / %2$d, effective_time, number,
        sum(posted) OVER block, 0
      FROM backdated
      WHERE number <= (SELECT max(number) FROM backdated) / %2$d * %2$d
      WINDOW block AS (PARTITION BY (number - 1) / %2$d ORDER BY effective_time, number)
      """;

  private LongAccount() {}

  static void write(Rows rows, int entries) {
    rows.execute(ENTRIES.replace(":entries", Integer.toString(entries)));
    rows.execute(SUMS.formatted(1, 256));
    rows.execute(SUMS.formatted(2, 65_536));
    rows.execute("ANALYZE");
  }

  /** When the entry at a position was recorded. */
  static Instant recordTime(long position) {
    return START.plusNanos(position * STEP_MICROS * 1_000);
  }
}
