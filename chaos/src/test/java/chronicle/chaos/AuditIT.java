package chronicle.chaos;

import static chronicle.chaos.RunningMesh.MESH;
import static org.assertj.core.api.Assertions.assertThat;

import chronicle.chaos.audit.Audit;
import chronicle.chaos.audit.AuditCommand;
import chronicle.chaos.audit.Checker;
import chronicle.chaos.audit.HistoryFile;
import chronicle.chaos.audit.Log;
import chronicle.chaos.audit.LogFile;
import chronicle.chaos.audit.Plan;
import chronicle.chaos.audit.Report;
import chronicle.chaos.audit.Rule;
import chronicle.chaos.audit.Targets;
import chronicle.mesh.JavaService;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** The audit, of a mesh that runs. */
final class AuditIT {
  /** Where few calls are made in the time, none may be of these kinds. */
  private static final EnumSet<Rule> BY_CHANCE =
      EnumSet.of(Rule.UNKNOWN, Rule.SAME_OUTCOME, Rule.REUSE, Rule.HOLDS);

  @Test
  @DisplayName(
      "G1 G2 G3 G4 G5 G6 G7 G8 G9 G10 G13: what clients of two ledgers saw of a random load is one history of the log")
  void aLoadThroughTwoLedgersKeepsEveryPromise() throws InterruptedException {
    var targets =
        new Targets(
            MESH.ledgers().stream().map(JavaService::target).toList(),
            MESH.queries().stream().map(JavaService::target).toList(),
            Optional.of(MESH.nats().url()));
    var plan = Plan.of(Client.fresh("audit"), 17).lasting(Duration.ofSeconds(8)).at(300, 4_000);

    var report = audit(targets, plan);

    assertThat(report.violations()).as("seed %d", plan.seed()).isEmpty();
    assertThat(report.incomplete()).isEmpty();
    assertThat(report.checks().keySet()).containsAll(EnumSet.complementOf(BY_CHANCE));
  }

  @Test
  void theCommandAuditsThroughTheGatewayAndKeepsWhatItSaw(@TempDir Path directory)
      throws Exception {
    int exitCode =
        new CommandLine(new AuditCommand())
            .execute(
                "--target=" + MESH.gateway().target(),
                "--nats=" + MESH.nats().url(),
                "--seconds=3",
                "--clients=4",
                "--rate=200",
                "--seed=5",
                "--output=" + directory);

    assertThat(exitCode).as(() -> read(directory.resolve("report.txt"))).isZero();
    var log = new Log(LogFile.read(directory.resolve("log.jsonl")), Optional.empty());
    var again = Checker.check(HistoryFile.read(directory.resolve("history.jsonl")), log, List.of());
    assertThat(again.verdict()).isEqualTo(Report.Verdict.CLEAN);
  }

  @Test
  void whereNothingAnswersTheAuditIsIncomplete() {
    assertThat(new CommandLine(new AuditCommand()).execute("--target=127.0.0.1:1", "--seconds=1"))
        .isEqualTo(2);
  }

  private static Report audit(Targets targets, Plan plan) throws InterruptedException {
    try (var audit = Audit.start(targets, plan)) {
      audit.await();
      return audit.finish();
    }
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return e.toString();
    }
  }
}
