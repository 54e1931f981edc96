package chronicle.projector;

import chronicle.runtime.Digest;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Batches that are written in one transaction with the checkpoint, in their order, and then the
 * accounts that they touched, each once, where the generation is whole. Belongs to one thread at a
 * time.
 */
final class Group implements AutoCloseable {
  private static final int EVENTS_MAX = 65_536;
  private static final Duration AGE_MAX = Duration.ofSeconds(5);

  /** With so many of the entries in their lane, it takes about as long as all the rest. */
  private static final double LANE_SHARE = 0.75;

  // A crash of the server may lose the last batches, whole and with their checkpoint; they are
  // projected again. The plans must not depend on how many rows the tables had when they were made.
  static final String SETTINGS =
      """
      SET LOCAL synchronous_commit = off;
      SET LOCAL plan_cache_mode = force_generic_plan;
      SET LOCAL enable_seqscan = off;
      SET LOCAL enable_hashjoin = off;
      SET LOCAL enable_mergejoin = off
      """;

  /** While a generation is made, the ledger may be silent for half a minute. */
  private static final String BUILDING_SETTINGS =
      SETTINGS + "; SET LOCAL idle_in_transaction_session_timeout = '60s'";

  private final Connection session;
  private final @Nullable EntryLane lane;
  private final RowHashes hashes;
  private final long beginNanos = System.nanoTime();
  private final long beginPosition;
  private final Map<String, Account> stored = new HashMap<>();
  private final Map<String, Account> accounts = new LinkedHashMap<>();
  private final Map<String, Rows.Opening> openings = new HashMap<>();
  private Checkpoint checkpoint;

  private Group(
      Connection session, @Nullable EntryLane lane, Checkpoint checkpoint, RowHashes hashes) {
    this.session = session;
    this.lane = lane;
    this.checkpoint = checkpoint;
    this.beginPosition = checkpoint.position();
    this.hashes = hashes;
  }

  /** Begins to write what follows a checkpoint, which is to stand where it is believed to. */
  static Group begin(Sessions sessions, Checkpoint checkpoint, RowHashes hashes)
      throws SQLException {
    return switch (checkpoint.generation().purpose()) {
      case SERVING -> new Group(sessions.open(SETTINGS), null, checkpoint, hashes);
      case BUILDING, VERIFYING -> {
        var lane = EntryLane.open(sessions, BUILDING_SETTINGS, checkpoint);
        try {
          yield new Group(sessions.open(BUILDING_SETTINGS), lane, checkpoint, hashes);
        } catch (SQLException e) {
          lane.close();
          throw e;
        }
      }
    };
  }

  /** Adds a batch; false, and nothing done, where the checkpoint does not stand before it. */
  boolean add(Projection.Batch batch) throws SQLException {
    var rows = batch.rows();
    if (!Checkpoints.advance(session, checkpoint, rows.position(), rows.recordTime())) {
      return false;
    }
    var generation = checkpoint.generation();
    var before = batch.before();
    var others = rows.entries();
    if (lane != null) {
      var ofLane = (int) (others.size() * LANE_SHARE);
      lane.write(others.subList(0, ofLane));
      others = others.subList(ofLane, others.size());
    }
    Entries.write(session, generation, others);
    Transactions.write(session, generation, before.transactions(), rows.transactions().values());
    Holds.write(session, generation, before.holds(), rows.holds().values());
    AccountChanges.write(session, generation, rows.changes());
    Backdateds.write(session, generation, rows.backdated());
    var digest = checkpoint.digest().plus(batch.added());
    if (generation.isWhole()) {
      touch(before, rows);
      digest = digest.plus(relabel(rows.changes()));
    }
    checkpoint = new Checkpoint(generation, rows.position(), rows.recordTime(), digest);
    return true;
  }

  /** Whether it is time to commit: to repeat what is not would take seconds. */
  boolean isFull() {
    return checkpoint.position() - beginPosition >= EVENTS_MAX
        || System.nanoTime() - beginNanos >= AGE_MAX.toNanos();
  }

  /** Makes all that was added the read model's, and returns where the checkpoint stands now. */
  Checkpoint commit() throws SQLException {
    if (checkpoint.generation().isWhole()) {
      checkpoint = checkpoint.with(checkpoint.digest().plus(writeAccounts()));
      Checkpoints.seal(session, checkpoint);
    }
    if (lane != null) {
      lane.commit(checkpoint.position());
    }
    session.commit();
    return checkpoint;
  }

  /** Gives up what was not committed. */
  @Override
  public void close() throws SQLException {
    try (session) {
      if (lane != null) {
        lane.close();
      }
    }
  }

  private void touch(Stored before, Rows rows) {
    rows.accounts()
        .forEach((id, account) -> {
          if (accounts.put(id, account) == null) {
            var was = before.accounts().get(id);
            if (was != null) {
              stored.put(id, was);
            }
          }
        });
    openings.putAll(rows.openings());
  }

  /** Returns what it adds to the digest, with the accounts that are written first. */
  private Digest relabel(List<AccountChange> changes) throws SQLException {
    var written =
        AccountChanges.relabelled(changes).anyMatch(openings::containsKey)
            ? writeAccounts()
            : Digest.ZERO;
    return written.plus(AccountChanges.relabel(session, checkpoint.generation(), changes, hashes));
  }

  /** Returns what the accounts add to the digest. */
  private Digest writeAccounts() throws SQLException {
    Accounts.write(session, checkpoint.generation(), stored, accounts, openings);
    var sum = Digest.ZERO;
    for (var account : accounts.values()) {
      sum = sum.plus(hashes.account(account));
    }
    for (var account : stored.values()) {
      sum = sum.minus(hashes.account(account));
    }
    stored.clear();
    accounts.clear();
    openings.clear();
    return sum;
  }
}
