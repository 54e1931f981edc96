package chronicle.chaos.bench;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/** The baseline of record: a plain JDBC loop per connection, its statements prepared. */
final class JdbcBaseline implements Workload {
  private static final String CLAIM = "INSERT INTO commands (command_id) VALUES (?)";

  private static final String READ = "SELECT version, balance FROM accounts WHERE account_id = ?";

  private static final String UPDATE =
      "UPDATE accounts SET version = ?, balance = ? WHERE account_id = ? AND version = ?";

  private static final String APPEND =
      "INSERT INTO events (account_id, account_version, record_time, event) VALUES (?, ?, now(), ?)";

  private static final long AMOUNT_MINOR = 100;

  private final Baseline baseline;
  private final int clients;
  private final CommandIds ids = new CommandIds(0);

  JdbcBaseline(Baseline baseline, int clients) {
    this.baseline = baseline;
    this.clients = clients;
  }

  @Override
  public String name() {
    return "baseline, JDBC, %d connections".formatted(clients);
  }

  @Override
  public Measurement run(Duration time) {
    var latencyMicros = Measurement.histogram();
    var conflicts = 0L;
    try (var threads = Executors.newFixedThreadPool(clients)) {
      var endNanos = System.nanoTime() + time.toNanos();
      var loops =
          IntStream.range(0, clients)
              .<Callable<Loop>>mapToObj(i -> () -> loop(i, endNanos))
              .toList();
      for (var loop : threads.invokeAll(loops)) {
        latencyMicros.add(loop.get().latencyMicros);
        conflicts += loop.get().conflicts;
      }
    } catch (ExecutionException e) {
      throw new IllegalStateException("The baseline failed", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
    return new Measurement(
        latencyMicros.getTotalCount(), conflicts, time.toNanos() / 1e9, latencyMicros);
  }

  private Loop loop(int seed, long endNanos) throws SQLException {
    try (var connection = baseline.connect()) {
      connection.setAutoCommit(false);
      var loop = new Loop(connection, seed);
      loop.run(endNanos);
      return loop;
    }
  }

  private final class Loop {
    private final Histogram latencyMicros = Measurement.histogram();
    private final byte[] event = new byte[baseline.eventBytes()];
    private final SplittableRandom random;
    private final Connection connection;
    private final PreparedStatement claim;
    private final PreparedStatement read;
    private final PreparedStatement update;
    private final PreparedStatement append;
    private long conflicts;

    Loop(Connection connection, int seed) throws SQLException {
      this.connection = connection;
      this.random = new SplittableRandom(seed);
      this.claim = connection.prepareStatement(CLAIM);
      this.read = connection.prepareStatement(READ);
      this.update = connection.prepareStatement(UPDATE);
      this.append = connection.prepareStatement(APPEND);
      random.nextBytes(event);
    }

    void run(long endNanos) throws SQLException {
      for (var startNanos = System.nanoTime(); startNanos - endNanos < 0; ) {
        var done = deposit("bench-%06d".formatted(random.nextInt(baseline.accounts()) + 1));
        var nowNanos = System.nanoTime();
        if (!done) {
          conflicts++;
        } else if (nowNanos - endNanos < 0) {
          Measurement.record(latencyMicros, nowNanos - startNanos);
        }
        startNanos = nowNanos;
      }
    }

    /** One transaction; false if another was faster with the account. */
    private boolean deposit(String account) throws SQLException {
      claim.setString(1, ids.next());
      claim.executeUpdate();
      read.setString(1, account);
      long version;
      long balance;
      try (var row = read.executeQuery()) {
        row.next();
        version = row.getLong(1);
        balance = row.getLong(2);
      }
      update.setLong(1, version + 1);
      update.setLong(2, balance + AMOUNT_MINOR);
      update.setString(3, account);
      update.setLong(4, version);
      if (update.executeUpdate() == 0) {
        connection.rollback();
        return false;
      }
      append.setString(1, account);
      append.setLong(2, version + 1);
      append.setBytes(3, event);
      append.executeUpdate();
      connection.commit();
      return true;
    }
  }
}
