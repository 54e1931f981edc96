package chronicle.projector;

import chronicle.projector.Generation.Purpose;
import chronicle.runtime.Digest;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where generations stand: the table {@code projection_checkpoint} for those that are read, which
 * also tells query servers of each step, and {@code projection_rebuilds} for those being made.
 */
final class Checkpoints {
  private static final String COLUMNS =
      "generation, ledger_id, incarnation, fold_version, position, COALESCE(record_time, TIMESTAMPTZ 'epoch'), digest";

  private static final String READ =
      "SELECT %s, 'SERVING' FROM projection_checkpoint".formatted(COLUMNS);

  private static final String LIST = READ + " ORDER BY ledger_id";

  private static final String SERVING = READ + " WHERE ledger_id = ?";

  private static final String IN_THE_MAKING =
      "SELECT %s, state FROM projection_rebuilds WHERE ledger_id = ? AND state IN ('BUILDING', 'VERIFYING')"
          .formatted(COLUMNS);

  private static final String CREATE =
      """
      INSERT INTO projection_checkpoint (ledger_id, incarnation, fold_version) VALUES (?, ?, ?)
      ON CONFLICT (ledger_id) DO NOTHING
      """;

  private static final String ADVANCE_SERVING =
      """
      UPDATE projection_checkpoint SET position = ?, record_time = ?
      WHERE ledger_id = ? AND generation = ? AND incarnation = ? AND position = ? AND NOT paused
      """;

  private static final String ADVANCE_IN_THE_MAKING =
      """
      UPDATE projection_rebuilds SET position = ?, record_time = ?
      WHERE ledger_id = ? AND generation = ? AND incarnation = ? AND position = ? AND state = ?
      """;

  private static final String PAUSE =
      "UPDATE projection_checkpoint SET paused = ? WHERE ledger_id = ?";

  private static final String PAUSED = "SELECT ledger_id FROM projection_checkpoint WHERE paused";

  private static final String SEAL_SERVING =
      """
      WITH sealed AS (
        UPDATE projection_checkpoint SET digest = ? WHERE generation = ? AND position = ?
        RETURNING ledger_id, position
      )
      SELECT pg_notify('projection', ledger_id || ' ' || position) FROM sealed
      """;

  private static final String SEAL_VERIFYING =
      """
      UPDATE projection_rebuilds SET digest = ? WHERE generation = ? AND position = ? AND state = 'VERIFYING'
      RETURNING generation
      """;

  private Checkpoints() {}

  /** Those that are read. */
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

  /** The checkpoint of the generation that is read of a ledger, which must exist. */
  static Checkpoint serving(Connection session, String ledger) throws SQLException {
    return find(session, SERVING, ledger)
        .orElseThrow(() ->
            new IllegalStateException("The read model lost its checkpoint of ledger " + ledger));
  }

  /** The checkpoint of the generation that is being made of a ledger, if one is. */
  static Optional<Checkpoint> inTheMaking(Connection session, String ledger) throws SQLException {
    return find(session, IN_THE_MAKING, ledger);
  }

  private static Optional<Checkpoint> find(Connection session, String sql, String ledger)
      throws SQLException {
    try (var statement = session.prepareStatement(sql)) {
      statement.setString(1, ledger);
      try (var result = statement.executeQuery()) {
        return result.next() ? Optional.of(checkpoint(result)) : Optional.empty();
      }
    }
  }

  private static Checkpoint checkpoint(ResultSet row) throws SQLException {
    var generation =
        new Generation(
            row.getInt(1),
            row.getString(2),
            row.getString(3),
            row.getInt(4),
            Purpose.valueOf(row.getString(8)));
    return new Checkpoint(
        generation, row.getLong(5), Columns.time(row, 6), Digest.of(row.getBytes(7)));
  }

  /** Makes a ledger's first generation, before its first event, unless it has one. */
  static void create(Connection session, String ledger, String incarnation, int foldVersion)
      throws SQLException {
    try (var statement = session.prepareStatement(CREATE)) {
      statement.setString(1, ledger);
      statement.setString(2, incarnation);
      statement.setInt(3, foldVersion);
      statement.executeUpdate();
    }
  }

  /**
   * Moves the checkpoint, and locks it until the transaction ends; false if it stands elsewhere by
   * now, is paused, or its generation is for another purpose or none.
   */
  static boolean advance(Connection session, Checkpoint from, long position, Instant recordTime)
      throws SQLException {
    var purpose = from.generation().purpose();
    var serving = purpose == Purpose.SERVING;
    var sql = serving ? ADVANCE_SERVING : ADVANCE_IN_THE_MAKING;
    try (var statement = session.prepareStatement(sql)) {
      statement.setLong(1, position);
      statement.setObject(2, OffsetDateTime.ofInstant(recordTime, ZoneOffset.UTC));
      statement.setString(3, from.ledger());
      statement.setInt(4, from.generation().number());
      statement.setString(5, from.incarnation());
      statement.setLong(6, from.position());
      if (!serving) {
        statement.setString(7, purpose.name());
      }
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
   * Gives a generation that is whole its digest as of its checkpoint; false, and nothing done, if
   * that stands elsewhere. Where it is read, a word goes to those who listen on {@code projection}
   * once the transaction commits: {@code <ledger> <position>}.
   */
  static boolean seal(Connection session, Checkpoint checkpoint) throws SQLException {
    var serving = checkpoint.generation().purpose() == Purpose.SERVING;
    try (var statement = session.prepareStatement(serving ? SEAL_SERVING : SEAL_VERIFYING)) {
      statement.setBytes(1, checkpoint.digest().bytes());
      statement.setInt(2, checkpoint.generation().number());
      statement.setLong(3, checkpoint.position());
      try (var sealed = statement.executeQuery()) {
        return sealed.next();
      }
    }
  }
}
