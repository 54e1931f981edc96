package chronicle.projector;

import chronicle.ledger.v1.AccountDigest;
import chronicle.ledger.v1.FoldDigest;
import chronicle.ledger.v1.GetFoldDigestResponse;
import chronicle.projector.Generation.Purpose;
import chronicle.projector.Verification.Difference;
import chronicle.runtime.Digest;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CancellationException;
import java.util.concurrent.FutureTask;
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

  private static final String CANCELLED = "it was cancelled";

  private final Connection session;
  private final Channel ledger;
  private final Checkpoint checkpoint;
  private final Generation generation;
  private final Progress progress;
  private final BooleanSupplier cancelled;
  private final StoredRows rows;
  private final StoredRows entries;
  private final Differences differences;
  private volatile boolean stopped;
  private long accounts;
  private Digest stored = Digest.ZERO;
  private Optional<FoldDigest> fold = Optional.empty();
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

  /** Takes the parts of the ledger's fold. */
  @FunctionalInterface
  private interface Parts {
    void take(GetFoldDigestResponse part) throws SQLException;
  }

  private Verifier(
      Connection session,
      Connection entrySession,
      Channel ledger,
      Checkpoint checkpoint,
      Progress progress,
      BooleanSupplier cancelled) {
    this.session = session;
    this.ledger = ledger;
    this.checkpoint = checkpoint;
    this.generation = checkpoint.generation();
    this.progress = progress;
    this.cancelled = cancelled;
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
    try (var session = sessions.openLong(SETTINGS);
        var entrySession = sessions.openLong(SETTINGS)) {
      share(session, entrySession);
      return new Verifier(session, entrySession, ledger, choice.in(session), progress, cancelled)
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
    var sums = List.of(new FutureTask<>(rows::sumOthers), new FutureTask<>(entries::sumEntries));
    var readers = sums.stream().map(sum -> Thread.ofVirtual().name("sum-up").start(sum)).toList();
    try {
      var incomplete = followFold(total, _ -> {});
      if (incomplete.isEmpty()) {
        for (var sum : sums) {
          stored = stored.plus(Tasks.await(sum));
        }
      }
      return incomplete;
    } catch (CancellationException e) {
      return CANCELLED;
    } finally {
      stopped = true;
      for (var reader : readers) {
        reader.join();
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
    followFold(total, differences::compare);
    differences.first().ifPresent(found -> differs(found.account(), found.table(), found.detail()));
  }

  /** Has the ledger fold its log, and returns why it did not come to the end, or nothing. */
  private String followFold(long total, Parts taker) throws SQLException {
    accounts = 0;
    try (var digests = new LogDigests(ledger, generation.ledger(), checkpoint.position())) {
      for (var parts = digests.parts(); parts.hasNext(); ) {
        if (cancelled.getAsBoolean()) {
          return CANCELLED;
        }
        var part = parts.next();
        taker.take(part);
        switch (part.getPartCase()) {
          case ACCOUNTS -> accounts += count(part.getAccounts().getAccountsList());
          case TRANSACTIONS -> {}
          case FOLD -> {
            fold = Optional.of(part.getFold());
            return "";
          }
          case PART_NOT_SET -> {
            return "the ledger sent a part that this version does not know";
          }
        }
        progress.at(checkpoint.position(), accounts, total);
      }
      return "the ledger ended its fold early";
    } catch (StatusRuntimeException e) {
      return "the ledger's fold failed: " + e.getStatus();
    }
  }

  /** Not the ledger itself, which has entries. */
  private static long count(Iterable<AccountDigest> digests) {
    var count = 0;
    for (var digest : digests) {
      count += digest.getRow().isEmpty() ? 0 : 1;
    }
    return count;
  }

  private void compareIncarnations() {
    var incarnation = fold.map(FoldDigest::getIncarnation).orElse("");
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
    return fold.map(said -> Differences.digest(said.getDigest()));
  }

  private Verification result(String incomplete) {
    return new Verification(
        generation,
        checkpoint.position(),
        log(),
        stored,
        checkpoint.digest(),
        accounts,
        differences.accounts(),
        difference,
        incomplete);
  }
}
