package chronicle.ledger.log;

import static chronicle.ledger.log.LogFixture.deposit;
import static chronicle.ledger.log.LogFixture.given;
import static chronicle.ledger.log.LogFixture.open;
import static chronicle.ledger.log.LogFixture.request;
import static chronicle.ledger.log.LogFixture.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.LedgerId;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the event store reads for accounts that are not in memory, by its own count. */
final class ColdAccountsIT {
  private static final int ACCOUNTS = 10_000;
  private static final int BATCH = 100;

  /** One for the look of which event is the newest, and one for the event. */
  private static final int ROWS_EACH = 2;

  private LogFixture log;
  private Ledgers ledgers;

  @BeforeEach
  void start() throws InterruptedException, SQLException {
    log = new LogFixture();
    assumeFalse(log.isOnCockroach(), "only PostgreSQL counts the rows that it read");
    ledgers = log.ledgers(log.store());
    IntStream.range(0, 100).forEach(i -> given(ledgers, open("early" + i)));
    // As autovacuum finds it: a log that is read fastest from one end to the other.
    number("ANALYZE events; SELECT 0");
  }

  @AfterEach
  void stop() {
    log.close();
  }

  @Test
  @DisplayName("an account that is not in memory costs as many rows after 6 events as after 1")
  void coldAccountsCostTheSame() throws SQLException, InterruptedException {
    execute(ledgers, i -> open("a" + i));
    for (int round = 0; round < 5; round++) {
      execute(ledgers, i -> deposit("a" + i, 1));
    }
    long before = rowsRead();

    execute(log.ledgers(log.store()), i -> deposit("a" + i, 1));

    assertThat(rowsRead() - before).isLessThan((ROWS_EACH + 1) * ACCOUNTS);
  }

  private static void execute(Ledgers ledgers, IntFunction<Command> command) {
    for (int first = 0; first < ACCOUNTS; first += BATCH) {
      var parts =
          IntStream.range(first, first + BATCH).mapToObj(i -> request(command.apply(i))).toList();
      var batch =
          new Request.Atomic(
              CommandId.of("batch-" + System.nanoTime()), "anonymous", "", false, parts);
      assertThat(ledgers.await(LedgerId.MAIN, new Work.ExecuteAll(batch), soon()))
          .isInstanceOf(Outcome.ExecutedAll.class);
    }
  }

  /** A session tells what it counted when it ends, at the latest. */
  private long rowsRead() throws SQLException {
    number(
        """
        SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity
        WHERE datname = current_database() AND query LIKE '%events%' AND pid <> pg_backend_pid()
        """);
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() ->
            number(
                    """
                    SELECT count(*) FROM pg_stat_activity
                    WHERE datname = current_database() AND query LIKE '%events%' AND pid <> pg_backend_pid()
                    """)
                == 0);
    return number(
        "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables WHERE relname = 'events'");
  }

  private long number(String sql) throws SQLException {
    try (var connection = DriverManager.getConnection(log.jdbcUrl());
        var statement = connection.createStatement()) {
      boolean isResult = statement.execute(sql);
      if (!isResult) {
        statement.getMoreResults();
      }
      try (var row = statement.getResultSet()) {
        row.next();
        return row.getLong(1);
      }
    }
  }
}
