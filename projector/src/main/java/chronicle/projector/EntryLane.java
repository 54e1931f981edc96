package chronicle.projector;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/**
 * Writes most entries of a generation in the making by a session of its own, which they keep as
 * busy as all other rows together keep another. It commits first: so after a crash entries may be
 * ahead of the generation's checkpoint, as the table {@code projection_rebuild_entries} says, and
 * are taken back before more are written. Belongs to one thread at a time.
 */
final class EntryLane implements AutoCloseable {
  private static final String BEGIN =
      """
      INSERT INTO projection_rebuild_entries (generation, position) VALUES (?, ?)
      ON CONFLICT (generation) DO NOTHING
      """;

  // Whoever else is writing them ends first.
  private static final String LOCK =
      "SELECT position FROM projection_rebuild_entries WHERE generation = ? FOR UPDATE";

  // And where they are about to be made part of the generation, that too.
  private static final String LOCK_CHECKPOINT =
      "SELECT FROM projection_rebuilds WHERE generation = ? AND position = ? FOR UPDATE";

  private static final String TAKE_BACK =
      "DELETE FROM entries WHERE generation = ? AND position > ?";

  private static final String SET =
      "UPDATE projection_rebuild_entries SET position = ? WHERE generation = ?";

  private final Connection session;
  private final Generation generation;
  private Future<Void> writing = CompletableFuture.completedFuture(null);

  private EntryLane(Connection session, Generation generation) {
    this.session = session;
    this.generation = generation;
  }

  /** Opens a session with these settings, to write what follows a checkpoint. */
  static EntryLane open(Sessions sessions, String settings, Checkpoint checkpoint)
      throws SQLException {
    var session = sessions.open(settings);
    try {
      if (lock(session, checkpoint) > checkpoint.position()) {
        takeBack(session, checkpoint);
        session.commit();
        session.close();
        session = sessions.open(settings);
        var _ = lock(session, checkpoint);
      }
      return new EntryLane(session, checkpoint.generation());
    } catch (SQLException e) {
      session.close();
      throw e;
    }
  }

  /** Returns up to where entries are written. */
  private static long lock(Connection session, Checkpoint checkpoint) throws SQLException {
    var generation = checkpoint.generation().number();
    try (var begin = session.prepareStatement(BEGIN);
        var lock = session.prepareStatement(LOCK)) {
      begin.setInt(1, generation);
      begin.setLong(2, checkpoint.position());
      begin.executeUpdate();
      lock.setInt(1, generation);
      try (var row = lock.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  /** Nothing is taken back where the generation went on from the checkpoint meanwhile. */
  private static void takeBack(Connection session, Checkpoint checkpoint) throws SQLException {
    var generation = checkpoint.generation().number();
    try (var lock = session.prepareStatement(LOCK_CHECKPOINT);
        var takeBack = session.prepareStatement(TAKE_BACK)) {
      lock.setInt(1, generation);
      lock.setLong(2, checkpoint.position());
      try (var row = lock.executeQuery()) {
        if (!row.next()) {
          return;
        }
      }
      takeBack.setInt(1, generation);
      takeBack.setLong(2, checkpoint.position());
      takeBack.executeUpdate();
    }
    set(session, generation, checkpoint.position());
  }

  private static void set(Connection session, int generation, long position) throws SQLException {
    try (var set = session.prepareStatement(SET)) {
      set.setLong(1, position);
      set.setInt(2, generation);
      set.executeUpdate();
    }
  }

  /** Begins to write entries, once those before are written. */
  void write(List<Entry> entries) throws SQLException {
    finish();
    writing =
        Tasks.start(
            "write-entries",
            () -> {
              Entries.write(session, generation, entries);
              return null;
            });
  }

  /** Waits until all is written. */
  private void finish() throws SQLException {
    try {
      Tasks.await(writing);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SQLException("interrupted while entries were written", e);
    }
  }

  /** Commits what was written, up to a position. */
  void commit(long position) throws SQLException {
    finish();
    set(session, generation.number(), position);
    session.commit();
  }

  /** Gives up what was not committed. */
  @Override
  public void close() throws SQLException {
    try {
      finish();
    } finally {
      session.close();
    }
  }
}
