package chronicle.query;

import static chronicle.error.v1.ErrorReason.READ_MODEL_UNAVAILABLE;

import chronicle.runtime.Database;
import chronicle.runtime.Failure;
import chronicle.runtime.SqlFailure;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The read model's database, one statement at a time, each its own snapshot. Whatever goes wrong
 * there (it is down, its tables are missing, a statement takes too long, or does not get its turn
 * within a second) is READ_MODEL_UNAVAILABLE.
 */
final class ReadModel {
  private static final Logger log = LoggerFactory.getLogger(ReadModel.class);
  private static final String CHECKPOINT =
      "SELECT position FROM projection_checkpoint WHERE ledger_id = ?";
  private static final Duration RETRY_DELAY = Duration.ofMillis(500);
  private static final Duration BUSY_RETRY_DELAY = Duration.ofMillis(100);
  private static final Duration TURN_WAIT_MAX = Duration.ofSeconds(1);

  private final Database database;

  // First come, first served: the pool lets who comes late overtake, and some would wait for ever.
  private final Semaphore turns;

  ReadModel(Database database, int connections) {
    this.database = database;
    this.turns = new Semaphore(connections, /* fair= */ true);
  }

  /** Sets a statement's parameters. */
  @FunctionalInterface
  interface Binding {
    void bind(PreparedStatement statement) throws SQLException;
  }

  /** Makes an answer of a statement's rows. */
  @FunctionalInterface
  interface Reading<T> {
    T read(ResultSet rows) throws SQLException;
  }

  /** Runs one query. */
  <T> T query(String sql, Binding binding, Reading<T> reading) {
    awaitTurn();
    try (var connection = database.connection();
        var statement = connection.prepareStatement(sql)) {
      binding.bind(statement);
      try (var rows = statement.executeQuery()) {
        return reading.read(rows);
      }
    } catch (SQLException e) {
      throw unavailable(e);
    } finally {
      turns.release();
    }
  }

  private void awaitTurn() {
    try {
      if (!turns.tryAcquire(TURN_WAIT_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
        throw busy();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw stopping(e);
    }
  }

  /** What another thread is reading, or why it could not. */
  static <T> T await(CompletableFuture<T> read) {
    try {
      return read.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw stopping(e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException thrown
          ? thrown
          : new IllegalStateException(e.getCause());
    }
  }

  /** More reads wait than are served in time. */
  static Failure busy() {
    return Failure.of(READ_MODEL_UNAVAILABLE, "Too many reads are waiting")
        .retryAfter(BUSY_RETRY_DELAY);
  }

  /** A read was waiting when this process was stopped. */
  static Failure stopping(InterruptedException interruption) {
    return Failure.of(READ_MODEL_UNAVAILABLE, "The server is stopping").causedBy(interruption);
  }

  /** How far the projection of a ledger has come; empty where the read model does not know it. */
  Optional<Long> checkpoint(String ledger) {
    return query(
        CHECKPOINT,
        statement -> statement.setString(1, ledger),
        rows -> rows.next() ? Optional.of(rows.getLong(1)) : Optional.empty());
  }

  /** A time as a statement's parameter. */
  static OffsetDateTime parameter(Instant time) {
    return time.atOffset(ZoneOffset.UTC);
  }

  /** The time in a column that is not null. */
  static Instant instant(ResultSet rows, int column) throws SQLException {
    return rows.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static Failure unavailable(SQLException thrown) {
    switch (SqlFailure.of(thrown)) {
      // The health check tells of a server that is down, once.
      case AMBIGUOUS, SERIALIZATION -> {}
      case OTHER, UNIQUE_VIOLATION ->
          log.atWarn()
              .setMessage("Statement failed")
              .addKeyValue("sql_state", thrown.getSQLState())
              .addKeyValue("cause", thrown.getMessage())
              .log();
    }
    return Failure.of(READ_MODEL_UNAVAILABLE, "The read model can't be reached")
        .retryAfter(RETRY_DELAY)
        .causedBy(thrown);
  }
}
