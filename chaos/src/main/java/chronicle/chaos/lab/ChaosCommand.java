package chronicle.chaos.lab;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code ./chronicle chaos}. */
@Command(
    name = "chaos",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Harms a mesh of its own under load, and holds what clients saw against the log; "
            + "without a name it lists the scenarios.")
public final class ChaosCommand implements Callable<Integer> {
  private static final String EVERYTHING = "all";

  @Spec private CommandSpec spec = CommandSpec.create();

  @Parameters(arity = "0..*", paramLabel = "NAME", description = "Scenarios to play, or all.")
  private List<String> names = List.of();

  @Option(
      names = "--seed",
      description = "Makes the same random choices again (default: ${DEFAULT-VALUE}).")
  private long seed = 1;

  @Option(
      names = "--seconds",
      description =
          "How long the harm lasts; the mix: 600 is ten minutes (default: ${DEFAULT-VALUE}).")
  private int seconds = 10;

  @Option(
      names = "--rate",
      description =
          "Random calls per second at most, a third of them reads (default: ${DEFAULT-VALUE}).")
  private int rate = 150;

  @Option(
      names = "--deposits",
      description =
          "Deposits offered per second beside them, by which the rate is measured (default: ${DEFAULT-VALUE}).")
  private int deposits = 100;

  @Option(
      names = "--event-store",
      paramLabel = "KIND",
      description = "postgres, or cockroach: three nodes (default: cockroach where it is on PATH).")
  private EventStoreKind eventStore = EventStoreKind.found();

  @Option(
      names = "--output",
      paramLabel = "DIR",
      description = "Where chaos.json, chaos.md and the pictures go (default: ${DEFAULT-VALUE}).")
  private Path output = Path.of("target/chaos");

  private boolean unplayed;

  @Override
  public Integer call() throws Exception {
    if (names.isEmpty()) {
      Scenarios.ALL.forEach(it -> IO.println("  %-26s %s".formatted(it.name(), it.title())));
      return ExitCode.OK;
    }
    if (eventStore == EventStoreKind.POSTGRES) {
      IO.println(
          "Without CockroachDB: what would harm one of its nodes harms the one PostgreSQL server, or the way to it.");
    }
    var results = new Results(play(scenarios()));
    results.write(output);
    IO.println("\n" + results.markdown());
    IO.println("Written to " + output.toAbsolutePath());
    return !unplayed && results.all().stream().allMatch(Result::isClean)
        ? ExitCode.OK
        : ExitCode.SOFTWARE;
  }

  private List<Scenario> scenarios() {
    return names.equals(List.of(EVERYTHING))
        ? Scenarios.ALL
        : names.stream().map(this::named).toList();
  }

  private Scenario named(String name) {
    return Scenarios.named(name)
        .orElseThrow(
            () -> new ParameterException(spec.commandLine(), "There is no scenario " + name + "."));
  }

  /** Scenarios on the same ground share a mesh. */
  private List<Result> play(List<Scenario> scenarios) {
    var results = new ArrayList<Result>();
    for (var ground : Ground.values()) {
      var here = scenarios.stream().filter(it -> it.ground() == ground).toList();
      if (!here.isEmpty()) {
        results.addAll(play(ground, here));
      }
    }
    return results;
  }

  private List<Result> play(Ground ground, List<Scenario> scenarios) {
    IO.println("Starting a mesh: " + ground);
    var results = new ArrayList<Result>();
    try (var lab = Lab.start(ground, eventStore)) {
      for (var scenario : scenarios) {
        IO.println("Playing %s: %s".formatted(scenario.name(), scenario.title()));
        var result =
            new Experiment(lab, scenario, Pace.lasting(seconds, rate, deposits), seed).run();
        results.add(result);
        IO.println("  " + (result.isClean() ? "every promise held" : result.findings()));
      }
    } catch (Exception e) {
      // What was measured before is not lost, and other grounds are played.
      unplayed = true;
      IO.println("  could not be played: " + e);
    }
    return results;
  }
}
