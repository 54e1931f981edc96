package chronicle.query;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Writes the rows of the read model as the projector does, in one transaction with the checkpoint.
 */
final class Rows implements AutoCloseable {
  private static final Path MIGRATIONS = Path.of("../projector/src/main/resources/db/readmodel");

  private static final String ENTRY =
      """
      INSERT INTO entries VALUES (
        (SELECT generation FROM projection_checkpoint WHERE ledger_id = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, jsonb_build_object('k', ?::text), ?)
      """;

  private static final String ACCOUNT =
      """
      INSERT INTO accounts VALUES (
        (SELECT generation FROM projection_checkpoint WHERE ledger_id = ?), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, jsonb_build_object('k', ?::text), ?, ?, ?)
      ON CONFLICT (generation, account_id) DO UPDATE SET
        status = excluded.status, overdraft_limit = excluded.overdraft_limit, balance_max = excluded.balance_max,
        posted = excluded.posted, held = excluded.held, available = excluded.available,
        account_version = excluded.account_version, position = excluded.position,
        update_time = excluded.update_time,
        total_deposits = excluded.total_deposits,
        total_withdrawals = excluded.total_withdrawals,
        transaction_count = excluded.transaction_count
      """;

  private static final String CHANGE =
      """
      INSERT INTO account_changes VALUES (
        (SELECT generation FROM projection_checkpoint WHERE ledger_id = ?), ?, ?, ?, ?, ?, ?, ?, ?, jsonb_build_object('k', ?::text))
      """;

  private static final String TRANSACTION =
      """
      INSERT INTO transactions VALUES (
        (SELECT generation FROM projection_checkpoint WHERE ledger_id = ?), ?, ?, ?, ?, ?, NULL, ?, NULL, NULL, NULL, ?, ?, ?, jsonb_build_object('k', ?::text))
      ON CONFLICT (generation, transaction_id) DO UPDATE SET
        status = excluded.status, end_position = excluded.end_position
      """;

  private static final String HOLD =
      """
      INSERT INTO holds VALUES (
        (SELECT generation FROM projection_checkpoint WHERE ledger_id = ?), ?, ?, ?, ?, 'USD', ?, NULL, ?, ?, ?, ?, ?, ?, ?, ?)
      ON CONFLICT (generation, transaction_id, posting_index) DO UPDATE SET
        posted = excluded.posted, end_type = excluded.end_type, end_position = excluded.end_position,
        end_record_time = excluded.end_record_time, end_effective_time = excluded.end_effective_time
      """;

  private static final String BACKDATED =
      """
      INSERT INTO backdated
      SELECT q.*, COALESCE(b.number, 0) + 1, p.*, COALESCE(b.posted_total, 0) + p.posted, COALESCE(b.held_total, 0) + p.held
      FROM (SELECT (SELECT generation FROM projection_checkpoint WHERE ledger_id = ?) AS generation, ?::text AS account_id) q
      CROSS JOIN (SELECT ?::bigint, ?::timestamptz, ?::numeric AS posted, ?::numeric AS held) p
      LEFT JOIN LATERAL (
        SELECT * FROM backdated WHERE generation = q.generation AND account_id = q.account_id ORDER BY number DESC LIMIT 1
      ) b ON TRUE
      """;

  private static final String CHECKPOINT =
      """
      INSERT INTO projection_checkpoint (ledger_id, incarnation, position, record_time) VALUES (?, 'incarnation', ?, ?)
      ON CONFLICT (ledger_id) DO UPDATE SET
        position = excluded.position, record_time = excluded.record_time
      """;

  private final Connection connection;

  Rows(String url) {
    try {
      connection = DriverManager.getConnection(url);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Makes the tables, by the projector's own migrations. */
  void migrate() {
    try (var files = Files.list(MIGRATIONS)) {
      for (var file : files.sorted().toList()) {
        execute(Files.readString(file));
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  void execute(String sql) {
    try (var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  long number(String query) {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(query, e);
    }
  }

  List<Long> numbers(String query) {
    try (var statement = connection.createStatement();
        var rows = statement.executeQuery(query)) {
      var numbers = new ArrayList<Long>();
      while (rows.next()) {
        numbers.add(rows.getLong(1));
      }
      return numbers;
    } catch (SQLException e) {
      throw new IllegalStateException(query, e);
    }
  }

  /** How the server runs a statement, and how long that takes. */
  String explain(String sql, Object... values) {
    try (var statement = connection.prepareStatement("EXPLAIN (ANALYZE, COSTS OFF) " + sql)) {
      bind(statement, values);
      var plan = new StringBuilder();
      try (var rows = statement.executeQuery()) {
        while (rows.next()) {
          plan.append(rows.getString(1)).append('\n');
        }
      }
      return plan.toString();
    } catch (SQLException e) {
      throw new IllegalStateException(sql, e);
    }
  }

  /** Projects all of a history. */
  void project(History history) {
    project(history, history.head());
  }

  /** Projects a history up to a position, and tells listeners. */
  void project(History history, long to) {
    try {
      connection.setAutoCommit(false);
      var after = checkpoint(history.ledger());
      checkpoint(history.ledger(), history.fact(to));
      for (var fact : history.facts(after, to)) {
        insert(history, fact);
      }
      for (var made : history.transactions()) {
        upsert(history, made, after, to);
      }
      execute("SELECT pg_notify('projection', '%s %d')".formatted(history.ledger(), to));
      connection.commit();
      connection.setAutoCommit(true);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  long checkpoint(String ledger) {
    try (var statement =
        connection.prepareStatement(
            "SELECT position FROM projection_checkpoint WHERE ledger_id = ?")) {
      statement.setString(1, ledger);
      var rows = statement.executeQuery();
      return rows.next() ? rows.getLong(1) : 0;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  private void checkpoint(String ledger, History.Fact last) throws SQLException {
    try (var statement = connection.prepareStatement(CHECKPOINT)) {
      bind(statement, ledger, last.position(), time(last.recordTime()));
      statement.execute();
    }
  }

  private void insert(History history, History.Fact fact) throws SQLException {
    var ledger = history.ledger();
    var after = fact.after();
    var crossed = fact.counterparty().equals(History.EXTERNAL);
    var external = crossed ? external(history, fact.position()) : History.Replayed.NONE;
    var shared = crossed && sharesRow(fact) ? external.posted() : null;
    entry(
        ledger,
        fact,
        fact.account(),
        fact.version(),
        fact.amount(),
        after,
        fact.counterparty(),
        shared);
    if (fact.account().isEmpty()) {
      return;
    }
    account(ledger, fact, fact.account(), fact.version(), after);
    backdated(ledger, fact, fact.effectiveTime(), fact.amount().orElse(0L), 0);
    backdated(ledger, fact, history.heldTime(fact), 0, fact.change().held());
    if (crossed) {
      if (!sharesRow(fact)) {
        var amount = fact.amount().map(it -> -it);
        entry(ledger, fact, History.EXTERNAL, 0, amount, external, fact.account(), null);
      }
      account(ledger, fact, History.EXTERNAL, 0, external);
    }
    if (fact.change().status().isPresent() || fact.change().limits().isPresent()) {
      change(ledger, fact);
    }
  }

  /** Before version 7 of the read model external accounts had rows of their own, which stay. */
  private static boolean sharesRow(History.Fact fact) {
    return fact.position() % 2 == 0;
  }

  private void backdated(
      String ledger, History.Fact fact, Instant effectiveTime, long posted, long held)
      throws SQLException {
    if (effectiveTime.isBefore(fact.recordTime()) && (posted != 0 || held != 0)) {
      execute(
          BACKDATED, ledger, fact.account(), fact.position(), time(effectiveTime), posted, held);
    }
  }

  /** The other side of what crossed the ledger's border up to a position. */
  private static History.Replayed external(History history, long position) {
    var state = History.Replayed.NONE;
    for (var fact : history.facts(0, position)) {
      if (fact.counterparty().equals(History.EXTERNAL)) {
        var change = History.Change.posted(-fact.amount().orElseThrow(), 0);
        state = state.with(change, fact.position());
      }
    }
    return state;
  }

  private void entry(
      String ledger,
      History.Fact fact,
      String account,
      long version,
      Optional<Long> amount,
      History.Replayed after,
      String counterparty,
      @Nullable Long externalPostedAfter)
      throws SQLException {
    execute(
        ENTRY,
        ledger,
        ledger,
        fact.position(),
        account,
        version,
        fact.type(),
        account.isEmpty() ? "" : History.CURRENCY,
        amount.orElse(null),
        after.posted(),
        after.held(),
        after.available(),
        fact.command(),
        transaction(fact),
        fact.index(),
        fact.size(),
        counterparty,
        time(fact.recordTime()),
        time(fact.effectiveTime()),
        fact.label(),
        label(fact),
        externalPostedAfter);
  }

  /** A hold's end belongs to the transaction that made it; no test asks which. */
  private static String transaction(History.Fact fact) {
    return fact.change().status().isPresent() || fact.change().limits().isPresent()
        ? ""
        : fact.command();
  }

  private static String label(History.Fact fact) {
    return fact.label().equals("ref") ? "v" : fact.label();
  }

  private void account(
      String ledger, History.Fact fact, String account, long version, History.Replayed after)
      throws SQLException {
    execute(
        ACCOUNT,
        ledger,
        ledger,
        account,
        History.CURRENCY,
        after.status(),
        after.posted(),
        after.held(),
        after.available(),
        after.limits().overdraft(),
        after.limits().balanceMax().orElse(null),
        version,
        after.position(),
        time(fact.recordTime()),
        fact.position(),
        time(fact.recordTime()),
        fact.label(),
        label(fact),
        after.deposits(),
        after.withdrawals(),
        after.postings());
  }

  private void change(String ledger, History.Fact fact) throws SQLException {
    execute(
        CHANGE,
        ledger,
        fact.account(),
        fact.position(),
        time(fact.recordTime()),
        time(fact.effectiveTime()),
        fact.change().status().orElse(null),
        fact.change().limits().map(History.Limits::overdraft).orElse(null),
        fact.change().limits().flatMap(History.Limits::balanceMax).orElse(null),
        fact.label(),
        label(fact));
  }

  /** A transaction as of a position, where it changed after another. */
  private void upsert(History history, History.Made made, long after, long to) throws SQLException {
    var ends =
        made.postings().stream()
            .flatMap(posting -> posting.end().stream())
            .map(History.End::position)
            .filter(end -> end <= to)
            .toList();
    var changed = made.position() > after || ends.stream().anyMatch(end -> end > after);
    if (made.position() > to || !changed) {
      return;
    }
    execute(
        TRANSACTION,
        history.ledger(),
        history.ledger(),
        made.position(),
        made.position() + made.size() - 1,
        made.id(),
        made.status(to),
        ends.stream().findFirst().orElse(null),
        time(made.first().recordTime()),
        time(made.first().effectiveTime()),
        made.first().label(),
        label(made.first()));
    for (var i = 0; made.pending() && i < made.postings().size(); i++) {
      hold(history, made, i, to);
    }
  }

  private void hold(History history, History.Made made, int index, long to) throws SQLException {
    var posting = made.postings().get(index);
    var end = posting.end().filter(ended -> ended.position() <= to);
    execute(
        HOLD,
        history.ledger(),
        made.id(),
        index,
        posting.source(),
        posting.destination(),
        posting.amount(),
        made.position(),
        time(made.first().recordTime()),
        time(made.first().effectiveTime()),
        end.map(History.End::posted).orElse(null),
        end.map(History.End::type).orElse(null),
        end.map(History.End::position).orElse(null),
        end.map(ended -> time(history.fact(ended.position()).recordTime())).orElse(null),
        end.map(ended -> time(ended.effectiveTime())).orElse(null));
  }

  private static OffsetDateTime time(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }

  private void execute(String sql, @Nullable Object... values) throws SQLException {
    try (var statement = connection.prepareStatement(sql)) {
      bind(statement, values);
      statement.execute();
    }
  }

  private static void bind(java.sql.PreparedStatement statement, @Nullable Object... values)
      throws SQLException {
    for (var i = 0; i < values.length; i++) {
      statement.setObject(i + 1, values[i]);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
