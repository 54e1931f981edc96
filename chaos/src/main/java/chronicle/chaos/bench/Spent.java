package chronicle.chaos.bench;

import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What processes and databases have used since they started.
 *
 * @param processor time by process, with its children
 * @param databases by name; empty where they are not PostgreSQL's, or out of reach
 * @param walBytes that the databases' server wrote ahead
 */
record Spent(Map<String, Duration> processor, Map<String, Database> databases, long walBytes) {
  // Sessions tell of what they did a second later at the latest.
  private static final long TOLD_MILLIS = 1_500;

  private static final String DATABASES =
      """
      SELECT datname, xact_commit, tup_inserted, tup_updated, pg_current_wal_lsn() - '0/0'::pg_lsn
      FROM pg_stat_database WHERE datname IN ('event_store', 'read_model') ORDER BY datname
      """;

  /** What a database has done. */
  record Database(long commits, long inserted, long updated) {
    Database minus(Database other) {
      return new Database(
          commits - other.commits, inserted - other.inserted, updated - other.updated);
    }
  }

  /** As of now. */
  static Spent of(Deployment deployment) throws SQLException, InterruptedException {
    var processor = new LinkedHashMap<String, Duration>();
    processor.put("load generator", processor(ProcessHandle.current()));
    deployment
        .processes()
        .forEach((name, process) -> processor.put(name, processorOfTree(process)));
    Thread.sleep(TOLD_MILLIS);
    var databases = new LinkedHashMap<String, Database>();
    var walBytes = 0L;
    if (deployment.database().isPresent()) {
      try (var connection = DriverManager.getConnection(deployment.database().get().url());
          var statement = connection.createStatement();
          var row = statement.executeQuery(DATABASES)) {
        while (row.next()) {
          databases.put(
              row.getString(1), new Database(row.getLong(2), row.getLong(3), row.getLong(4)));
          walBytes = row.getLong(5);
        }
      }
    }
    return new Spent(processor, databases, walBytes);
  }

  /** What was used since then. */
  Spent since(Spent before) {
    var times = new LinkedHashMap<String, Duration>();
    processor.forEach((name, time) ->
        times.put(name, time.minus(before.processor.getOrDefault(name, Duration.ZERO))));
    var work = new LinkedHashMap<String, Database>();
    databases.forEach((name, done) -> {
      var earlier = before.databases.get(name);
      if (earlier != null) {
        work.put(name, done.minus(earlier));
      }
    });
    return new Spent(times, work, walBytes - before.walBytes);
  }

  private static Duration processorOfTree(ProcessHandle process) {
    return Stream.concat(Stream.of(process), process.descendants())
        .map(Spent::processor)
        .reduce(Duration.ZERO, Duration::plus);
  }

  private static Duration processor(ProcessHandle process) {
    return process.info().totalCpuDuration().orElse(Duration.ZERO);
  }
}
