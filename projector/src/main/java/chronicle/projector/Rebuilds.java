package chronicle.projector;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The table {@code projection_rebuilds}, but for how far each has come. */
final class Rebuilds {
  private static final String BEGIN =
      """
      INSERT INTO projection_rebuilds (ledger_id, incarnation, fold_version)
      SELECT ledger_id, incarnation, ? FROM projection_checkpoint WHERE ledger_id = ?
      ON CONFLICT (ledger_id) WHERE state IN ('BUILDING', 'VERIFYING') DO NOTHING
      """;

  // Not again and again where it was refused or given up.
  private static final String BEGIN_NEWER =
      """
      INSERT INTO projection_rebuilds (ledger_id, incarnation, fold_version)
      SELECT ledger_id, incarnation, ? FROM projection_checkpoint c
      WHERE ledger_id = ? AND NOT EXISTS (
        SELECT FROM projection_rebuilds r
        WHERE r.ledger_id = c.ledger_id AND (r.state IN ('BUILDING', 'VERIFYING')
          OR r.fold_version = ? AND r.end_time > clock_timestamp() - INTERVAL '10 minutes'))
      ON CONFLICT (ledger_id) WHERE state IN ('BUILDING', 'VERIFYING') DO NOTHING
      """;

  private static final String CANCEL =
      """
      UPDATE projection_rebuilds SET state = 'CANCELLED', end_time = clock_timestamp(), garbage = generation
      WHERE ledger_id = ? AND state IN ('BUILDING', 'VERIFYING')
      """;

  private static final String VERIFY =
      """
      UPDATE projection_rebuilds SET state = 'VERIFYING'
      WHERE generation = ? AND position = ? AND state = 'BUILDING'
      """;

  private static final String REFUSE =
      """
      UPDATE projection_rebuilds
      SET state = 'REFUSED', end_time = clock_timestamp(), garbage = generation, error = ?
      WHERE generation = ? AND state IN ('BUILDING', 'VERIFYING')
      """;

  private static final String LATEST =
      """
      SELECT DISTINCT ON (ledger_id) generation, ledger_id, fold_version, state, position, begin_time, end_time, error
      FROM projection_rebuilds
      ORDER BY ledger_id, generation DESC
      """;

  private static final String LOCK_SERVING =
      "SELECT position FROM projection_checkpoint WHERE ledger_id = ? FOR UPDATE";

  // Only what stands where who verified it left it, and is not older, may take the place of what is
  // read.
  private static final String DONE =
      """
      UPDATE projection_rebuilds r
      SET state = 'DONE', end_time = clock_timestamp(), garbage = c.generation
      FROM projection_checkpoint c
      WHERE r.generation = ? AND r.position = ? AND r.state = 'VERIFYING' AND c.ledger_id = r.ledger_id
        AND r.position >= c.position
      """;

  private static final String SERVE =
      """
      WITH served AS (
        UPDATE projection_checkpoint c
        SET generation = r.generation, incarnation = r.incarnation, fold_version = r.fold_version,
          position = r.position, record_time = r.record_time, digest = r.digest
        FROM projection_rebuilds r
        WHERE r.generation = ? AND c.ledger_id = r.ledger_id
        RETURNING c.ledger_id, c.position
      )
      SELECT pg_notify('projection', ledger_id || ' ' || position) FROM served
      """;

  private static final String GARBAGE =
      """
      SELECT garbage FROM projection_rebuilds
      WHERE garbage IS NOT NULL AND end_time < clock_timestamp() - ? * INTERVAL '1 second'
      ORDER BY garbage
      """;

  private static final String CLEARED =
      "UPDATE projection_rebuilds SET garbage = NULL WHERE garbage = ?";

  private Rebuilds() {}

  /** Begins one by a version of the fold, unless one is under way or there is no such ledger. */
  static void begin(Connection session, String ledger, int foldVersion) throws SQLException {
    try (var statement = session.prepareStatement(BEGIN)) {
      statement.setInt(1, foldVersion);
      statement.setString(2, ledger);
      statement.executeUpdate();
    }
  }

  /**
   * Begins one by a newer version of the fold, unless one is under way, or one by that version
   * ended a few minutes ago.
   */
  static void beginNewer(Connection session, String ledger, int foldVersion) throws SQLException {
    try (var statement = session.prepareStatement(BEGIN_NEWER)) {
      statement.setInt(1, foldVersion);
      statement.setString(2, ledger);
      statement.setInt(3, foldVersion);
      statement.executeUpdate();
    }
  }

  /** Gives up the one that is under way, if one is; a batch that is under way ends first. */
  static void cancel(Connection session, String ledger) throws SQLException {
    try (var statement = session.prepareStatement(CANCEL)) {
      statement.setString(1, ledger);
      statement.executeUpdate();
    }
  }

  /** Notes that all its rows are there; false where it stands elsewhere, or that is noted. */
  static boolean verify(Connection session, Checkpoint filled) throws SQLException {
    try (var statement = session.prepareStatement(VERIFY)) {
      statement.setInt(1, filled.generation().number());
      statement.setLong(2, filled.position());
      return statement.executeUpdate() == 1;
    }
  }

  /** Gives one up for what is wrong with it. */
  static void refuse(Connection session, Generation generation, String error) throws SQLException {
    try (var statement = session.prepareStatement(REFUSE)) {
      statement.setString(1, error);
      statement.setInt(2, generation.number());
      statement.executeUpdate();
    }
  }

  /** The last one of each ledger that has any. */
  static List<Rebuild> latest(Connection session) throws SQLException {
    try (var statement = session.prepareStatement(LATEST);
        var row = statement.executeQuery()) {
      var rebuilds = new ArrayList<Rebuild>();
      while (row.next()) {
        rebuilds.add(rebuild(row));
      }
      return rebuilds;
    }
  }

  private static Rebuild rebuild(ResultSet row) throws SQLException {
    return new Rebuild(
        row.getInt(1),
        row.getString(2),
        row.getInt(3),
        Rebuild.State.valueOf(row.getString(4)),
        row.getLong(5),
        Columns.time(row, 6),
        Columns.optionalTime(row, 7),
        row.getString(8));
  }

  /**
   * Keeps the generation that is read where it stands until the transaction ends, and returns that
   * position.
   */
  static long lockServing(Connection session, String ledger) throws SQLException {
    try (var statement = session.prepareStatement(LOCK_SERVING)) {
      statement.setString(1, ledger);
      return number(statement);
    }
  }

  /**
   * Lets one that was verified take the place of the generation that is read; false, and nothing
   * changed, where it is behind that, stands elsewhere by now, or is not under way any more.
   */
  static boolean serve(Connection session, Checkpoint verified) throws SQLException {
    try (var done = session.prepareStatement(DONE);
        var serve = session.prepareStatement(SERVE)) {
      done.setInt(1, verified.generation().number());
      done.setLong(2, verified.position());
      if (done.executeUpdate() == 0) {
        return false;
      }
      serve.setInt(1, verified.generation().number());
      serve.execute();
      return true;
    }
  }

  /** The generations that nobody has needed for so long. */
  static List<Integer> garbage(Connection session, Duration since) throws SQLException {
    try (var statement = session.prepareStatement(GARBAGE)) {
      statement.setLong(1, since.toSeconds());
      try (var row = statement.executeQuery()) {
        var generations = new ArrayList<Integer>();
        while (row.next()) {
          generations.add(row.getInt(1));
        }
        return generations;
      }
    }
  }

  /** Notes that nothing is left of a generation. */
  static void cleared(Connection session, int generation) throws SQLException {
    try (var statement = session.prepareStatement(CLEARED)) {
      statement.setInt(1, generation);
      statement.executeUpdate();
    }
  }

  private static long number(PreparedStatement statement) throws SQLException {
    try (var row = statement.executeQuery()) {
      if (!row.next()) {
        throw new IllegalStateException("the read model lost its checkpoint");
      }
      return row.getLong(1);
    }
  }
}
