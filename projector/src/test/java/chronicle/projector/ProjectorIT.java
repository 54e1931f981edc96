package chronicle.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import chronicle.error.v1.ErrorReason;
import chronicle.mesh.Ports;
import chronicle.projection.v1.GetProjectionRequest;
import chronicle.projection.v1.Projection;
import chronicle.projection.v1.Projection.State;
import chronicle.projection.v1.ProjectionServiceGrpc;
import chronicle.runtime.Failure;
import chronicle.runtime.NatsLink;
import io.grpc.stub.StreamObserver;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** All ledgers together, read from the log alone: NATS is down throughout. */
final class ProjectorIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final StoredModel model = new StoredModel();
  private final LedgerFixture ledger = new LedgerFixture();
  private final NatsLink nats = NatsLink.open("nats://127.0.0.1:" + Ports.free(), "test");
  private final History main = new History("main");
  private final History branch = new History("branch");
  private volatile boolean databaseDown;
  private final Projector projector =
      new Projector(
          new Follower.Sources(this::session, nats, ledger.reader(), Fold.VERSION),
          new Meters(model.telemetry()),
          new Projector.Patience(Duration.ZERO, Duration.ofMillis(300)));

  @BeforeEach
  void serveTheLogs() throws Exception {
    main.grow(new Random(1), 50);
    branch.grow(new Random(2), 50);
    ledger.add("main", History.INCARNATION, main::events);
    ledger.start();
  }

  @AfterEach
  void close() {
    projector.close();
    nats.close();
    ledger.close();
    model.close();
  }

  @Test
  @DisplayName("G7: a ledger made later is followed too")
  void aNewLedgerIsFollowed() throws Exception {
    projector.start();
    awaitProjected(main);

    ledger.add("branch", History.INCARNATION, branch::events);

    awaitProjected(branch);
    assertThat(projector.healthy()).isTrue();
    assertThat(get("branch").getPosition()).isEqualTo(branch.head());
    assertThat(get("").getState()).isEqualTo(State.RUNNING);
    assertThatThrownBy(() -> get("none"))
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> assertThat(failure.reason()).isEqualTo(ErrorReason.LEDGER_NOT_FOUND));
  }

  @Test
  @DisplayName("G7: an unknown event stops its ledger visibly; other ledgers go on")
  void anUnknownEventStopsItsLedgerOnly() throws Exception {
    var events = new ArrayList<>(branch.events());
    events.set(9, FoldTest.ofUnknownType(events.get(9).toBuilder()).build());
    ledger.add("branch", History.INCARNATION, () -> List.copyOf(events));
    projector.start();

    await()
        .atMost(PATIENCE)
        .until(() ->
            projector.follower("branch").isPresent() && get("branch").getState() == State.STOPPED);
    main.grow(new Random(3), 50);

    awaitProjected(main);
    assertThat(get("branch").getError()).contains("position 10");
    assertThat(model.checkpoint("branch").position()).isLessThan(10);
    assertThat(projector.healthy()).isFalse();
  }

  @Test
  @DisplayName(
      "G7: with the read model down the projection waits, says so, and goes on without a restart")
  void theProjectionOutlivesTheReadModel() throws Exception {
    projector.start();
    awaitProjected(main);

    databaseDown = true;
    main.grow(new Random(4), 50);
    await().atMost(PATIENCE).until(() -> !projector.healthy());
    databaseDown = false;

    awaitProjected(main);
    await().atMost(PATIENCE).until(projector::healthy);
  }

  @Test
  @DisplayName("G7: a paused projection stands still in all projectors, and goes on where it was")
  void aPausedProjectionStandsStillAndGoesOn() throws Exception {
    projector.start();
    awaitProjected(main);
    var other =
        new Projector(
            new Follower.Sources(this::session, nats, ledger.reader(), Fold.VERSION),
            new Meters(model.telemetry()),
            Projector.Patience.DEFAULT);
    try (other) {
      other.start();
      await().atMost(PATIENCE).until(() -> other.follower("main").isPresent());

      assertThat(projector.pause("main", true)).isTrue();
      var position = model.checkpoint("main").position();
      main.grow(new Random(5), 50);
      await().atMost(PATIENCE).until(() -> other.follower("main").orElseThrow().paused());
      Thread.sleep(500);
      assertThat(model.checkpoint("main").position()).isEqualTo(position);
      assertThat(get("").getState()).isEqualTo(State.PAUSED);
      assertThat(projector.healthy()).isTrue();

      assertThat(projector.pause("main", false)).isTrue();
      awaitProjected(main);
      assertThat(get("").getState()).isEqualTo(State.RUNNING);
    }
  }

  private java.sql.Connection session() throws SQLException {
    if (databaseDown) {
      throw new SQLException("the database is down", "08001");
    }
    return model.sessions().open();
  }

  private void awaitProjected(History history) throws Exception {
    var events = history.events();
    var ledgerId = events.getFirst().getLedger();
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> model.checkpoint(ledgerId).position() == events.size());
    model.assertEqualsFoldOf(events);
  }

  private Projection get(String ledgerId) {
    var answers = new ArrayList<Projection>();
    var request = GetProjectionRequest.newBuilder().setLedger(ledgerId).build();
    ProjectionServiceGrpc.ProjectionServiceImplBase service = new ProjectionService(projector);
    service.getProjection(request, new Collector(answers));
    return answers.getFirst();
  }

  private record Collector(List<Projection> answers) implements StreamObserver<Projection> {
    @Override
    public void onNext(Projection answer) {
      answers.add(answer);
    }

    @Override
    public void onError(Throwable thrown) {
      throw new IllegalStateException(thrown);
    }

    @Override
    public void onCompleted() {}
  }
}
