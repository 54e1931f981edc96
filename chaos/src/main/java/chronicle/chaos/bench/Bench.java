package chronicle.chaos.bench;

import chronicle.chaos.bench.Trial.Role;
import chronicle.chaos.load.LoadGenerator;
import chronicle.chaos.load.Scenario;
import chronicle.chaos.profile.Profile;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Measures configuration after configuration, baselines and ledger taking turns. */
final class Bench {
  private static final String LEDGER = "ledger";
  private static final Duration WARM_UP_MIN = Duration.ofMillis(500);

  private final Plan plan;

  Bench(Plan plan) {
    this.plan = plan;
  }

  /** Measures everything, writes the report into the directory, and returns it. */
  Report run(List<Configuration> configurations, Path output)
      throws IOException, SQLException, InterruptedException {
    var machine = Machine.describe(output);
    var sections = new ArrayList<Section>();
    for (var configuration : configurations) {
      var scenarios =
          configuration.scenarios().stream().filter(it -> plan.wants(it, configuration)).toList();
      if (!scenarios.isEmpty()) {
        IO.println("Starting: " + configuration.description());
        try (var deployment = configuration.start()) {
          sections.add(measure(configuration, deployment, scenarios));
        }
      }
    }
    var report = new Report(plan, machine, sections);
    report.write(output);
    return report;
  }

  private Section measure(
      Configuration configuration, Deployment deployment, List<Scenario> scenarios)
      throws IOException, SQLException, InterruptedException {
    var growth =
        plan.growEvents() == 0
            ? Optional.<Growth>empty()
            : Optional.of(Growth.grow(deployment, plan));
    try (var load = new LoadGenerator(deployment.servers(), plan.connections(), plan.accounts())) {
      var trials = new Trials(plan, load);
      var ours = trials.ledger(scenarios);
      if (scenarios.contains(Scenario.BALANCE_AT)) {
        load.backdate();
      }
      warmUp(ours, load);
      var baseline = baseline(deployment, load);
      var rows = new ArrayList<Section.Row>();
      var budgets = new ArrayList<Budget>();
      try (var echo = Trials.needEcho(ours) ? Echo.start() : Echo.none();
          var rebuild = rebuild(deployment, load)) {
        var all = new ArrayList<>(trials.baselines(ours, baseline, echo.target()));
        all.addAll(ours);
        if (scenarios.contains(Scenario.REBUILD)) {
          all.addAll(Trials.rebuilding(rebuild));
        }
        rows.addAll(measure(all, deployment, load));
        if (plan.profile()) {
          budgets.addAll(budgets(all, deployment, load));
        }
      }
      var faults = new ArrayList<>(load.faults());
      growth.ifPresent(it -> faults.addAll(it.faults()));
      return new Section(
          configuration,
          settings(baseline),
          growth,
          rows,
          ProcessState.of(deployment.metricsUrls()),
          budgets,
          load.failures(),
          faults);
    }
  }

  private List<Section.Row> measure(List<Trial> trials, Deployment deployment, LoadGenerator load)
      throws InterruptedException {
    var rows = new ArrayList<Section.Row>();
    for (int round = 1; round <= plan.rounds(); round++) {
      for (var trial : trials) {
        if (trial.isIn(round, plan.rounds())) {
          rows.add(measure(round, trial, deployment, load));
          IO.println(rows.getLast().line());
        }
      }
    }
    return rows;
  }

  private Section.Row measure(int round, Trial trial, Deployment deployment, LoadGenerator load)
      throws InterruptedException {
    tellReaders(trial, load);
    var before = batchSize(deployment);
    var measurement = trial.workload().run(plan.time());
    var batch = batchSize(deployment).meanSince(before);
    // The projector is to take nothing from whoever is measured next.
    var catchUp = trial.isWrite() ? load.awaitReaders() : Duration.ZERO;
    return new Section.Row(round, trial, measurement, batch, catchUp);
  }

  private List<Budget> budgets(List<Trial> trials, Deployment deployment, LoadGenerator load)
      throws IOException, SQLException, InterruptedException {
    var budgets = new ArrayList<Budget>();
    for (var trial : trials) {
      if (trial.role() == Role.WRITE || trial.key().equals(Trials.REBUILD)) {
        IO.println("  looking into " + trial.key());
        budgets.add(budget(trial, deployment, load));
      }
    }
    return budgets;
  }

  private Budget budget(Trial trial, Deployment deployment, LoadGenerator load)
      throws IOException, SQLException, InterruptedException {
    load.knowNothing();
    var recordings = new LinkedHashMap<String, Recording>();
    for (var service : deployment.metricsUrls().keySet()) {
      var process = deployment.processes().get(service);
      if (process != null) {
        recordings.put(service, Recording.start(process.pid()));
      }
    }
    var before = Spent.of(deployment);
    var measurement = trial.workload().run(plan.time());
    load.awaitReaders();
    var spent = Spent.of(deployment).since(before);
    var profiles = new LinkedHashMap<String, Profile>();
    for (var recording : recordings.entrySet()) {
      profiles.put(recording.getKey(), recording.getValue().stop());
    }
    return new Budget(trial, measurement, spent, profiles);
  }

  private void warmUp(List<Trial> trials, LoadGenerator load) throws InterruptedException {
    // Each way of asking once, at its most in flight.
    Map<String, Trial> widest = new LinkedHashMap<>();
    trials.forEach(trial ->
        widest.merge(
            trial.series(), trial, (one, two) -> one.inFlight() > two.inFlight() ? one : two));
    var share = plan.warmUp().dividedBy(Math.max(1, widest.size()));
    var time = share.compareTo(WARM_UP_MIN) < 0 ? WARM_UP_MIN : share;
    IO.println("Warming up");
    load.awaitReaders();
    for (var trial : widest.values()) {
      tellReaders(trial, load);
      var perSecond = trial.workload().run(time).perSecond();
      IO.println("  %-24s %4d %,11.0f/s".formatted(trial.key(), trial.inFlight(), perSecond));
      load.awaitReaders();
    }
  }

  /** Where no projector is known, nothing is asked of it. */
  private static Rebuild rebuild(Deployment deployment, LoadGenerator load) {
    var servers = deployment.servers();
    return new Rebuild(
        deployment.projectorTarget().orElse(servers.ledgerTarget()), servers.ledger(), load);
  }

  /** What was written must be found, but only by who reads while nobody writes. */
  private static void tellReaders(Trial trial, LoadGenerator load) {
    if (trial.role() == Role.READ) {
      load.know();
    } else {
      load.knowNothing();
    }
  }

  private Optional<Baseline> baseline(Deployment deployment, LoadGenerator load)
      throws SQLException {
    return deployment.database().isEmpty()
        ? Optional.empty()
        : Optional.of(
            new Baseline(deployment.database().get(), plan.accounts(), load.eventBytes()));
  }

  private static Map<String, String> settings(Optional<Baseline> baseline) throws SQLException {
    return baseline.isEmpty() ? Map.of() : baseline.get().describe();
  }

  private static BatchSize batchSize(Deployment deployment) {
    var url = deployment.metricsUrls().get(LEDGER);
    return url == null ? new BatchSize(0, 0) : BatchSize.of(Metrics.read(url));
  }
}
