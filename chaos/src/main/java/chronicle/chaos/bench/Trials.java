package chronicle.chaos.bench;

import chronicle.chaos.bench.Trial.Role;
import chronicle.chaos.load.LoadGenerator;
import chronicle.chaos.load.Measurement;
import chronicle.chaos.load.Pacing;
import chronicle.chaos.load.Scenario;
import chronicle.chaos.load.Scenario.Variant;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/** What is measured in a configuration: baselines first, then what the plan wants of the ledger. */
final class Trials {
  static final String JDBC = "jdbc";
  static final String ECHO = "echo";
  static final String REBUILD = "rebuild";

  private static final String JDBC_1 = "jdbc, 1 connection";
  private static final String PGBENCH = "pgbench";
  private static final String PGBENCH_1 = "pgbench, 1 connection";
  private static final String PGBENCH_HOT = "pgbench, one account";
  private static final String BARE = "bare insert";
  private static final String ROW_JDBC = "jdbc rows";
  private static final String ROW_PGBENCH = "pgbench rows";
  private static final int READ_CLIENTS = 16;

  /** Calls in flight at which a ledger is taken to be under full load. */
  static final int FULL_IN_FLIGHT = 256;

  private final Plan plan;
  private final LoadGenerator load;

  Trials(Plan plan, LoadGenerator load) {
    this.plan = plan;
    this.load = load;
  }

  /** The ways of asking of those scenarios, each at each of its levels. */
  List<Trial> ledger(List<Scenario> scenarios) {
    var trials = new ArrayList<Trial>();
    for (var scenario : scenarios) {
      scenario.variants().stream()
          .limit(plan.breadth())
          .flatMap(variant ->
              plan.levels(scenario).stream().map(level -> trial(scenario, variant, level)))
          .forEach(trials::add);
    }
    return trials;
  }

  /** The read model made anew, without and with deposits meanwhile, which are the third. */
  static List<Trial> rebuilding(Rebuild rebuild) {
    return List.of(
        rebuilding(REBUILD, 0, _ -> rebuild.idle()),
        rebuilding("rebuild-under-load", 0, _ -> rebuild.underLoad()),
        rebuilding("deposit-during-rebuild", Rebuild.IN_FLIGHT, _ -> rebuild.meanwhile()));
  }

  private static Trial rebuilding(String key, int inFlight, Workload workload) {
    return new Trial(
        key, key, inFlight, Role.REBUILD, workload, List.of(key("deposit", Rebuild.IN_FLIGHT)));
  }

  /** What those trials are to be compared with, where it can be had. */
  List<Trial> baselines(List<Trial> trials, Optional<Baseline> baseline, String echoTarget) {
    var wanted = trials.stream().flatMap(trial -> trial.against().stream()).distinct().toList();
    var baselines = new ArrayList<Trial>();
    baseline.ifPresent(it -> {
      baselines.addAll(writing(it, wanted));
      baselines.addAll(reading(it, wanted));
    });
    var levels = echoLevels(wanted).toList();
    if (!levels.isEmpty()) {
      load.run(Scenario.echo(echoTarget), pacing(Collections.max(levels)), plan.echoWarmUp());
    }
    levels.forEach(level -> baselines.add(echo(echoTarget, level)));
    return baselines;
  }

  /** Whether any of the trials is compared with an echo. */
  static boolean needEcho(List<Trial> trials) {
    return trials.stream()
        .flatMap(trial -> trial.against().stream())
        .anyMatch(key -> key.startsWith(ECHO));
  }

  private List<Trial> writing(Baseline baseline, List<String> wanted) {
    var pgbench = Pgbench.find(baseline);
    var trials = new ArrayList<Trial>();
    if (wanted.contains(JDBC)) {
      trials.add(fastest(JDBC, plan.baselineClients(), n -> JdbcDeposit.loop(baseline, n)));
    }
    if (wanted.contains(PGBENCH)) {
      pgbench.ifPresent(it ->
          trials.add(
              fastest(PGBENCH, plan.baselineClients(), n -> it.deposits(n, baseline.accounts()))));
    }
    if (wanted.contains(JDBC_1)) {
      trials.add(baseline(JDBC_1, 1, JdbcDeposit.loop(baseline, 1)));
    }
    if (wanted.contains(PGBENCH_1)) {
      pgbench.ifPresent(
          it -> trials.add(baseline(PGBENCH_1, 1, it.deposits(1, baseline.accounts()))));
    }
    if (wanted.contains(PGBENCH_HOT)) {
      pgbench.ifPresent(
          it -> trials.add(fastest(PGBENCH_HOT, plan.baselineClients(), n -> it.deposits(n, 1))));
    }
    if (wanted.contains(BARE)) {
      trials.add(fastest(BARE, List.of(100, 300, 1000), n -> BareInsert.loop(baseline, n)));
    }
    return trials;
  }

  private static List<Trial> reading(Baseline baseline, List<String> wanted) {
    var trials = new ArrayList<Trial>();
    if (wanted.contains(ROW_JDBC)) {
      trials.add(baseline(ROW_JDBC, READ_CLIENTS, JdbcRead.loop(baseline, READ_CLIENTS)));
    }
    if (wanted.contains(ROW_PGBENCH)) {
      Pgbench.find(baseline)
          .ifPresent(it -> trials.add(baseline(ROW_PGBENCH, READ_CLIENTS, it.reads(READ_CLIENTS))));
    }
    return trials;
  }

  private Trial echo(String target, int level) {
    var echo = Scenario.echo(target);
    return baseline(key(ECHO, level), level, time -> load.run(echo, pacing(level), time));
  }

  private static Stream<Integer> echoLevels(List<String> wanted) {
    return wanted.stream()
        .filter(key -> key.startsWith(ECHO))
        .map(key -> Integer.valueOf(key.substring(key.indexOf('@') + 1)));
  }

  private Trial trial(Scenario scenario, Variant variant, int level) {
    return new Trial(
        key(variant.name(), level),
        variant.name(),
        level,
        scenario.writes() ? Role.WRITE : Role.READ,
        scenario == Scenario.HALF_LOAD
            ? time -> atHalf(variant, time)
            : time -> load.run(variant, pacing(level), time),
        against(scenario, variant, level).stream().limit(plan.breadth()).toList());
  }

  /** By the clock, at half the rate that is reached right before. */
  private Measurement atHalf(Variant variant, Duration time) {
    var full = load.run(variant, new Pacing.Closed(FULL_IN_FLIGHT), plan.probe());
    return load.run(variant, new Pacing.Open(full.perSecond() / 2), time);
  }

  private static Pacing pacing(int level) {
    return level == 0 ? new Pacing.Open(Scenario.LAG_PER_SECOND) : new Pacing.Closed(level);
  }

  private static List<String> against(Scenario scenario, Variant variant, int level) {
    var deposit = key("deposit", level);
    var balance = key("balance", level);
    return switch (scenario) {
      case DEPOSIT -> level == 1 ? List.of(JDBC_1, PGBENCH_1) : List.of(JDBC, PGBENCH);
      case TRANSFER, ZIPF, HOLDS, MIXED -> List.of(deposit, JDBC);
      case HOT_ACCOUNT -> List.of(deposit, JDBC, PGBENCH_HOT);
      case BATCH, STREAM -> List.of(JDBC, PGBENCH, BARE);
      case BALANCE ->
          variant.name().equals("balance")
              ? List.of(key(ECHO, level))
              : List.of(ROW_JDBC, ROW_PGBENCH);
      case BALANCE_AT, ENTRIES -> List.of(balance);
      case HALF_LOAD, LAG, REBUILD -> List.of();
    };
  }

  private static String key(String name, int level) {
    return level == 0 ? name : name + "@" + level;
  }

  private static Trial baseline(String key, int connections, Workload workload) {
    return new Trial(key, key, connections, Role.BASELINE, workload, List.of());
  }

  /** The baseline with the number of connections, or rows, that suits this machine best. */
  private Trial fastest(String key, List<Integer> numbers, IntFunction<Workload> workloads) {
    var candidates = numbers.stream().map(n -> baseline(key, n, workloads.apply(n))).toList();
    return candidates.size() == 1
        ? candidates.getFirst()
        : candidates.stream()
            .map(this::probe)
            .max(Comparator.comparingDouble(Probe::perSecond))
            .orElseThrow()
            .trial();
  }

  private Probe probe(Trial trial) {
    trial.workload().run(plan.probe());
    var rate = trial.workload().run(plan.probe()).perSecond();
    IO.println("  %-24s %4d %,11.0f/s".formatted(trial.key(), trial.inFlight(), rate));
    return new Probe(trial, rate);
  }

  private record Probe(Trial trial, double perSecond) {}
}
