package chronicle.projector;

import chronicle.ledger.v1.AccountDigest;
import chronicle.ledger.v1.AccountDigests;
import chronicle.ledger.v1.FoldDigest;
import chronicle.ledger.v1.TransactionDigests;
import chronicle.projector.StoredSums.Sum;
import chronicle.projector.StoredSums.Table;
import chronicle.projector.Verification.Difference;
import chronicle.runtime.Digest;
import com.google.protobuf.ByteString;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * Holds all rows of a generation, as one snapshot shows them, against the fold that the ledger
 * makes of its log by its own code. Says that it is incomplete rather than that all is well, where
 * it can't go on.
 */
final class Verifier {
  private static final int STRETCH_POSITIONS = 1_000;

  // The snapshot waits for the ledger, which reads the whole log meanwhile.
  private static final String SNAPSHOT =
      """
      SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
      SET LOCAL idle_in_transaction_session_timeout = '1h'
      """;
  private static final String EXPORT = "SELECT pg_export_snapshot()";

  // Accounts of whose events no entry tells, and other rows of accounts that have none of their
  // own.
  private static final String STRAY =
      """
      SELECT account_id FROM THESE t
      WHERE generation = ? AND account_id <> ''
        AND NOT EXISTS (SELECT FROM THOSE k WHERE k.generation = t.generation AND k.account_id = t.account_id)
      LIMIT 1
      """;

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
  private final ReadAside aside;
  private final Checkpoint checkpoint;
  private final Generation generation;
  private final Progress progress;
  private final RowHashes hashes = new RowHashes();
  private final Map<Table, Long> counted = new EnumMap<>(Table.class);
  private Digest stored = Digest.ZERO;
  private long accounts;
  private long different;
  private Optional<Difference> difference = Optional.empty();
  private Optional<Digest> log = Optional.empty();

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

  private Verifier(Connection session, ReadAside aside, Checkpoint checkpoint, Progress progress) {
    this.session = session;
    this.aside = aside;
    this.checkpoint = checkpoint;
    this.generation = checkpoint.generation();
    this.progress = progress;
  }

  /** Compares, until it is cancelled. Throws where the read model can't be read. */
  static Verification verify(
      Sessions sessions,
      Channel ledger,
      Choice choice,
      Progress progress,
      BooleanSupplier cancelled)
      throws SQLException, InterruptedException {
    try (var session = sessions.open();
        var second = sessions.open()) {
      shareSnapshot(session, second);
      var checkpoint = choice.in(session);
      try (var aside = new ReadAside(second, checkpoint.generation())) {
        return new Verifier(session, aside, checkpoint, progress).verify(ledger, cancelled);
      }
    }
  }

  private static void shareSnapshot(Connection first, Connection second) throws SQLException {
    try (var one = first.createStatement();
        var other = second.createStatement()) {
      one.execute(SNAPSHOT);
      other.execute(SNAPSHOT);
      try (var exported = one.executeQuery(EXPORT)) {
        exported.next();
        other.execute("SET TRANSACTION SNAPSHOT '%s'".formatted(exported.getString(1)));
      }
    }
  }

  private Verification verify(Channel ledger, BooleanSupplier cancelled)
      throws SQLException, InterruptedException {
    if (checkpoint.position() == 0) {
      return result("nothing is projected yet");
    }
    try (var digests = new LogDigests(ledger, generation.ledger(), checkpoint.position())) {
      var total = count("accounts");
      for (var parts = digests.parts(); parts.hasNext(); ) {
        if (cancelled.getAsBoolean()) {
          return result("it was cancelled");
        }
        var part = parts.next();
        switch (part.getPartCase()) {
          case ACCOUNTS -> compare(part.getAccounts());
          case TRANSACTIONS -> compare(part.getTransactions());
          case FOLD -> {
            return compare(part.getFold());
          }
          case PART_NOT_SET -> {
            return result("the ledger sent a part that this version does not know");
          }
        }
        progress.at(checkpoint.position(), accounts, total);
      }
      return result("the ledger ended its fold early");
    } catch (StatusRuntimeException e) {
      return result("the ledger's fold failed: " + e.getStatus());
    }
  }

  private void compare(AccountDigests page) throws SQLException, InterruptedException {
    try {
      var sums = sums(page.getAccountsList().stream().map(AccountDigest::getAccount).toList());
      page.getAccountsList().forEach(account -> compare(account, sums));
    } catch (IllegalArgumentException | ArithmeticException | IllegalStateException e) {
      readOneByOne(page);
    } catch (SQLException e) {
      if (!isValueOutOfRange(e)) {
        throw e;
      }
      readOneByOne(page);
    }
  }

  private StoredSums sums(List<String> ids) throws SQLException, InterruptedException {
    if (ids.stream().noneMatch(id -> id.startsWith(Account.external("")))) {
      return StoredSums.read(session, generation, ids, hashes);
    }
    var externals = aside.externals();
    var others = new ArrayList<>(ids);
    externals.ifPresent(read -> others.removeAll(read.accounts()));
    var sums = StoredSums.read(session, generation, others, hashes);
    externals.ifPresent(read -> sums.add(read.sums()));
    return sums;
  }

  /** One of them has a row that no fold could have written. */
  private void readOneByOne(AccountDigests page) throws SQLException {
    for (var account : page.getAccountsList()) {
      try {
        compare(
            account, StoredSums.read(session, generation, List.of(account.getAccount()), hashes));
      } catch (IllegalArgumentException | ArithmeticException | IllegalStateException e) {
        unreadable(account, e);
      } catch (SQLException e) {
        if (!isValueOutOfRange(e)) {
          throw e;
        }
        unreadable(account, e);
      }
    }
  }

  static boolean isValueOutOfRange(SQLException thrown) {
    return thrown.getSQLState() != null && thrown.getSQLState().startsWith("22");
  }

  private void unreadable(AccountDigest account, Exception thrown) {
    accounts++;
    different++;
    differs(account.getAccount(), "accounts", "a row makes no sense: " + thrown.getMessage());
  }

  private void compare(AccountDigest said, StoredSums sums) {
    var differs = false;
    for (var table : Table.values()) {
      var found = sums.of(said.getAccount(), table);
      var due = due(said, table);
      stored = stored.plus(found.digest());
      counted.merge(table, found.count(), Long::sum);
      if (!found.equals(due)) {
        differs = true;
        differs(said.getAccount(), table.sql(), detail(found, due));
      }
    }
    accounts += said.getRow().isEmpty() ? 0 : 1;
    different += differs ? 1 : 0;
  }

  private static String detail(Sum found, Sum due) {
    return found.count() == due.count()
        ? "digest %s of %d rows, the log says %s"
            .formatted(found.digest(), found.count(), due.digest())
        : "%d rows, the log says %d".formatted(found.count(), due.count());
  }

  private static Sum due(AccountDigest said, Table table) {
    return switch (table) {
      case ACCOUNTS -> new Sum(digest(said.getRow()), said.getRow().isEmpty() ? 0 : 1);
      case ENTRIES -> new Sum(digest(said.getEntries()), said.getEntryCount());
      case HOLDS -> new Sum(digest(said.getHolds()), said.getHoldCount());
      case ACCOUNT_CHANGES -> new Sum(digest(said.getChanges()), said.getChangeCount());
      case BACKDATED -> new Sum(digest(said.getBackdated()), said.getBackdatedCount());
    };
  }

  private static Digest digest(ByteString bytes) {
    return bytes.isEmpty() ? Digest.ZERO : Digest.of(bytes.toByteArray());
  }

  private void compare(TransactionDigests said) throws SQLException, InterruptedException {
    SortedMap<Long, Digest> found;
    try {
      found = aside.transactions();
    } catch (IllegalArgumentException | IllegalStateException e) {
      differs("", "transactions", "a row makes no sense: " + e.getMessage());
      return;
    }
    found.values().forEach(digest -> stored = stored.plus(digest));
    var due = new HashMap<Long, Digest>();
    said.getStretchesList()
        .forEach(stretch -> due.put(stretch.getFromPosition(), digest(stretch.getDigest())));
    var all = new TreeMap<Long, Digest>(found);
    all.putAll(due);
    for (var from : all.keySet()) {
      var here = found.getOrDefault(from, Digest.ZERO);
      var there = due.getOrDefault(from, Digest.ZERO);
      if (!here.equals(there)) {
        differs(
            "",
            "transactions",
            "positions %d to %d: digest %s, the log says %s"
                .formatted(from, from + STRETCH_POSITIONS - 1, here, there));
      }
    }
  }

  /** The first position of the stretch that a position belongs to. */
  static long stretch(long position) {
    return (position - 1) / STRETCH_POSITIONS * STRETCH_POSITIONS + 1;
  }

  private Verification compare(FoldDigest fold) throws SQLException {
    if (!fold.getIncarnation().equals(generation.incarnation())) {
      differs(
          "",
          "the log",
          "it is of incarnation '%s', the rows are made from '%s'"
              .formatted(fold.getIncarnation(), generation.incarnation()));
    }
    log = Optional.of(digest(fold.getDigest()));
    compareCounts();
    account(ROLLED_UP, 3)
        .ifPresent(account ->
            differs(account, "backdated_sums", "a sum is not that of the rows in backdated"));
    if (!stored.equals(log.get())) {
      differs("", "all tables", "digest %s, the log says %s".formatted(stored, log.get()));
    }
    if (!checkpoint.digest().equals(log.get())) {
      differs(
          "",
          "the checkpoint",
          "its digest is %s, the log says %s".formatted(checkpoint.digest(), log.get()));
    }
    return result("");
  }

  /** Each row that the log knows was counted: if there are more, they are strays. */
  private void compareCounts() throws SQLException {
    for (var table : Table.values()) {
      var rows = count(table.sql());
      var due = counted.getOrDefault(table, 0L);
      if (rows != due) {
        var known = table == Table.ACCOUNTS ? Table.ENTRIES : Table.ACCOUNTS;
        var stray = account(STRAY.replace("THESE", table.sql()).replace("THOSE", known.sql()), 1);
        differs(
            stray.orElse(""),
            table.sql(),
            "%d rows, %d of accounts that the log knows".formatted(rows, due));
      }
    }
  }

  private long count(String table) throws SQLException {
    try (var statement =
        session.prepareStatement("SELECT count(*) FROM %s WHERE generation = ?".formatted(table))) {
      statement.setInt(1, generation.number());
      try (var row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  /** The account that a query finds, which takes the generation so many times. */
  private Optional<String> account(String query, int parameters) throws SQLException {
    try (var statement = session.prepareStatement(query)) {
      for (var i = 1; i <= parameters; i++) {
        statement.setInt(i, generation.number());
      }
      try (var row = statement.executeQuery()) {
        return row.next() ? Optional.of(row.getString(1)) : Optional.empty();
      }
    }
  }

  private void differs(String account, String table, String detail) {
    if (difference.isEmpty()) {
      difference = Optional.of(new Difference(account, table, detail));
    }
  }

  private Verification result(String incomplete) {
    return new Verification(
        generation,
        checkpoint.position(),
        log,
        stored,
        checkpoint.digest(),
        accounts,
        different,
        difference,
        incomplete);
  }
}
