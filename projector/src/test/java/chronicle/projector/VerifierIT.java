package chronicle.projector;

import static org.assertj.core.api.Assertions.assertThat;

import chronicle.projector.Verification.Verdict;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Rows held against the log. */
final class VerifierIT {
  private final StoredModel model = new StoredModel();
  private final LedgerFixture ledger = new LedgerFixture();
  private final History history = new History();

  @BeforeEach
  void projectAHistory() throws Exception {
    history.open("account-0", "USD", 50);
    history.deposit("account-0", 1_000);
    history.hold("account-0", 10);
    history.update("account-0", "main account", Map.of("k", "v", "l", ""));
    var random = new Random(1);
    for (var i = 0; i < 300; i++) {
      history.backdate(1 + random.nextInt(50));
      history.deposit("account-0", 1 + random.nextInt(9));
    }
    history.grow(random, 200);
    history.open("account-of-trust", "USD", Long.MAX_VALUE / 4);
    history.deposit("account-of-trust", Long.MAX_VALUE / 4);
    ledger.add(History.LEDGER, History.INCARNATION, history::events);
    ledger.start();
    var projection =
        Projection.open(model.sessions(), History.LEDGER, History.INCARNATION, Fold.VERSION);
    assertThat(projection.apply(history.events())).isTrue();
  }

  @AfterEach
  void close() {
    ledger.close();
    model.close();
  }

  @Test
  @DisplayName("G7: rows as they were projected are what the log says")
  void projectedRowsAreEqual() throws Exception {
    var verification = verify();

    assertThat(verification.difference()).isEmpty();
    assertThat(verification.verdict()).isEqualTo(Verdict.EQUAL);
    assertThat(verification.position()).isEqualTo(history.head());
    assertThat(verification.accounts()).isEqualTo(model.number("SELECT count(*) FROM accounts"));
    assertThat(verification.log()).contains(verification.stored()).contains(verification.kept());
  }

  @Test
  @DisplayName("G7: rows of external accounts' own, as they used to be, are what the log says too")
  void rowsOfBothFormsAreEqual() throws Exception {
    model.execute(
        """
        INSERT INTO entries
        SELECT *, NULL FROM account_entries WHERE account_id LIKE 'external:%' AND position % 2 = 0
        """);
    model.execute("UPDATE entries SET external_posted_after = NULL WHERE position % 2 = 0");

    assertThat(verify().verdict()).isEqualTo(Verdict.EQUAL);
  }

  @ParameterizedTest(name = "{0}: {2}")
  @DisplayName("G7: one row changed by SQL is found, and its account named")
  @CsvSource(
      delimiter = '|',
      value = {
        "accounts | account-0 | UPDATE accounts SET posted = posted + 1, available = available + 1, total_deposits = total_deposits + 1 WHERE account_id = 'account-0'",
        "accounts | account-0 | UPDATE accounts SET reference = 'other' WHERE account_id = 'account-0'",
        "accounts | account-0 | UPDATE accounts SET metadata = '{\"k\": \"w\"}' WHERE account_id = 'account-0'",
        "accounts | account-0 | UPDATE accounts SET transaction_count = 0 WHERE account_id = 'account-0'",
        "accounts | account-0 | UPDATE accounts SET create_position = 1 WHERE account_id = 'account-0'",
        "accounts | account-0 | DELETE FROM accounts WHERE account_id = 'account-0'",
        "accounts | nobody | INSERT INTO accounts SELECT generation, ledger_id, 'nobody', currency_code, status, posted, held, available, overdraft_limit, balance_max, account_version, position, create_time, create_position, update_time, reference, metadata, total_deposits, total_withdrawals, transaction_count FROM accounts WHERE account_id = 'account-0'",
        "accounts | external:USD | UPDATE accounts SET posted = posted + 1, available = available + 1, total_deposits = total_deposits + 1 WHERE account_id = 'external:USD'",
        "entries | account-0 | UPDATE entries SET amount = amount + 1 WHERE account_id = 'account-0' AND position = 3",
        "entries | account-0 | UPDATE entries SET posted_after = 1e30 WHERE account_id = 'account-0' AND position = 3",
        "entries | account-0 | UPDATE entries SET posted_after = 'NaN' WHERE account_id = 'account-0' AND position = 3",
        "entries | account-0 | UPDATE entries SET held_after = 0.5 WHERE account_id = 'account-0' AND position = 3",
        "entries | account-0 | UPDATE entries SET metadata = '[1]' WHERE account_id = 'account-0' AND position = 3",
        "entries | account-0 | UPDATE entries SET effective_time = effective_time - INTERVAL '1 microsecond' WHERE account_id = 'account-0' AND position = 3",
        "entries | account-0 | DELETE FROM entries WHERE account_id = 'account-0' AND position = 3",
        "entries | external:USD | UPDATE entries SET external_posted_after = external_posted_after + 1 WHERE position = 3",
        "entries | external:USD | UPDATE entries SET external_posted_after = NULL WHERE position = 3",
        "entries | '' | UPDATE entries SET event_type = 'X' WHERE position = 1",
        "holds | account-0 | UPDATE holds SET amount = amount + 1 WHERE account_id = 'account-0' AND position = 4",
        "holds | account-0 | UPDATE holds SET account_id = 'nobody' WHERE account_id = 'account-0' AND position = 4",
        "account_changes | account-0 | UPDATE account_changes SET overdraft_limit = 0 WHERE account_id = 'account-0'",
        "account_changes | account-0 | UPDATE account_changes SET metadata = NULL WHERE account_id = 'account-0' AND reference = 'main account'",
        "backdated | account-0 | UPDATE backdated SET posted = posted + 1 WHERE account_id = 'account-0' AND number = 9",
        "backdated_sums | account-0 | UPDATE backdated_sums SET posted_sum = posted_sum + 1 WHERE account_id = 'account-0' AND number = 9",
        "backdated_sums | account-0 | DELETE FROM backdated_sums WHERE account_id = 'account-0' AND number = 9",
        "transactions | '' | UPDATE transactions SET status = 'VOIDED', end_position = 9 WHERE position = 4",
        "transactions | '' | UPDATE transactions SET reference = 'x' WHERE position = 3",
        "transactions | '' | DELETE FROM transactions WHERE position = 3",
        "the checkpoint | '' | UPDATE projection_checkpoint SET digest = decode(repeat('01', 16), 'hex')",
      })
  void aRowThatWasChangedIsFound(String table, String account, String sql) throws Exception {
    model.execute(sql);

    var verification = verify();

    assertThat(verification.verdict()).isEqualTo(Verdict.DIFFERENT);
    var found = verification.difference().orElseThrow();
    assertThat(found.account()).isEqualTo(account);
    assertThat(found.table()).isEqualTo(table);
  }

  @Test
  @DisplayName("G7: what could not be compared is said to be incomplete, never to be equal")
  void aVerificationWithoutTheLedgerIsIncomplete() throws Exception {
    ledger.stop();

    var verification = verify();

    assertThat(verification.verdict()).isEqualTo(Verdict.INCOMPLETE);
    assertThat(verification.incomplete()).contains("UNAVAILABLE");
  }

  @Test
  @DisplayName("G7: rows of another log are not taken for this one's")
  void rowsOfAnotherLogDiffer() throws Exception {
    ledger.add(History.LEDGER, "another", history::events);

    var verification = verify();

    assertThat(verification.verdict()).isEqualTo(Verdict.DIFFERENT);
    assertThat(verification.difference().orElseThrow().table()).isEqualTo("the log");
  }

  @Test
  @DisplayName("G7: a verification has an hour for each table, and what comes after it has not")
  void aVerificationHasTime() throws Exception {
    var limits = new ArrayList<String>();

    Verifier.verify(
        model.sessions(),
        ledger.reader().channel(),
        session -> {
          limits.add(limits(session));
          return Checkpoints.serving(session, History.LEDGER);
        },
        (_, _, _) -> {},
        () -> false);

    assertThat(limits).containsExactly("1h, 1h and 3600000 ms");
    for (var i = 0; i < 12; i++) {
      try (var session = model.sessions().open()) {
        assertThat(limits(session)).isEqualTo("5s, 1s and 8000 ms");
      }
    }
  }

  private static String limits(Connection session) throws SQLException {
    try (var statement = session.createStatement();
        var row =
            statement.executeQuery(
                "SELECT current_setting('statement_timeout') || ', ' || current_setting('idle_in_transaction_session_timeout')")) {
      row.next();
      return "%s and %d ms".formatted(row.getString(1), session.getNetworkTimeout());
    }
  }

  @Test
  @DisplayName("G7: a verification that was cancelled anywhere leaves its sessions fit for others")
  void aCancelledVerificationLeavesItsSessionsFitForOthers() throws Exception {
    for (var rows = 1; rows <= 40; rows++) {
      var left = new AtomicInteger(rows);

      assertThat(verify(() -> left.getAndDecrement() <= 0).verdict()).isEqualTo(Verdict.INCOMPLETE);

      var sessions = new ArrayList<Connection>();
      try {
        for (var i = 0; i < StoredModel.SESSIONS; i++) {
          sessions.add(model.sessions().open());
        }
        for (var session : sessions) {
          try (var statement = session.createStatement();
              var answer = statement.executeQuery("SELECT 'answered'")) {
            assertThat(answer.next()).isTrue();
            assertThat(answer.getString(1)).isEqualTo("answered");
          }
        }
      } finally {
        for (var session : sessions) {
          session.close();
        }
      }
    }
  }

  private Verification verify() throws SQLException, InterruptedException {
    return verify(() -> false);
  }

  private Verification verify(BooleanSupplier cancelled) throws SQLException, InterruptedException {
    return Verifier.verify(
        model.sessions(),
        ledger.reader().channel(),
        session -> Checkpoints.serving(session, History.LEDGER),
        (_, _, _) -> {},
        cancelled);
  }
}
