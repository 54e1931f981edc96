package chronicle.ledger.log;

import static chronicle.ledger.log.LogFixture.deposit;
import static chronicle.ledger.log.LogFixture.given;
import static chronicle.ledger.log.LogFixture.open;
import static chronicle.ledger.log.LogFixture.request;
import static chronicle.ledger.log.LogFixture.soon;
import static chronicle.ledger.log.LogFixture.submit;
import static chronicle.ledger.log.LogFixture.withdraw;
import static org.assertj.core.api.Assertions.assertThat;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.LedgerId;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class SnapshotIT {
  private static final AccountId A = AccountId.of("a");
  private static final int EVENTS = 3 * Snapshot.EVENTS_BETWEEN + 100;

  private static final String NO_STATES = "UPDATE events SET state = NULL";

  private LogFixture log;
  private Ledgers ledgers;

  @BeforeEach
  void start() throws InterruptedException {
    log = new LogFixture();
    ledgers = log.ledgers(log.store());
    given(ledgers, open("a"));
    IntStream.range(1, EVENTS)
        .mapToObj(_ -> submit(ledgers, request(deposit("a", 1))))
        .toList()
        .forEach(CompletableFuture::join);
  }

  @AfterEach
  void stop() {
    log.close();
  }

  @Test
  @DisplayName("an account of any length is opened from its newest event and the state beside it")
  void onlyTheNewestEventIsRead() {
    StoredAccount stored = stored();

    assertThat(stored.events()).hasSize(1);
    assertThat(stored.fold().orElseThrow())
        .isEqualTo(AccountAt.fold(log.store().history(LedgerId.MAIN, A, 0, EVENTS + 1, EVENTS)));
  }

  @Test
  @DisplayName("one without a state there is opened from its newest snapshot and the events since")
  void onlyTheTailIsRead() throws SQLException {
    execute(NO_STATES);

    StoredAccount stored = stored();

    assertThat(stored.snapshot().orElseThrow().version()).isEqualTo(3L * Snapshot.EVENTS_BETWEEN);
    assertThat(stored.events()).hasSize(101);
    assertThat(stored.fold().orElseThrow().state().version()).isEqualTo(EVENTS);
  }

  @Test
  @DisplayName("G10: as of every position around a snapshot the account is what a replay gives")
  void thePastIsTheSameWithSnapshots() {
    var history = new History(log.store(), ledgers);
    for (long position : List.of(2L, 499L, 500L, 501L, 502L, 1_000L, 1_001L, 1_502L, 1_601L)) {
      assertThat(history.accountAt(LedgerId.MAIN, A, position))
          .isEqualTo(AccountAt.fold(log.store().history(LedgerId.MAIN, A, 0, position, EVENTS)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DROP TABLE account_snapshots",
        "DELETE FROM account_snapshots",
        "DELETE FROM account_snapshots WHERE account_version > 500",
        "UPDATE account_snapshots SET state = '\\x00'",
        "UPDATE account_snapshots SET state = ''",
        "UPDATE account_snapshots SET state = (SELECT min(state) FROM account_snapshots)",
        "UPDATE account_snapshots SET account_version = account_version + 1",
        "UPDATE account_snapshots SET account_version = account_version + 1000000",
        "UPDATE account_snapshots SET position = position - 1",
        "UPDATE account_snapshots SET fold_version = fold_version + 1"
      })
  @DisplayName("G4: whatever becomes of the snapshots, no answer changes")
  void snapshotsAreDisposable(String change) throws SQLException, InterruptedException {
    execute(NO_STATES);

    assertNothingChangesBy(change);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        NO_STATES,
        "UPDATE events SET state = NULL WHERE position % 2 = 0",
        "UPDATE events SET state = ''",
        "UPDATE events SET state = '\\x01'",
        "UPDATE events SET state = '\\x01ff'",
        "UPDATE events SET state = (SELECT min(state) FROM events WHERE account_version > 1)",
        "UPDATE events SET state = '\\x02'::bytea || substr(state, 2)"
      })
  @DisplayName("G4: whatever becomes of the states beside the events, no answer changes")
  void statesAreDisposable(String change) throws SQLException, InterruptedException {
    assertNothingChangesBy(change);
  }

  @Test
  @DisplayName("G12: a process goes on writing when the table of snapshots is dropped under it")
  void aDroppedTableStopsNoWrites() throws SQLException {
    execute("DROP TABLE account_snapshots");

    IntStream.range(0, Snapshot.EVENTS_BETWEEN)
        .mapToObj(_ -> submit(ledgers, request(deposit("a", 1))))
        .toList()
        .forEach(outcome -> assertThat(outcome.join()).isInstanceOf(Outcome.Executed.class));

    assertThat(LogChecker.check(log.store()).events())
        .hasSize(1 + EVENTS + Snapshot.EVENTS_BETWEEN);
  }

  private void assertNothingChangesBy(String change) throws SQLException, InterruptedException {
    execute(change);
    Ledgers fresh = log.ledgers(log.store());

    var inspected = (Outcome.Inspected) fresh.await(LedgerId.MAIN, new Work.Inspect(A), soon());
    assertThat(inspected.account().state().version()).isEqualTo(EVENTS);
    given(fresh, withdraw("a", EVENTS - 1));
    assertThat(new History(log.store(), fresh).accountAt(LedgerId.MAIN, A, EVENTS))
        .isEqualTo(AccountAt.fold(log.store().history(LedgerId.MAIN, A, 0, EVENTS, EVENTS)));
  }

  private void execute(String change) throws SQLException {
    try (var connection = DriverManager.getConnection(log.jdbcUrl());
        var statement = connection.createStatement()) {
      statement.executeUpdate(change);
    }
  }

  private StoredAccount stored() {
    try (var transaction = log.store().look(LedgerId.MAIN)) {
      return transaction.accounts(List.of(A)).getOrDefault(A, StoredAccount.NONE);
    }
  }
}
