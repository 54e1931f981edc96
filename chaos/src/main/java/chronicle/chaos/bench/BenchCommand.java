package chronicle.chaos.bench;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code ./chronicle bench}. */
@Command(
    name = "bench",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Measures durable commands per second beside a ledger of one transaction per command, "
            + "on a mesh of its own.")
public final class BenchCommand implements Callable<Integer> {
  @Option(
      names = "--configuration",
      split = ",",
      paramLabel = "NAME",
      description =
          "alone: ledger and database; mesh: with relay, projector and all (default: both).")
  private List<Configuration> configurations = List.of();

  @Option(
      names = "--scenario",
      split = ",",
      paramLabel = "NAME",
      description =
          "spread: over all accounts; hot: to a single one; stream: as spread, through one stream "
              + "(default: all).")
  private List<Scenario> scenarios = List.of(Scenario.values());

  @Option(
      names = "--seconds",
      description = "Length of one measurement (default: ${DEFAULT-VALUE}).")
  private int seconds = 10;

  @Option(
      names = "--rounds",
      description = "Each round measures everything once (default: ${DEFAULT-VALUE}).")
  private int rounds = 3;

  @Option(
      names = "--warm-up",
      description = "Seconds of load before the first round (default: ${DEFAULT-VALUE}).")
  private int warmUpSeconds = 40;

  @Option(names = "--in-flight", description = "Calls in flight (default: ${DEFAULT-VALUE}).")
  private int inFlight = 256;

  @Option(names = "--accounts", description = "Accounts to spread over (default: 10000).")
  private int accounts = 10_000;

  @Option(
      names = "--connections",
      description = "Connections of the load generator (default: ${DEFAULT-VALUE}).")
  private int connections = 1;

  @Option(
      names = "--quick",
      description =
          "One round of 3 s after a warm-up of 8 s, ledger and database alone: "
              + "a smoke test, not a measurement.")
  private boolean quick;

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Where bench.json and bench.md go (default: ${DEFAULT-VALUE}).")
  private Path output = Path.of("target/bench");

  @Override
  public Integer call() throws Exception {
    var plan =
        quick
            ? new Plan(3, 1, 8, inFlight, accounts, connections, scenarios, List.of(32))
            : new Plan(
                seconds,
                rounds,
                warmUpSeconds,
                inFlight,
                accounts,
                connections,
                scenarios,
                List.of(16, 32, 64));
    return new Bench(plan).run(configurations(), output) ? ExitCode.OK : ExitCode.SOFTWARE;
  }

  private List<Configuration> configurations() {
    if (!configurations.isEmpty()) {
      return configurations;
    }
    return quick ? List.of(Configuration.ALONE) : List.of(Configuration.values());
  }
}
