package chronicle.chaos.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The same rows written by pgbench, PostgreSQL's own load generator, which can't retry after a lost
 * race: the account is not read before its version is updated, so this one has a statement less.
 */
final class PgbenchBaseline implements Workload {
  private static final Pattern RATE = Pattern.compile("tps = ([0-9.]+)");
  private static final Pattern FAILED = Pattern.compile("number of failed transactions: (\\d+)");

  private final Path program;
  private final Baseline baseline;
  private final int clients;

  PgbenchBaseline(Path program, Baseline baseline, int clients) {
    this.program = program;
    this.baseline = baseline;
    this.clients = clients;
  }

  /** The newest that Debian has installed, else the one on PATH. */
  static Optional<Path> find() {
    var installed =
        Stream.iterate(30, version -> version >= 14, version -> version - 1)
            .map(version -> Path.of("/usr/lib/postgresql/%d/bin".formatted(version)));
    var onPath = Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1)).map(Path::of);
    return Stream.concat(installed, onPath)
        .map(directory -> directory.resolve("pgbench"))
        .filter(Files::isExecutable)
        .findFirst();
  }

  @Override
  public String name() {
    return "baseline, pgbench, %d connections".formatted(clients);
  }

  @Override
  public Measurement run(Duration time) {
    try {
      var script = Files.createTempFile("pgbench", ".sql");
      try {
        Files.writeString(script, script());
        return measurement(Programs.run(command(script, time)), time);
      } finally {
        Files.delete(script);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Counts each client's commands, so that ids grow as those of the others do. */
  private String script() {
    var run = "%012x".formatted(System.currentTimeMillis());
    return """
    \\set n :n + 1
    \\set account random(1, %d)
    BEGIN;
    INSERT INTO commands (command_id) VALUES (
      format('%s-%%s-%%s', lpad(:client_id::text, 4, '0'), lpad(:n::text, 14, '0')));
    UPDATE accounts SET version = version + 1, balance = balance + 100
      WHERE account_id = 'bench-' || lpad(:account::text, 6, '0')
      RETURNING account_id AS id, version AS version \\gset
    INSERT INTO events (account_id, account_version, record_time, event)
      VALUES (:id, :version, now(), decode(repeat('ab', %d), 'hex'));
    COMMIT;
    """
        .formatted(baseline.accounts(), run, baseline.eventBytes());
  }

  private List<String> command(Path script, Duration time) {
    var server = URI.create(baseline.url().substring("jdbc:".length()));
    return List.of(
        program.toString(),
        "--no-vacuum",
        "--protocol=prepared",
        "--file=" + script,
        "--define=n=0",
        "--client=" + clients,
        "--jobs=" + Math.min(clients, Runtime.getRuntime().availableProcessors()),
        "--time=" + time.toSeconds(),
        "--host=" + server.getHost(),
        "--port=" + server.getPort(),
        "--username=postgres",
        server.getPath().substring(1));
  }

  private static Measurement measurement(String output, Duration time) {
    var rate = RATE.matcher(output);
    if (!rate.find()) {
      throw new IllegalStateException("pgbench gave no rate: " + output);
    }
    var failed = FAILED.matcher(output);
    return new Measurement(
        Math.round(Double.parseDouble(rate.group(1)) * time.toSeconds()),
        failed.find() ? Long.parseLong(failed.group(1)) : 0,
        time.toSeconds(),
        Measurement.histogram());
  }
}
