package chronicle.projector;

import static org.assertj.core.api.Assertions.assertThat;

import chronicle.event.v1.Event;
import chronicle.mesh.TestDatabase;
import chronicle.runtime.Database;
import chronicle.runtime.DatabaseSettings;
import chronicle.runtime.Digest;
import chronicle.runtime.Telemetry;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;

/**
 * A read model of its own, on real PostgreSQL, that can tell whether it equals the fold of a log.
 */
final class StoredModel implements AutoCloseable {
  /** As many as can be open at once. */
  static final int SESSIONS = 12;

  private final TestDatabase testDatabase = TestDatabase.forReadModel();
  private final Telemetry telemetry = Telemetry.start("test", "127.0.0.1", 0);
  private final Database database =
      Database.open(
          DatabaseSettings.of("read-model", testDatabase.jdbcUrl(), SESSIONS).withAutoCommit(false),
          telemetry);

  StoredModel() {
    try {
      database.migrate(ProjectorMain.MIGRATIONS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  Sessions sessions() {
    return database::connection;
  }

  String url() {
    return testDatabase.jdbcUrl();
  }

  Telemetry telemetry() {
    return telemetry;
  }

  Checkpoint checkpoint(String ledger) throws SQLException {
    try (var session = database.connection()) {
      return Checkpoints.serving(session, ledger);
    }
  }

  /**
   * G7: the read model at its position equals the fold of the log to it, and that position is the
   * log's head.
   */
  void assertEqualsFoldOf(List<Event> events) throws SQLException {
    var ledger = events.getFirst().getLedger();
    var rows = Fold.fold(ledger, 0, Stored.NOTHING, events);
    var checkpoint = checkpoint(ledger);
    assertThat(checkpoint.position()).isEqualTo(rows.position());
    assertThat(checkpoint.digest()).isEqualTo(digest(rows));
    assertThat(storedDigest(checkpoint.generation())).isEqualTo(digest(rows));
    var generation = checkpoint.generation();
    var ids = new HashSet<>(rows.accounts().keySet());
    ids.add("");
    try (var session = database.connection()) {
      assertThat(Accounts.load(session, generation, ids)).isEqualTo(rows.accounts());
      assertThat(Accounts.openings(session, generation, ids)).isEqualTo(labelled(rows));
      var transactionIds = rows.transactions().keySet();
      assertThat(Transactions.load(session, generation, transactionIds))
          .isEqualTo(rows.transactions());
      assertThat(Holds.load(session, generation, transactionIds)).isEqualTo(rows.holds());
    }
    assertThat(number(BackdatedRows.WRONG_SUMS)).isZero();
    assertThat(count("entries", generation)).isEqualTo(rows.entries().size());
    assertThat(count("account_entries", generation))
        .isEqualTo(
            rows.entries().size()
                + rows.entries().stream().flatMap(entry -> entry.otherSide().stream()).count());
    assertThat(count("accounts", generation)).isEqualTo(rows.accounts().size());
    assertThat(count("transactions", generation)).isEqualTo(rows.transactions().size());
    assertThat(count("holds", generation)).isEqualTo(rows.holds().size());
    assertThat(count("account_changes", generation)).isEqualTo(rows.changes().size());
    assertThat(count("backdated", generation)).isEqualTo(rows.backdated().size());
    assertThat(
            number(
                "SELECT count(*) FROM (SELECT FROM accounts GROUP BY generation, currency_code HAVING sum(posted) <> 0) AS unbalanced"))
        .isZero();
  }

  private Digest storedDigest(Generation generation) throws SQLException {
    try (var session = database.connection()) {
      var stored = new StoredRows(session, generation, () -> {});
      return stored.sumOthers().plus(stored.sumEntries());
    }
  }

  /** Of a fold from the first event, with the labels as they were said last. */
  static Digest digest(Rows rows) {
    var hashes = new RowHashes();
    var others =
        hashes.added(
            Stored.NOTHING,
            new Rows(
                rows.position(),
                rows.recordTime(),
                rows.accounts(),
                labelled(rows),
                rows.entries(),
                rows.transactions(),
                rows.holds(),
                rows.changes(),
                rows.backdated()));
    return rows.accounts().values().stream().map(hashes::account).reduce(others, Digest::plus);
  }

  /** What accounts were opened with, and their labels as they were said last. */
  static Map<String, Rows.Opening> labelled(Rows rows) {
    var openings = new HashMap<>(rows.openings());
    for (var change : rows.changes()) {
      openings.computeIfPresent(
          change.accountId(),
          (_, opening) ->
              new Rows.Opening(
                  opening.createTime(),
                  opening.createPosition(),
                  change.reference().orElse(opening.reference()),
                  change.metadata().orElse(opening.metadata())));
    }
    return openings;
  }

  private long count(String table, Generation generation) throws SQLException {
    return number(
        "SELECT count(*) FROM %s WHERE generation = %d".formatted(table, generation.number()));
  }

  long number(String query) throws SQLException {
    try (var session = database.connection();
        var statement = session.createStatement();
        var result = statement.executeQuery(query)) {
      assertThat(result.next()).isTrue();
      return result.getLong(1);
    }
  }

  void execute(String sql) throws SQLException {
    try (var session = database.connection();
        var statement = session.createStatement()) {
      statement.execute(sql);
      session.commit();
    }
  }

  @Override
  public void close() {
    database.close();
    telemetry.close();
    testDatabase.close();
  }
}
