package chronicle.chaos.bench;

import chronicle.chaos.load.Measurement;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/** The same step again and again on each of some connections, in a thread of its own. */
final class JdbcLoop implements Workload {
  /** Prepares statements on a new connection, which is closed for it. */
  interface Opening {
    Step open(Connection connection, int number) throws SQLException;
  }

  /** Does something once and returns how many units that were; 0 where it lost a race. */
  interface Step {
    int run() throws SQLException;
  }

  private static final String SERIALIZATION_FAILURE = "40001";

  private final String url;
  private final int connections;
  private final Opening opening;

  JdbcLoop(String url, int connections, Opening opening) {
    this.url = url;
    this.connections = connections;
    this.opening = opening;
  }

  @Override
  public Measurement run(Duration time) {
    var endNanos = System.nanoTime() + time.toNanos();
    try (var threads = Executors.newFixedThreadPool(connections)) {
      var loops =
          IntStream.range(0, connections)
              .<Callable<Loop>>mapToObj(i -> () -> loop(i, endNanos))
              .toList();
      var sum = new Loop();
      for (var loop : threads.invokeAll(loops)) {
        sum.add(loop.get());
      }
      return new Measurement(sum.units, sum.conflicts, time.toNanos() / 1e9, sum.latencyMicros);
    } catch (ExecutionException e) {
      throw new IllegalStateException("The baseline failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private Loop loop(int number, long endNanos) throws SQLException {
    try (var connection = DriverManager.getConnection(url)) {
      connection.setAutoCommit(false);
      var loop = new Loop();
      loop.run(connection, opening.open(connection, number), endNanos);
      return loop;
    }
  }

  private static final class Loop {
    private final Histogram latencyMicros = Measurement.histogram();
    private long units;
    private long conflicts;

    void run(Connection connection, Step step, long endNanos) throws SQLException {
      for (var startNanos = System.nanoTime(); startNanos - endNanos < 0; ) {
        var done = attempt(connection, step);
        var nowNanos = System.nanoTime();
        if (done == 0) {
          conflicts++;
        } else if (nowNanos - endNanos < 0) {
          units += done;
          Measurement.record(latencyMicros, nowNanos - startNanos);
        }
        startNanos = nowNanos;
      }
    }

    void add(Loop other) {
      latencyMicros.add(other.latencyMicros);
      units += other.units;
      conflicts += other.conflicts;
    }

    private static int attempt(Connection connection, Step step) throws SQLException {
      try {
        return step.run();
      } catch (SQLException e) {
        if (!SERIALIZATION_FAILURE.equals(e.getSQLState())) {
          throw e;
        }
        connection.rollback();
        return 0;
      }
    }
  }
}
