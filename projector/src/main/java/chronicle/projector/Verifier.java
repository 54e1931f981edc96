package chronicle.projector;

import chronicle.ledger.v1.FoldDigest;
import chronicle.projector.Generation.Purpose;
import chronicle.projector.Verification.Difference;
import chronicle.runtime.Digest;
import io.grpc.Channel;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

/**
 * Holds all rows of a generation, as one snapshot shows them, against the fold that the ledger
 * makes of its log by its own code: by the sum of all hashes, and where that differs, account by
 * account. Says that it is incomplete rather than that all is well, where it can't go on.
 */
final class Verifier {
  // The snapshot waits for the ledger, which reads the whole log meanwhile, and one statement reads
  // all rows of a kind. More processes would only take the processor from the ledger.
  private static final String SETTINGS =
      """
      SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
      SET LOCAL max_parallel_workers_per_gather = 0
      """;
  private static final String EXPORT = "SELECT pg_export_snapshot()";

  // The full blocks of backdated rows, summed up again.
  private static final String ROLLED_UP =
      """
      WITH expected AS (
        SELECT b.account_id, l.level, (b.number - 1) / l.size AS block, b.effective_time, b.number,
          sum(b.posted) OVER w AS posted_sum, sum(b.held) OVER w AS held_sum
        FROM backdated b
        JOIN (SELECT account_id, max(number) AS last FROM backdated WHERE generation = ? GROUP BY account_id) m
          ON m.account_id = b.account_id
        CROSS JOIN (VALUES (1, 256::bigint), (2, 65536)) l (level, size)
        WHERE b.generation = ? AND b.number <= m.last / l.size * l.size
        WINDOW w AS (PARTITION BY b.account_id, l.level, (b.number - 1) / l.size ORDER BY b.effective_time, b.number)
      )
      SELECT COALESCE(e.account_id, s.account_id)
      FROM expected e
      FULL JOIN (SELECT * FROM backdated_sums WHERE generation = ?) s
        USING (account_id, level, block, effective_time, number)
      WHERE (e.posted_sum, e.held_sum) IS DISTINCT FROM (s.posted_sum, s.held_sum)
      LIMIT 1
      """;

  private final Connection session;
  private final Channel ledger;
  private final Checkpoint checkpoint;
  private final Generation generation;
  private final Progress progress;
  private final BooleanSupplier cancelled;
  private final Optional<Future<LogFold.Outcome>> begun;
  private final StoredRows rows;
  private final StoredRows entries;
  private final Differences differences;
  private volatile boolean stopped;
  private LogFold.Outcome fold = new LogFold.Outcome(Optional.empty(), 0, "");
  private Digest stored = Digest.ZERO;
  private Optional<Difference> difference = Optional.empty();

  /** Hears how far the comparison has come. */
  @FunctionalInterface
  interface Progress {
    void at(long position, long accounts, long accountTotal);
  }

  /** Which generation of a ledger's rows, in a snapshot. */
  @FunctionalInterface
  interface Choice {
    Checkpoint in(Connection session) throws SQLException;
  }

  private Verifier(
      Connection session,
      Connection entrySession,
      Channel ledger,
      Checkpoint checkpoint,
      Progress progress,
      BooleanSupplier cancelled,
      Optional<Future<LogFold.Outcome>> begun) {
    this.session = session;
    this.ledger = ledger;
    this.checkpoint = checkpoint;
    this.generation = checkpoint.generation();
    this.progress = progress;
    this.cancelled = cancelled;
    this.begun = begun;
    this.rows = new StoredRows(session, generation, this::goOn);
    this.entries = new StoredRows(entrySession, generation, this::goOn);
    this.differences = new Differences(session, generation, rows);
  }

  /** Compares, until it is cancelled. Throws where the read model can't be read. */
  static Verification verify(
      Sessions sessions,
      Channel ledger,
      Choice choice,
      Progress progress,
      BooleanSupplier cancelled)
      throws SQLException, InterruptedException {
    return verify(sessions, ledger, choice, progress, cancelled, Optional.empty());
  }

  /** The same with the ledger's fold, if it was begun already. */
  static Verification verify(
      Sessions sessions,
      Channel ledger,
      Choice choice,
      Progress progress,
      BooleanSupplier cancelled,
      Optional<Future<LogFold.Outcome>> begun)
      throws SQLException, InterruptedException {
    try (var session = sessions.openLong(SETTINGS);
        var entrySession = sessions.openLong(SETTINGS)) {
      share(session, entrySession);
      return new Verifier(
              session, entrySession, ledger, choice.in(session), progress, cancelled, begun)
          .verify();
    }
  }

  /** Lets a session see what another one sees. */
  private static void share(Connection from, Connection with) throws SQLException {
    try (var export = from.createStatement();
        var row = export.executeQuery(EXPORT);
        var imported = with.createStatement()) {
      row.next();
      imported.execute("SET TRANSACTION SNAPSHOT '%s'".formatted(row.getString(1)));
    }
  }

  private Verification verify() throws SQLException, InterruptedException {
    if (checkpoint.position() == 0) {
      return result("nothing is projected yet");
    }
    var total = rows.count(RowKind.Table.ACCOUNTS);
    var incomplete = sumUp(total);
    if (!incomplete.isEmpty()) {
      return result(incomplete);
    }
    var log = log().orElse(Digest.ZERO);
    compareIncarnations();
    if (!stored.equals(log)) {
      search(total);
      differs("", "all tables", "digest %s, the log says %s".formatted(stored, log));
    }
    compareRolledUp();
    if (generation.purpose() == Purpose.SERVING && !checkpoint.digest().equals(log)) {
      differs(
          "",
          "the checkpoint",
          "its digest is %s, the log says %s".formatted(checkpoint.digest(), log));
    }
    return result("");
  }

  /** Sums up the rows while the ledger folds its log; returns why that was not all, or nothing. */
  private String sumUp(long total) throws SQLException, InterruptedException {
    var sums =
        List.of(
            Tasks.start("sum-up-others", rows::sumOthers),
            Tasks.start("sum-up-entries", entries::sumEntries));
    try {
      fold = begun.isPresent() ? Tasks.await(begun.get()) : follow(total, (_, _) -> {});
      if (fold.digest().isEmpty()) {
        return fold.incomplete();
      }
      if (fold.digest().get().getPosition() != checkpoint.position()) {
        return "the rows moved on while the ledger folded its log";
      }
      for (var sum : sums) {
        stored = stored.plus(Tasks.await(sum));
      }
      return "";
    } catch (CancellationException e) {
      return LogFold.CANCELLED;
    } finally {
      stopped = true;
      for (var sum : sums) {
        Tasks.end(sum);
      }
      stopped = false;
    }
  }

  private void goOn() {
    if (stopped || cancelled.getAsBoolean()) {
      throw new CancellationException("nobody waits for it any more");
    }
  }

  /** Finds the first account that differs, unless it is cancelled before. */
  private void search(long total) throws SQLException {
    var _ = follow(total, (part, _) -> differences.compare(part));
    differences.first().ifPresent(found -> differs(found.account(), found.table(), found.detail()));
  }

  /** Has the ledger fold its log, to its end or until this is cancelled. */
  private LogFold.Outcome follow(long total, LogFold.Parts taker) throws SQLException {
    try (var begun = new LogFold(ledger, generation.ledger(), checkpoint.position())) {
      return begun.follow(
          (part, accounts) -> {
            taker.take(part, accounts);
            progress.at(checkpoint.position(), accounts, total);
          },
          cancelled);
    }
  }

  private void compareIncarnations() {
    var incarnation = fold.digest().map(FoldDigest::getIncarnation).orElse("");
    if (!incarnation.equals(generation.incarnation())) {
      differs(
          "",
          "the log",
          "it is of incarnation '%s', the rows are made from '%s'"
              .formatted(incarnation, generation.incarnation()));
    }
  }

  private void compareRolledUp() throws SQLException {
    try (var statement = session.prepareStatement(ROLLED_UP)) {
      for (var i = 1; i <= 3; i++) {
        statement.setInt(i, generation.number());
      }
      try (var row = statement.executeQuery()) {
        if (row.next()) {
          differs(row.getString(1), "backdated_sums", "a sum is not that of the rows in backdated");
        }
      }
    }
  }

  private void differs(String account, String table, String detail) {
    if (difference.isEmpty()) {
      difference = Optional.of(new Difference(account, table, detail));
    }
  }

  private Optional<Digest> log() {
    return fold.digest().map(said -> Differences.digest(said.getDigest()));
  }

  private Verification result(String incomplete) {
    return new Verification(
        generation,
        checkpoint.position(),
        log(),
        stored,
        checkpoint.digest(),
        fold.accounts(),
        differences.accounts(),
        difference,
        incomplete);
  }
}
