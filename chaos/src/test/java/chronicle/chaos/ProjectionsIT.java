package chronicle.chaos;

import static chronicle.chaos.RunningMesh.GATEWAY;
import static chronicle.chaos.RunningMesh.MESH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chronicle.chaos.audit.Audit;
import chronicle.chaos.audit.Plan;
import chronicle.chaos.audit.Report;
import chronicle.chaos.audit.Targets;
import chronicle.projection.v1.CancelRebuildRequest;
import chronicle.projection.v1.GetProjectionRequest;
import chronicle.projection.v1.Projection;
import chronicle.projection.v1.ProjectionServiceGrpc;
import chronicle.projection.v1.ProjectionServiceGrpc.ProjectionServiceBlockingStub;
import chronicle.projection.v1.Rebuild;
import chronicle.projection.v1.RebuildProjectionRequest;
import chronicle.projection.v1.Verification;
import chronicle.projection.v1.Verification.Verdict;
import chronicle.projection.v1.VerifyProjectionRequest;
import chronicle.projection.v1.VerifyProjectionResponse;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** The read model held against the log, and made anew, while clients of every kind go on. */
final class ProjectionsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LOAD = Duration.ofSeconds(8);
  private static final int CALLS_PER_SECOND_MAX = 200;
  private static final int CALLS_MAX = 2_000;
  private static final long SEED = 5;

  private final String ledger = "projections-" + UUID.randomUUID();

  @Test
  @DisplayName(
      "G7: rebuilt twice under load, with a projector killed meanwhile, the read model is what the ledger's own fold says")
  void aReadModelRebuiltUnderLoadIsWhatTheLogSays() throws Exception {
    System.out.println("seed " + SEED);
    var plan = Plan.of(ledger, SEED).lasting(LOAD).at(CALLS_PER_SECOND_MAX, CALLS_MAX);
    try (var audit = Audit.start(Targets.gateway(MESH.gateway().target()), plan)) {
      awaitFollowed();
      var before = projection().getGeneration();
      rebuild();
      assertThat(verify().getVerdict()).isEqualTo(Verdict.EQUAL);
      begin();
      MESH.projectors().getFirst().kill();
      awaitRebuild(Rebuild.State.DONE);
      MESH.projectors().getFirst().start();

      audit.await();
      assertThat(audit.finish().verdict()).isEqualTo(Report.Verdict.CLEAN);
      var verification = verify();
      assertThat(verification.getFirstDifference().getDetail()).isEmpty();
      assertThat(verification.getVerdict()).isEqualTo(Verdict.EQUAL);
      assertThat(verification.getRowDigest())
          .isEqualTo(verification.getLogDigest())
          .isEqualTo(verification.getCheckpointDigest());
      assertThat(projection().getGeneration()).isGreaterThan(before);
    }
  }

  @Test
  @DisplayName("G7: a row that someone changed is found, and a rebuild mends it")
  void aRebuildMendsWhatSomeoneChanged() throws Exception {
    var plan = Plan.of(ledger, SEED + 1).lasting(Duration.ofSeconds(1)).at(50, 50);
    try (var audit = Audit.start(Targets.gateway(MESH.gateway().target()), plan)) {
      audit.await();
    }
    awaitFollowed();
    await().atMost(PATIENCE).until(() -> verify().getVerdict() == Verdict.EQUAL);
    execute(
        """
        UPDATE entries SET reference = 'tampered'
        WHERE ledger_id = '%s' AND position = 3 AND account_version > 0
        """
            .formatted(ledger));

    var tampered = verify();
    rebuild();

    assertThat(tampered.getVerdict()).isEqualTo(Verdict.DIFFERENT);
    assertThat(tampered.getFirstDifference().getTable()).isEqualTo("entries");
    assertThat(tampered.getFirstDifference().getAccount()).isNotEmpty();
    assertThat(verify().getVerdict()).isEqualTo(Verdict.EQUAL);
  }

  @Test
  @DisplayName("G7: a rebuild is cancelled, once or twice, and what is read stays")
  void aRebuildIsCancelled() throws Exception {
    var plan = Plan.of(ledger, SEED + 2).lasting(Duration.ofSeconds(1)).at(50, 50);
    try (var audit = Audit.start(Targets.gateway(MESH.gateway().target()), plan)) {
      audit.await();
    }
    awaitFollowed();
    begin();

    for (var i = 0; i < 2; i++) {
      projections().cancelRebuild(CancelRebuildRequest.newBuilder().setLedger(ledger).build());
    }

    await()
        .atMost(PATIENCE)
        .until(() ->
            switch (projection().getRebuild().getState()) {
              case CANCELLED, DONE -> true;
              default -> false;
            });
    await().atMost(PATIENCE).until(() -> verify().getVerdict() == Verdict.EQUAL);
  }

  private void rebuild() {
    begin();
    awaitRebuild(Rebuild.State.DONE);
  }

  /** Of the projectors one may not have heard of a ledger made a moment ago. */
  private void begin() {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() ->
            projections()
                .rebuildProjection(RebuildProjectionRequest.newBuilder().setLedger(ledger).build())
                .hasRebuild());
  }

  private void awaitRebuild(Rebuild.State state) {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> projection().getRebuild().getState() == state);
  }

  /**
   * A ledger made a moment ago is not known to the projectors yet, and a gateway asks any of them.
   */
  private void awaitFollowed() {
    for (var projector : MESH.projectors()) {
      try (var client = new Client(projector.target())) {
        await()
            .atMost(PATIENCE)
            .ignoreExceptions()
            .until(() -> projection(client).getPosition() > 3);
      }
    }
  }

  private Projection projection() {
    return projection(GATEWAY);
  }

  private Projection projection(Client client) {
    return projections(client)
        .getProjection(GetProjectionRequest.newBuilder().setLedger(ledger).build());
  }

  private Verification verify() {
    var frames =
        projections()
            .verifyProjection(VerifyProjectionRequest.newBuilder().setLedger(ledger).build());
    VerifyProjectionResponse last = VerifyProjectionResponse.getDefaultInstance();
    while (frames.hasNext()) {
      last = frames.next();
    }
    return last.getResult();
  }

  private static ProjectionServiceBlockingStub projections() {
    return projections(GATEWAY);
  }

  private static ProjectionServiceBlockingStub projections(Client client) {
    return ProjectionServiceGrpc.newBlockingStub(client.channel())
        .withDeadlineAfter(60, TimeUnit.SECONDS);
  }

  private static void execute(String sql) throws SQLException {
    try (var connection =
            DriverManager.getConnection(MESH.readModelPostgres().jdbcUrl("read_model"));
        var statement = connection.createStatement()) {
      assertThat(statement.executeUpdate(sql)).isPositive();
    }
  }
}
