package chronicle.chaos.bench;

import chronicle.mesh.Mesh;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntFunction;

/** Measures configuration after configuration, baseline and ledger taking turns. */
final class Bench {
  private static final Duration STEP = Duration.ofSeconds(2);

  private final Plan plan;

  Bench(Plan plan) {
    this.plan = plan;
  }

  /** Measures, prints, writes the reports, and says whether the ledger was right throughout. */
  boolean run(List<Configuration> configurations, Path output)
      throws IOException, SQLException, InterruptedException {
    var machine = Machine.describe(output);
    var sections = new ArrayList<Section>();
    for (var configuration : configurations) {
      IO.println("Starting: " + configuration.description());
      try (var mesh = configuration.start()) {
        sections.add(measure(configuration, mesh));
      }
    }
    var report = new Report(plan, machine, sections);
    report.write(output);
    IO.println(report.markdown());
    IO.println("Written to " + output.toAbsolutePath());
    return sections.stream().allMatch(section -> section.faults().isEmpty());
  }

  private Section measure(Configuration configuration, Mesh mesh)
      throws SQLException, InterruptedException {
    var target = mesh.ledgers().getFirst().target();
    try (var load =
            new LoadGenerator(target, plan.connections(), plan.accounts(), plan.inFlight());
        var projections = new Projections(mesh)) {
      IO.println("Warming up");
      var deposits = plan.scenarios().stream().map(load::deposits).toList();
      deposits.forEach(this::warmUp);
      projections.await(load.position());
      var baseline = new Baseline(mesh.postgres(), plan.accounts(), load.eventBytes());
      var workloads = baselines(baseline);
      workloads.addAll(deposits);
      IO.println("Measuring");
      var rows = new ArrayList<Section.Row>();
      for (int round = 1; round <= plan.rounds(); round++) {
        for (var workload : workloads) {
          rows.add(measure(round, workload, mesh, load, projections));
          IO.println(rows.getLast().line());
        }
      }
      return new Section(configuration, baseline.describe(), rows, load.failures(), load.faults());
    }
  }

  private Section.Row measure(
      int round, Workload workload, Mesh mesh, LoadGenerator load, Projections projections)
      throws InterruptedException {
    var metrics = mesh.ledgers().getFirst().metricsUrl();
    var before = BatchMetrics.read(metrics);
    var measurement = workload.run(plan.time());
    var batch = BatchMetrics.read(metrics).commandsPerBatchSince(before);
    // The projector is to take nothing from whoever is measured next.
    var catchUp = projections.await(load.position());
    return new Section.Row(round, workload, measurement, batch, catchUp);
  }

  private void warmUp(Workload workload) {
    var seconds = plan.warmUpSeconds() / plan.scenarios().size();
    for (long spent = 0; spent < seconds; spent += STEP.toSeconds()) {
      IO.println("  %-40s %,9.0f/s".formatted(workload.name(), workload.run(STEP).perSecond()));
    }
  }

  private List<Workload> baselines(Baseline baseline) {
    var baselines = new ArrayList<Workload>();
    baselines.add(fastest(clients -> new JdbcBaseline(baseline, clients)));
    PgbenchBaseline.find()
        .map(program -> fastest(clients -> new PgbenchBaseline(program, baseline, clients)))
        .ifPresent(baselines::add);
    return baselines;
  }

  /** The workload with the number of connections that suits this machine best. */
  private Workload fastest(IntFunction<Workload> workloads) {
    return plan.baselineClients().stream()
        .map(workloads::apply)
        .map(Bench::probe)
        .max(Comparator.comparingDouble(Probe::perSecond))
        .orElseThrow()
        .workload();
  }

  private static Probe probe(Workload workload) {
    workload.run(STEP);
    var probe = new Probe(workload, workload.run(STEP).perSecond());
    IO.println("  %-40s %,9.0f/s".formatted(workload.name(), probe.perSecond()));
    return probe;
  }

  private record Probe(Workload workload, double perSecond) {}
}
