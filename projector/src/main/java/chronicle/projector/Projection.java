package chronicle.projector;

import chronicle.event.v1.Event;
import chronicle.runtime.Digest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes one ledger's events to the read model, each once, whatever happens: rows and checkpoint
 * share a transaction, which begins by moving the checkpoint from where this projection believes it
 * is. Any number of projections may run. Belongs to one thread, but that a batch may be folded
 * while the one before is written.
 */
final class Projection {
  /** Those touched longest ago are forgotten, and loaded again when they are needed. */
  private static final int ACCOUNTS_KNOWN_MAX = 100_000;

  /** Where a generation is filled, of which there is one at a time: about 250 bytes each. */
  private static final int ACCOUNTS_KNOWN_WHILE_FILLING_MAX = 250_000;

  private final Sessions sessions;
  private final RowHashes hashes = new RowHashes();
  private final RowHashes writerHashes = new RowHashes();
  private final Map<String, Account> known;
  private final Unwritten unwritten = new Unwritten();
  private Checkpoint checkpoint;

  private Projection(Sessions sessions, Checkpoint checkpoint) {
    this.sessions = sessions;
    this.checkpoint = checkpoint;
    this.known =
        newest(
            checkpoint.generation().isWhole()
                ? ACCOUNTS_KNOWN_MAX
                : ACCOUNTS_KNOWN_WHILE_FILLING_MAX);
  }

  /** A map of no more than so many accounts, those that were asked for or put last. */
  private static Map<String, Account> newest(int max) {
    return new LinkedHashMap<>(16, 0.75f, true) {
      @Override
      protected boolean removeEldestEntry(Map.Entry<String, Account> eldest) {
        return size() > max;
      }
    };
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
   * What a batch makes of the rows.
   *
   * @param before the rows that it touches as they are without it
   * @param added what it adds to the digest, but for accounts, and for labels of those that were
   *     there before; nothing where no digest is kept yet
   */
  record Batch(Stored before, Rows rows, Digest added) {}

  /**
   * Projects whole commands, the first event of which stands right after the checkpoint; false, and
   * nothing done but to learn where the checkpoint is, if another projector went ahead. After an
   * exception this projection is not to be used any more; {@link Abandoned} where its generation is
   * not being made any more.
   */
  boolean apply(List<Event> events) throws SQLException {
    try {
      if (write(fold(events))) {
        return true;
      }
    } catch (Unprojectable e) {
      if (!moved()) {
        throw e;
      }
    }
    relocate();
    return false;
  }

  /**
   * Folds whole commands that follow the batch folded last, which may still be on its way to the
   * database: what was folded counts already, until {@link #settle}. Where the checkpoint was moved
   * by someone else, the outcome means nothing, Unprojectable included.
   */
  Batch foldAhead(List<Event> events) throws SQLException {
    var batch = fold(events);
    unwritten.add(batch.rows());
    return batch;
  }

  private Batch fold(List<Event> events) throws SQLException {
    var before = before(events);
    var position = unwritten.position().orElse(checkpoint.position());
    var rows = Fold.fold(checkpoint.ledger(), position, before, events);
    known.putAll(rows.accounts());
    var whole = checkpoint.generation().isWhole();
    return new Batch(before, rows, whole ? hashes.added(before, rows) : Digest.ZERO);
  }

  private boolean write(Batch batch) throws SQLException {
    try (var group = begin()) {
      if (!group.add(batch)) {
        return false;
      }
      commit(group);
      return true;
    }
  }

  /** Begins to write what is folded. */
  Group begin() throws SQLException {
    return Group.begin(sessions, checkpoint, writerHashes);
  }

  /** Commits what was folded and added to the group, and moves on. */
  void commit(Group group) throws SQLException {
    checkpoint = group.commit();
  }

  /** Takes note that all is committed but the batch folded last, which may be. */
  void settle() {
    unwritten.keepLast();
  }

  /** Whether the checkpoint is elsewhere by now, or may not be moved. */
  boolean moved() throws SQLException {
    try (var session = sessions.open()) {
      return !Checkpoints.advance(
          session, checkpoint, checkpoint.position() + 1, checkpoint.recordTime());
    }
  }

  /**
   * The rows that events touch, as they are after the batch folded last. What is known of accounts
   * is so while the checkpoint is where it is believed to be, which shows when it is moved.
   */
  private Stored before(List<Event> events) throws SQLException {
    var accountIds = Fold.touched(events);
    var accounts = HashMap.<String, Account>newHashMap(accountIds.size());
    var unknown = new ArrayList<String>();
    for (var id : accountIds) {
      var account = known.get(id);
      if (account == null) {
        unknown.add(id);
      } else {
        accounts.put(id, account);
      }
    }
    var transactionIds = TransactionFold.touched(events);
    var backdatedIds = BackdatedFold.touched(events);
    var transactions = new HashMap<String, Transaction>();
    var holds = new HashMap<Hold.Key, Hold>();
    var totals = new HashMap<String, Backdated.Total>();
    if (!unknown.isEmpty() || !transactionIds.isEmpty() || !backdatedIds.isEmpty()) {
      var generation = checkpoint.generation();
      try (var session = sessions.open(Group.SETTINGS)) {
        if (!unknown.isEmpty()) {
          accounts.putAll(load(session, unknown));
        }
        if (!transactionIds.isEmpty()) {
          transactions.putAll(Transactions.load(session, generation, transactionIds));
          holds.putAll(Holds.load(session, generation, transactionIds));
        }
        if (!backdatedIds.isEmpty()) {
          totals.putAll(Backdateds.load(session, generation, backdatedIds));
        }
        session.commit();
      }
    }
    unwritten.overlayAccounts(unknown, accounts);
    unwritten.overlayTransactions(transactionIds, transactions, holds);
    unwritten.overlayTotals(backdatedIds, totals);
    return new Stored(accounts, transactions, holds, totals);
  }

  /** At the position folded last, but for what may be unwritten. */
  private Map<String, Account> load(Connection session, List<String> accountIds)
      throws SQLException {
    var generation = checkpoint.generation();
    if (generation.isWhole()) {
      return Accounts.load(session, generation, accountIds);
    }
    var position = unwritten.position().orElse(checkpoint.position());
    return BuiltAccounts.load(session, generation, position, accountIds);
  }

  /**
   * Forgets what was folded, and learns where the checkpoint is: before the first event, if someone
   * emptied the read model.
   */
  void relocate() throws SQLException {
    known.clear();
    unwritten.clear();
    var generation = checkpoint.generation();
    try (var session = sessions.open()) {
      checkpoint =
          switch (generation.purpose()) {
            case SERVING -> locate(session, generation);
            case BUILDING, VERIFYING ->
                Checkpoints.inTheMaking(session, generation.ledger())
                    .filter(found -> found.generation().equals(generation))
                    .orElseThrow(() -> new Abandoned(generation));
          };
    }
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
