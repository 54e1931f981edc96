package chronicle.ledger.log;

import static chronicle.ledger.log.LogFixture.deposit;
import static chronicle.ledger.log.LogFixture.given;
import static chronicle.ledger.log.LogFixture.open;
import static chronicle.ledger.log.LogFixture.request;
import static chronicle.ledger.log.LogFixture.soon;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeFalse;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.Details;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.domain.Money;
import chronicle.ledger.domain.Movement;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** What the event store reads for what is not in memory, by its own count. */
final class RowsReadIT {
  private static final int COUNT = 10_000;
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
    execute(ledgers, i -> request(open("a" + i)));
    for (int round = 0; round < 5; round++) {
      execute(ledgers, i -> request(deposit("a" + i, 1)));
    }
    long before = rowsRead("events");

    execute(log.ledgers(log.store()), i -> request(deposit("a" + i, 1)));

    assertThat(rowsRead("events") - before).isLessThan((ROWS_EACH + 1) * COUNT);
  }

  @Test
  @DisplayName(
      "a pending transaction costs as many rows among 10,000, in a database without statistics")
  void pendingTransactionsAreFoundByTheirIds() throws SQLException, InterruptedException {
    given(ledgers, deposit("early0", COUNT));
    execute(ledgers, i -> request("t" + i, hold()));
    // Else its sweeper reads too.
    ledgers.close();
    long before = rowsRead("transactions");

    Ledgers other = log.ledgers(log.store());
    execute(other, i -> request(post("t" + i)));
    other.close();

    assertThat(rowsRead("transactions") - before).isLessThan((ROWS_EACH + 1) * COUNT);
  }

  private static Command hold() {
    var one =
        new Movement(Optional.of(AccountId.of("early0")), Optional.empty(), new Money("USD", 1));
    return new Command.CreateTransaction(List.of(one), true, Optional.empty(), Details.NONE);
  }

  private static Command post(String transaction) {
    return new Command.PostTransaction(CommandId.of(transaction), List.of(), Details.NONE);
  }

  private static void execute(Ledgers ledgers, IntFunction<Request> command) {
    for (int first = 0; first < COUNT; first += BATCH) {
      var parts = IntStream.range(first, first + BATCH).mapToObj(command).toList();
      var batch =
          new Request.Atomic(
              CommandId.of("batch-" + System.nanoTime()), "anonymous", "", false, parts);
      assertThat(ledgers.await(LedgerId.MAIN, new Work.ExecuteAll(batch), soon()))
          .isInstanceOf(Outcome.ExecutedAll.class);
    }
  }

  /** A session tells what it counted when it ends, at the latest. */
  private long rowsRead(String table) throws SQLException {
    String sessions =
        "FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%%%s%%' AND pid <> pg_backend_pid()"
            .formatted(table);
    number("SELECT count(pg_terminate_backend(pid)) " + sessions);
    await().atMost(Duration.ofSeconds(10)).until(() -> number("SELECT count(*) " + sessions) == 0);
    return number(
        "SELECT seq_tup_read + idx_tup_fetch FROM pg_stat_user_tables WHERE relname = '%s'"
            .formatted(table));
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
