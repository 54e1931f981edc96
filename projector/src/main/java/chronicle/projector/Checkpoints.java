package chronicle.projector;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The table {@code projection_checkpoint}, and the channel that tells query servers of its changes.
 */
final class Checkpoints {
  private static final String LIST =
      "SELECT ledger_id, incarnation, position, COALESCE(record_time, TIMESTAMPTZ 'epoch') FROM projection_checkpoint ORDER BY ledger_id";

  private static final String LOAD =
      "SELECT ledger_id, incarnation, position, COALESCE(record_time, TIMESTAMPTZ 'epoch') FROM projection_checkpoint WHERE ledger_id = ?";

  private static final String CREATE =
      """
      INSERT INTO projection_checkpoint (ledger_id, incarnation, position) VALUES (?, ?, 0)
      ON CONFLICT (ledger_id) DO NOTHING
      """;

  private static final String ADVANCE =
      """
      UPDATE projection_checkpoint SET position = ?, record_time = ?
      WHERE ledger_id = ? AND incarnation = ? AND position = ? AND NOT paused
      """;

  private static final String PAUSE =
      "UPDATE projection_checkpoint SET paused = ? WHERE ledger_id = ?";

  private static final String PAUSED = "SELECT ledger_id FROM projection_checkpoint WHERE paused";

  private static final String ANNOUNCE = "SELECT pg_notify('projection', ?)";

  private Checkpoints() {}

  static List<Checkpoint> list(Connection session) throws SQLException {
    try (var statement = session.prepareStatement(LIST);
        var result = statement.executeQuery()) {
      var checkpoints = new ArrayList<Checkpoint>();
      while (result.next()) {
        checkpoints.add(checkpoint(result));
      }
      return checkpoints;
    }
  }

  /** The ledger's checkpoint, which must exist. */
  static Checkpoint load(Connection session, String ledger) throws SQLException {
    try (var statement = session.prepareStatement(LOAD)) {
      statement.setString(1, ledger);
      try (var result = statement.executeQuery()) {
        if (!result.next()) {
          throw new IllegalStateException("The read model lost its checkpoint of ledger " + ledger);
        }
        return checkpoint(result);
      }
    }
  }

  private static Checkpoint checkpoint(ResultSet row) throws SQLException {
    var recordTime = row.getObject(4, OffsetDateTime.class);
    if (recordTime == null) {
      throw new IllegalStateException("a checkpoint's time is NULL");
    }
    return new Checkpoint(
        row.getString(1), row.getString(2), row.getLong(3), recordTime.toInstant());
  }

  /** Puts a ledger's checkpoint before its first event, unless it has one. */
  static void create(Connection session, String ledger, String incarnation) throws SQLException {
    try (var statement = session.prepareStatement(CREATE)) {
      statement.setString(1, ledger);
      statement.setString(2, incarnation);
      statement.executeUpdate();
    }
  }

  /**
   * Moves the checkpoint, and locks it until the transaction ends; false if it stands elsewhere by
   * now, or is paused.
   */
  static boolean advance(Connection session, Checkpoint from, long position, Instant recordTime)
      throws SQLException {
    try (var statement = session.prepareStatement(ADVANCE)) {
      statement.setLong(1, position);
      statement.setObject(2, OffsetDateTime.ofInstant(recordTime, ZoneOffset.UTC));
      statement.setString(3, from.ledger());
      statement.setString(4, from.incarnation());
      statement.setLong(5, from.position());
      return statement.executeUpdate() == 1;
    }
  }

  /**
   * Lets a ledger's checkpoint move no more, or again; what is under way ends first. False where
   * there is none.
   */
  static boolean pause(Connection session, String ledger, boolean paused) throws SQLException {
    try (var statement = session.prepareStatement(PAUSE)) {
      statement.setBoolean(1, paused);
      statement.setString(2, ledger);
      return statement.executeUpdate() == 1;
    }
  }

  /** The ledgers whose checkpoint does not move. */
  static Set<String> paused(Connection session) throws SQLException {
    try (var statement = session.prepareStatement(PAUSED);
        var result = statement.executeQuery()) {
      var ledgers = new HashSet<String>();
      while (result.next()) {
        ledgers.add(result.getString(1));
      }
      return ledgers;
    }
  }

  /**
   * Tells listeners on {@code projection}, once the transaction commits: {@code <ledger>
   * <position>}.
   */
  static void announce(Connection session, String ledger, long position) throws SQLException {
    try (var statement = session.prepareStatement(ANNOUNCE)) {
      statement.setString(1, ledger + " " + position);
      statement.execute();
    }
  }
}
