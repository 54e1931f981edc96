package chronicle.projector;

import chronicle.event.v1.Event;
import chronicle.runtime.Digest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Writes one ledger's events to the read model, each once, whatever happens: rows and checkpoint
 * share a transaction, which begins by moving the checkpoint from where this projection believes it
 * is. Belongs to one thread; any number of projections may run.
 */
final class Projection {
  /** Then all are forgotten and loaded again as they are needed; about 300 bytes each. */
  private static final int ACCOUNTS_KNOWN_MAX = 100_000;

  // A crash of the server may lose the last batches, whole and with their checkpoint; they are
  // projected again. The plans must not
  // depend on how many rows the tables had when they were made.
  private static final String SETTINGS =
      """
      SET LOCAL synchronous_commit = off;
      SET LOCAL plan_cache_mode = force_generic_plan;
      SET LOCAL enable_seqscan = off;
      SET LOCAL enable_hashjoin = off;
      SET LOCAL enable_mergejoin = off
      """;

  private final Sessions sessions;
  private final RowHashes hashes = new RowHashes();
  private final Map<String, Account> known = new HashMap<>();
  private Checkpoint checkpoint;

  private Projection(Sessions sessions, Checkpoint checkpoint) {
    this.sessions = sessions;
    this.checkpoint = checkpoint;
  }

  /**
   * The projection of a ledger from where it stands; before its first event, if the ledger is new
   * to the read model.
   */
  static Projection open(Sessions sessions, String ledger, String incarnation, int foldVersion)
      throws SQLException {
    try (var session = sessions.open()) {
      return at(sessions, locate(session, ledger, incarnation, foldVersion));
    }
  }

  /** The projection of a ledger from where it is believed to stand. */
  static Projection at(Sessions sessions, Checkpoint checkpoint) {
    return new Projection(sessions, checkpoint);
  }

  Checkpoint checkpoint() {
    return checkpoint;
  }

  /**
   * Projects whole commands, the first event of which stands right after the checkpoint; false, and
   * nothing done but to learn where the checkpoint is, if another projector went ahead. After an
   * exception this projection is not to be used any more; {@link Abandoned} where its generation is
   * not being made any more.
   */
  boolean apply(List<Event> events) throws SQLException {
    try (var session = sessions.open()) {
      try (var settings = session.createStatement()) {
        settings.execute(SETTINGS);
      }
      var last = events.getLast();
      if (!Checkpoints.advance(
          session, checkpoint, last.getPosition(), Fold.instant(last.getRecordTime()))) {
        session.rollback();
        reload(session);
        return false;
      }
      var written = write(session, events);
      session.commit();
      remember(written);
      return true;
    }
  }

  private record Written(Rows rows, Digest digest) {}

  private Written write(Connection session, List<Event> events) throws SQLException {
    var generation = checkpoint.generation();
    var before = before(session, events);
    var rows = Fold.fold(generation.ledger(), checkpoint.position(), before, events);
    Accounts.write(session, generation, before.accounts(), rows);
    Entries.write(session, generation, rows.entries());
    Transactions.write(session, generation, before.transactions(), rows.transactions().values());
    Holds.write(session, generation, before.holds(), rows.holds().values());
    var relabelled = AccountChanges.write(session, generation, rows.changes(), hashes);
    Backdateds.write(session, generation, rows.backdated());
    var digest = checkpoint.digest().plus(hashes.added(before, rows)).plus(relabelled);
    Checkpoints.seal(session, generation, digest);
    return new Written(rows, digest);
  }

  private Stored before(Connection session, List<Event> events) throws SQLException {
    var accounts = accounts(session, Fold.touched(events));
    var transactionIds = TransactionFold.touched(events);
    var backdatedIds = BackdatedFold.touched(events);
    var generation = checkpoint.generation();
    return new Stored(
        accounts,
        transactionIds.isEmpty()
            ? Map.of()
            : Transactions.load(session, generation, transactionIds),
        transactionIds.isEmpty() ? Map.of() : Holds.load(session, generation, transactionIds),
        backdatedIds.isEmpty() ? Map.of() : Backdateds.load(session, generation, backdatedIds));
  }

  /**
   * The accounts as they are under the checkpoint's lock: what is known is still so, since the
   * checkpoint is where it was.
   */
  private Map<String, Account> accounts(Connection session, Set<String> accountIds)
      throws SQLException {
    var missing = new HashSet<String>();
    for (var id : accountIds) {
      if (!known.containsKey(id)) {
        missing.add(id);
      }
    }
    if (!missing.isEmpty()) {
      known.putAll(Accounts.load(session, checkpoint.generation(), missing));
    }
    return known;
  }

  private void remember(Written written) {
    var rows = written.rows();
    checkpoint =
        new Checkpoint(
            checkpoint.generation(), rows.position(), rows.recordTime(), written.digest());
    if (known.size() > ACCOUNTS_KNOWN_MAX) {
      known.clear();
    } else {
      known.putAll(rows.accounts());
    }
  }

  /** From the first event again, if someone emptied the read model. */
  private void reload(Connection session) throws SQLException {
    known.clear();
    var generation = checkpoint.generation();
    checkpoint =
        switch (generation.purpose()) {
          case SERVING -> locate(session, generation);
          case BUILDING ->
              Checkpoints.building(session, generation.ledger())
                  .filter(found -> found.generation().equals(generation))
                  .orElseThrow(() -> new Abandoned(generation));
        };
  }

  private static Checkpoint locate(Connection session, Generation generation) throws SQLException {
    return locate(session, generation.ledger(), generation.incarnation(), generation.foldVersion());
  }

  private static Checkpoint locate(
      Connection session, String ledger, String incarnation, int foldVersion) throws SQLException {
    Checkpoints.create(session, ledger, incarnation, foldVersion);
    var checkpoint = Checkpoints.serving(session, ledger);
    session.commit();
    return checkpoint;
  }
}
