package chronicle.chaos.bench;

import static org.assertj.core.api.Assertions.assertThat;

import chronicle.chaos.load.Scenario;
import chronicle.mesh.EmbeddedPostgres;
import chronicle.mesh.Mesh;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Every scenario works, each so briefly that its figures mean nothing: as many calls as are to be
 * in flight are made in any case, and none may fail or be answered wrongly.
 */
final class BenchIT {
  private static final int ACCOUNTS = 200;

  @TempDir private Path output = Path.of("");

  @Test
  void everyScenarioIsMeasuredOnAMeshAndEveryAnswerIsRight() throws Exception {
    var report =
        run(own(true, new Configuration.EventStore.Postgres()), plan(0, Scenario.values()));

    assertRight(report);
    var section = report.sections().getFirst();
    assertThat(section.trials())
        .extracting(Trial::series)
        .containsAll(
            Arrays.stream(Scenario.values())
                .flatMap(scenario -> scenario.variants().stream())
                .map(Scenario.Variant::name)
                .toList())
        .contains("jdbc", "bare insert", "echo@8", "jdbc rows");
    assertThat(section.processes())
        .extracting(ProcessState::service)
        .containsExactly("ledger", "projector", "query");
    assertThat(output).isDirectoryContaining("glob:**/bench.md");
    assertThat(output).isDirectoryContaining("glob:**/bench.json");
    assertThat(output).isDirectoryContaining("glob:**/mesh-latency.svg");
  }

  @Test
  void aLogElsewhereIsGrownBeforeItIsMeasured() throws Exception {
    var url = EmbeddedPostgres.shared().createDatabase("bench_" + System.nanoTime());

    var report =
        run(own(false, new Configuration.EventStore.Elsewhere(url)), plan(2_000, Scenario.DEPOSIT));

    assertRight(report);
    var growth = report.sections().getFirst().growth().orElseThrow();
    assertThat(growth.windows().getLast().position()).isGreaterThanOrEqualTo(2_000);
    assertThat(growth.atStart()).isPositive();
    assertThat(growth.atEnd()).isPositive();
  }

  @Test
  void whatACommandCostsIsToldByProcessAndShownInFlameGraphs() throws Exception {
    var report =
        run(
            own(true, new Configuration.EventStore.Postgres()),
            plan(0, Scenario.DEPOSIT).withProfile());

    assertRight(report);
    var budget = report.sections().getFirst().budgets().getFirst();
    assertThat(budget.processorMicros("ledger")).isPositive();
    assertThat(budget.processorMicros("postgres")).isPositive();
    assertThat(budget.spent().databases()).containsOnlyKeys("event_store", "read_model");
    assertThat(budget.profiles()).containsOnlyKeys("ledger", "projector", "query");
    assertThat(budget.profiles().values())
        .allSatisfy(profile -> assertThat(profile.samples()).isPositive());
    assertThat(output).isDirectoryContaining("glob:**/mesh-flames-deposit-ledger.svg");
  }

  @Test
  void whatRunsAlreadyIsMeasuredInALedgerOfItsOwnAndWithoutBaselines() throws Exception {
    try (var mesh = Mesh.builder().withoutGateway().start()) {
      var running =
          new Configuration.Running(
              mesh.ledgers().getFirst().target(), Optional.of(mesh.queries().getFirst().target()));

      var report = run(running, plan(0, Scenario.HOLDS, Scenario.ENTRIES));

      assertRight(report);
      assertThat(report.sections().getFirst().trials())
          .extracting(Trial::key)
          .containsExactly("holds@8", "entries@8");
    }
  }

  private Report run(Configuration configuration, Plan plan) throws Exception {
    return new Bench(plan).run(List.of(configuration), output);
  }

  private static Configuration own(boolean everything, Configuration.EventStore eventStore) {
    return new Configuration.Own(everything, eventStore);
  }

  private static Plan plan(long growEvents, Scenario... scenarios) {
    var few =
        Arrays.stream(scenarios).collect(Collectors.toMap(Function.identity(), _ -> List.of(8)));
    return new Plan(
        Duration.ofMillis(300),
        1,
        Duration.ZERO,
        List.of(scenarios),
        Map.copyOf(few),
        ACCOUNTS,
        1,
        List.of(4),
        growEvents,
        ACCOUNTS,
        false,
        false);
  }

  private static void assertRight(Report report) {
    assertThat(report.sections())
        .allSatisfy(section -> {
          assertThat(section.faults()).isEmpty();
          assertThat(section.failures()).isEmpty();
        });
  }
}
