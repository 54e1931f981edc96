package chronicle.chaos.bench;

import chronicle.chaos.load.Scenario;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code ./chronicle bench}. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Measures the ledger beside a ledger of one transaction per command and beside what the machine "
            + "can do at most, on a mesh of its own, and checks every answer. Exit code 1: something was wrong.")
public final class BenchCommand implements Callable<Integer> {
  private static final Path PAGE = Path.of("docs/BENCHMARKS.md");
  private static final int GROW_EVENTS_PER_ACCOUNT = 5;

  /** What a mesh of the bench's own may run beside ledger and database. */
  enum Beside {
    /** Nothing. */
    ALONE,
    /** Relay, projector, query and gateway. */
    MESH
  }

  /** What keeps the log of such a mesh. */
  enum Store {
    /** PostgreSQL. */
    POSTGRES,
    /** Three nodes of CockroachDB. */
    COCKROACH
  }

  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--configuration",
      split = ",",
      paramLabel = "NAME",
      description =
          "alone: ledger and database; mesh: with relay, projector and all (default: both).")
  private List<Beside> configurations = List.of(Beside.values());

  @Option(
      names = "--scenario",
      split = ",",
      paramLabel = "NAME",
      description =
          "What to ask of it, as docs/BENCHMARKS.md explains: ${COMPLETION-CANDIDATES} "
              + "(default: all that make sense in a configuration).")
  private List<Scenario> scenarios = List.of(Scenario.values());

  @Option(
      names = "--in-flight",
      split = ",",
      paramLabel = "N",
      description = "Calls in flight, in turns (default: each scenario's own, from 1 to 1,024).")
  private List<Integer> inFlight = List.of();

  @Option(
      names = "--seconds",
      description = "Length of one measurement (default: ${DEFAULT-VALUE}).")
  private int seconds = 3;

  @Option(
      names = "--rounds",
      description = "Each round measures everything once (default: ${DEFAULT-VALUE}).")
  private int rounds = 3;

  @Option(
      names = "--warm-up",
      description = "Seconds of load before the first round (default: ${DEFAULT-VALUE}).")
  private int warmUpSeconds = 40;

  @Option(names = "--accounts", description = "Accounts to spread over (default: 10000).")
  private int accounts = 10_000;

  @Option(
      names = "--connections",
      description = "Connections of the load generator (default: ${DEFAULT-VALUE}).")
  private int connections = 1;

  @Option(
      names = "--quick",
      description =
          "The ratios by which later work is judged, and nothing else, in under a minute: one round of 3 s each.")
  private boolean quick;

  @Option(
      names = "--record",
      description = "Append those ratios to the record in docs/BENCHMARKS.md.")
  private boolean record;

  @Option(
      names = "--grow",
      paramLabel = "EVENTS",
      description = "Let the log grow to so many events first, as fast as it takes them.")
  private long growEvents;

  @Option(
      names = "--grow-accounts",
      paramLabel = "N",
      description = "Over so many accounts (default: a fifth of the events).")
  private int growAccounts;

  @Option(
      names = "--profile",
      description =
          "Do once more what writes, recorded by the Flight Recorder: where time goes, and what a command costs.")
  private boolean profile;

  @Option(
      names = "--event-store",
      paramLabel = "NAME",
      description =
          "postgres, or cockroach: three nodes from the binary on PATH (default: postgres).")
  private Store eventStore = Store.POSTGRES;

  @Option(
      names = "--event-store-url",
      paramLabel = "URL",
      description =
          "Keep the log in this existing, empty database, of PostgreSQL or CockroachDB; the baselines run beside it.")
  private @Nullable String eventStoreUrl;

  @Option(
      names = "--target",
      paramLabel = "HOST:PORT",
      description =
          "Measure a ledger that runs already, in a ledger of its own there; without baselines.")
  private @Nullable String target;

  @Option(
      names = "--query-target",
      paramLabel = "HOST:PORT",
      description = "The query service beside it; without it, nothing is read.")
  private @Nullable String queryTarget;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Where bench.md, bench.json and the charts go (default: ${DEFAULT-VALUE}).")
  private Path output = Path.of("target/bench");

  @Override
  public Integer call() throws Exception {
    var report = new Bench(checkedPlan()).run(configurations(), output);
    IO.println(report.markdown());
    IO.println("Written to " + output.toAbsolutePath());
    var row = TheRecord.row(report);
    if (row.isPresent()) {
      IO.println("\nFor the record in docs/BENCHMARKS.md:\n" + TheRecord.HEAD + "\n" + row.get());
      record(row.get());
    }
    return report.isRight() ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private void record(String row) throws IOException {
    if (record) {
      Files.writeString(PAGE, TheRecord.append(Files.readString(PAGE), row));
    }
  }

  private Plan checkedPlan() {
    try {
      return plan();
    } catch (IllegalArgumentException e) {
      throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
    }
  }

  private Plan plan() {
    var plan = quick ? quickPlan() : fullPlan();
    return profile ? plan.withProfile() : plan;
  }

  private Plan fullPlan() {
    var levels = new HashMap<Scenario, List<Integer>>();
    if (!inFlight.isEmpty()) {
      scenarios.forEach(scenario -> levels.put(scenario, inFlight));
    }
    return new Plan(
        Duration.ofSeconds(seconds),
        rounds,
        Duration.ofSeconds(warmUpSeconds),
        scenarios,
        levels,
        accounts,
        connections,
        List.of(16, 32, 64),
        growEvents,
        growAccounts == 0 ? (int) (growEvents / GROW_EVENTS_PER_ACCOUNT) : growAccounts,
        false,
        false);
  }

  private Plan quickPlan() {
    return new Plan(
        Duration.ofSeconds(3),
        1,
        Duration.ofSeconds(6),
        List.of(Scenario.DEPOSIT, Scenario.HOT_ACCOUNT, Scenario.STREAM, Scenario.BALANCE),
        Map.of(
            Scenario.DEPOSIT, List.of(256),
            Scenario.STREAM, List.of(1_024),
            Scenario.BALANCE, List.of(64)),
        accounts,
        connections,
        List.of(32),
        0,
        0,
        true,
        false);
  }

  private List<Configuration> configurations() {
    if (target != null) {
      return List.of(new Configuration.Running(target, Optional.ofNullable(queryTarget)));
    }
    return configurations.stream()
        .<Configuration>map(it -> new Configuration.Own(it == Beside.MESH, eventStore()))
        .toList();
  }

  private Configuration.EventStore eventStore() {
    if (eventStoreUrl != null) {
      return new Configuration.EventStore.Elsewhere(eventStoreUrl);
    }
    return switch (eventStore) {
      case POSTGRES -> new Configuration.EventStore.Postgres();
      case COCKROACH -> new Configuration.EventStore.Cockroach();
    };
  }
}
