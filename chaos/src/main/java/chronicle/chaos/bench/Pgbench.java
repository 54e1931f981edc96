package chronicle.chaos.bench;

import chronicle.chaos.load.Measurement;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** PostgreSQL's own load generator with a script of ours. */
final class Pgbench {
  private static final Pattern RATE = Pattern.compile("tps = ([0-9.]+)");
  private static final Pattern FAILED = Pattern.compile("number of failed transactions: (\\d+)");
  private static final Pattern USER = Pattern.compile("[?&]user=([^&]+)");

  private final Path program;
  private final Baseline baseline;

  private Pgbench(Path program, Baseline baseline) {
    this.program = program;
    this.baseline = baseline;
  }

  /** The newest that Debian has installed, else the one on PATH. */
  static Optional<Pgbench> find(Baseline baseline) {
    var installed =
        Stream.iterate(30, version -> version >= 14, version -> version - 1)
            .map(version -> Path.of("/usr/lib/postgresql/%d/bin".formatted(version)));
    var onPath = Stream.of(System.getenv().getOrDefault("PATH", "").split(":", -1)).map(Path::of);
    return Stream.concat(installed, onPath)
        .map(directory -> directory.resolve("pgbench"))
        .filter(Files::isExecutable)
        .findFirst()
        .map(program -> new Pgbench(program, baseline));
  }

  /**
   * The baseline's rows for deposits to so many accounts. pgbench can't retry after a lost race:
   * the account is not read before its version is updated, so this one has a statement less.
   */
  Workload deposits(int clients, int accounts) {
    return time -> run(clients, time, () -> depositScript(accounts));
  }

  /** Balances read by their key, a row at a time. */
  Workload reads(int clients) {
    return time -> run(clients, time, this::readScript);
  }

  private Measurement run(int clients, Duration time, Supplier<String> text) {
    try {
      var script = Files.createTempFile("pgbench", ".sql");
      try {
        Files.writeString(script, text.get());
        return measurement(Programs.run(command(script, clients, time)), time);
      } finally {
        Files.delete(script);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Counts each client's commands, so that ids grow as those of the others do. */
  private String depositScript(int accounts) {
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
        .formatted(accounts, run, baseline.eventBytes());
  }

  private String readScript() {
    return """
    \\set account random(1, %d)
    SELECT posted, held, available, account_version FROM balances
      WHERE ledger_id = 'main' AND account_id = 'bench-' || lpad(:account::text, 6, '0');
    """
        .formatted(baseline.accounts());
  }

  private List<String> command(Path script, int clients, Duration time) {
    var server = URI.create(baseline.url().substring("jdbc:".length()));
    var user = USER.matcher(baseline.url());
    return List.of(
        program.toString(),
        "--no-vacuum",
        "--protocol=prepared",
        "--file=" + script,
        "--define=n=0",
        "--client=" + clients,
        "--jobs=" + Math.min(clients, Runtime.getRuntime().availableProcessors()),
        "--time=" + Math.max(1, time.toSeconds()),
        "--host=" + server.getHost(),
        "--port=" + server.getPort(),
        "--username=" + (user.find() ? user.group(1) : System.getProperty("user.name")),
        server.getPath().substring(1));
  }

  private static Measurement measurement(String output, Duration time) {
    var rate = RATE.matcher(output);
    if (!rate.find()) {
      throw new IllegalStateException("pgbench gave no rate: " + output);
    }
    var failed = FAILED.matcher(output);
    var seconds = Math.max(1, time.toSeconds());
    return new Measurement(
        Math.round(Double.parseDouble(rate.group(1)) * seconds),
        failed.find() ? Long.parseLong(failed.group(1)) : 0,
        seconds,
        Measurement.histogram());
  }
}
