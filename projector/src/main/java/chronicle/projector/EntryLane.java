package chronicle.projector;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;

/**
 * Writes the entries of a generation in the making by a session of its own, which they keep as busy
 * as all other rows together keep another. It commits first: so entries may be ahead of the
 * generation's checkpoint after a crash, by what the table {@code projection_rebuild_entries} says,
 * and are not written again then. Belongs to one thread at a time.
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

  private static final String ADVANCE =
      "UPDATE projection_rebuild_entries SET position = ? WHERE generation = ?";

  private final Connection session;
  private final Generation generation;
  private final long written;
  private Future<Void> writing = CompletableFuture.completedFuture(null);

  private EntryLane(Connection session, Generation generation, long written) {
    this.session = session;
    this.generation = generation;
    this.written = written;
  }

  /** Takes a session, which has begun a transaction, to write what follows a checkpoint. */
  static EntryLane open(Connection session, Checkpoint checkpoint) throws SQLException {
    var generation = checkpoint.generation();
    try {
      return new EntryLane(session, generation, lock(session, generation, checkpoint.position()));
    } catch (SQLException e) {
      session.close();
      throw e;
    }
  }

  /** Returns up to where entries are written. */
  private static long lock(Connection session, Generation generation, long checkpoint)
      throws SQLException {
    try (var begin = session.prepareStatement(BEGIN);
        var lock = session.prepareStatement(LOCK)) {
      begin.setInt(1, generation.number());
      begin.setLong(2, checkpoint);
      begin.executeUpdate();
      lock.setInt(1, generation.number());
      try (var row = lock.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  /** Begins to write entries, once those before are written. */
  void write(List<Entry> entries) throws SQLException {
    finish();
    writing =
        Tasks.start(
            "write-entries",
            () -> {
              Entries.write(session, generation, unwritten(entries));
              return null;
            });
  }

  private List<Entry> unwritten(List<Entry> entries) {
    return entries.getFirst().position() > written
        ? entries
        : entries.stream().filter(entry -> entry.position() > written).toList();
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
    if (position > written) {
      try (var advance = session.prepareStatement(ADVANCE)) {
        advance.setLong(1, position);
        advance.setInt(2, generation.number());
        advance.executeUpdate();
      }
    }
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
