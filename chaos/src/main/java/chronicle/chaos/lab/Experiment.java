package chronicle.chaos.lab;

import chronicle.chaos.audit.Audit;
import chronicle.chaos.audit.Plan;
import chronicle.projection.v1.Projection;
import java.time.Duration;
import java.util.ArrayList;

/** One scenario played once, on a mesh that is whole before and after. */
final class Experiment {
  private static final Duration LOAD_MAX = Duration.ofHours(2);
  private static final int CALLS_MAX = 5_000_000;
  private static final int CLIENTS = 16;
  private static final Duration CATCH_UP_MAX = Duration.ofSeconds(90);
  private static final Duration POLL = Duration.ofMillis(20);

  /** How long a client waits for an answer: it then asks again, elsewhere. */
  private static final Duration DEADLINE = Duration.ofSeconds(2);

  private final Lab lab;
  private final Scenario scenario;
  private final Pace pace;
  private final long seed;

  Experiment(Lab lab, Scenario scenario, Pace pace, long seed) {
    this.lab = lab;
    this.scenario = scenario;
    this.pace = pace;
    this.seed = seed;
  }

  /** Plays it, and returns what was measured and what was found wrong. */
  Result run() throws Exception {
    var ledger = "%s-%d".formatted(scenario.name(), System.nanoTime());
    var plan =
        Plan.of(ledger, seed)
            .by(CLIENTS)
            .lasting(LOAD_MAX)
            .at(pace.callsPerSecondMax(), CALLS_MAX)
            .within(DEADLINE)
            .settlingFor(CATCH_UP_MAX);
    try (var audit = Audit.start(lab.targets(), plan);
        var deposits =
            SteadyDeposits.begin(
                lab.ledgerTargets(), pace.depositsPerSecond(), audit.history()::now);
        var probe = new LagProbe(lab, ledger, audit.history()::now)) {
      var timeline = new Timeline(audit.history()::now);
      var scene = new Scene(lab, timeline, ledger, pace.during(), seed);
      Thread.sleep(pace.warmUp());
      var begun = audit.history().now();
      Thread.sleep(pace.before());
      var harmed = audit.history().now();
      try {
        scenario.harm().run(scene);
      } finally {
        lab.heal();
      }
      var whole = timeline.mark("whole again");
      var caughtUp = awaitCaughtUp(audit, ledger, scene);
      Thread.sleep(pace.after());
      var ended = audit.history().now();
      var phases = new Phases(begun, harmed, whole, caughtUp, ended);
      deposits.end();
      var report = audit.finish();
      var findings = new ArrayList<>(scene.findings());
      findings.addAll(deposits.findings());
      report.violations().forEach(violation -> findings.add(violation.toString()));
      report
          .incomplete()
          .forEach(it -> findings.add("Not checked: %s: %s".formatted(it.rule(), it.why())));
      return new Result(
          scenario,
          seed,
          phases,
          timeline.marks(),
          Acknowledgements.of(audit.history().calls()),
          deposits.acknowledged(),
          probe.samples(),
          report,
          findings);
    }
  }

  /** Returns when the read model has all that was acknowledged before everything was whole. */
  private long awaitCaughtUp(Audit audit, String ledger, Scene scene) throws InterruptedException {
    var position = Acknowledgements.of(audit.history().calls()).lastPosition();
    var untilNanos = System.nanoTime() + CATCH_UP_MAX.toNanos();
    while (lab.projection(ledger).map(Projection::getPosition).orElse(0L) < position) {
      if (System.nanoTime() > untilNanos) {
        scene.require(false, "The read model does not catch up with position " + position + ".");
        break;
      }
      Thread.sleep(POLL);
    }
    return audit.history().now();
  }
}
