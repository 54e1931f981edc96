package chronicle.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chronicle.mesh.Ports;
import chronicle.runtime.NatsLink;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Generations made anew beside the one that is read. */
final class RebuildIT {
  private static final Duration PATIENCE = Duration.ofSeconds(90);
  private static final int NEWER = Fold.VERSION + 1;

  private static final String GARBAGE =
      "SELECT count(*) FROM projection_rebuilds WHERE garbage IS NOT NULL";

  private final StoredModel model = new StoredModel();
  private final LedgerFixture ledger = new LedgerFixture();
  private final NatsLink nats = NatsLink.open("nats://127.0.0.1:" + Ports.free(), "test");
  private final History history = new History();

  @BeforeEach
  void projectAHistory() throws Exception {
    history.grow(new Random(1), 300);
    history.update("account-0", "relabelled", Map.of("k", "ü", "a", ""));
    ledger.add(History.LEDGER, History.INCARNATION, history::events);
    ledger.start();
    var projection =
        Projection.open(model.sessions(), History.LEDGER, History.INCARNATION, Fold.VERSION);
    assertThat(projection.apply(history.events())).isTrue();
  }

  @AfterEach
  void close() {
    nats.close();
    ledger.close();
    model.close();
  }

  @Test
  @DisplayName(
      "G7: a rebuild takes the place of what is read while both go on, and the old rows go")
  void aRebuildTakesThePlaceOfWhatIsRead() throws Exception {
    try (var one = projector(Fold.VERSION);
        var another = projector(Fold.VERSION)) {
      one.start();
      another.start();
      var before = model.checkpoint(History.LEDGER).generation();

      one.rebuilder().begin(History.LEDGER);
      one.rebuilder().begin(History.LEDGER);
      for (var i = 0; i < 20; i++) {
        history.grow(new Random(100 + i), 30);
      }
      awaitState(one, Rebuild.State.DONE);
      history.grow(new Random(3), 30);
      awaitProjected();

      assertThat(model.checkpoint(History.LEDGER).generation()).isNotEqualTo(before);
      model.assertEqualsFoldOf(history.events());
      assertThat(model.number("SELECT count(*) FROM projection_rebuilds")).isEqualTo(1);
      await()
          .atMost(PATIENCE)
          .until(() -> rows(before.number()) == 0 && model.number(GARBAGE) == 0);
    }
  }

  @Test
  @DisplayName("G7: a rebuild whose rows differ from the log is refused, and never read")
  void aRebuildThatDiffersIsRefused() throws Exception {
    var before = model.checkpoint(History.LEDGER);
    var building = built();
    model.execute(
        "UPDATE entries SET reference = 'tampered' WHERE generation = %d AND position = 7"
            .formatted(building.generation().number()));

    assertThat(rebuilding().run()).isTrue();

    assertThat(latest().state()).isEqualTo(Rebuild.State.REFUSED);
    assertThat(latest().error()).contains("entries of account");
    assertThat(model.checkpoint(History.LEDGER)).isEqualTo(before);
    model.assertEqualsFoldOf(history.events());
  }

  @Test
  @DisplayName("G7: an event that can't be applied ends a rebuild, and what is read stays")
  void anEventThatCantBeAppliedEndsARebuild() throws Exception {
    var events = new ArrayList<>(history.events());
    events.set(9, FoldTest.ofUnknownType(events.get(9).toBuilder()).build());
    ledger.add(History.LEDGER, History.INCARNATION, () -> events);
    begin();

    assertThat(rebuilding().run()).isTrue();

    assertThat(latest().state()).isEqualTo(Rebuild.State.REFUSED);
    assertThat(latest().error()).contains("position 10");
    model.assertEqualsFoldOf(history.events());
  }

  @Test
  @DisplayName("G7: a rebuild that was cancelled leaves nothing, and can be begun again")
  void aRebuildCanBeCancelled() throws Exception {
    var building = built();
    var left = rebuilding();
    try (var session = model.sessions().open()) {
      Rebuilds.cancel(session, History.LEDGER);
      session.commit();
    }
    history.grow(new Random(4), 20);

    assertThat(left.run()).isTrue();
    assertThat(latest().state()).isEqualTo(Rebuild.State.CANCELLED);
    try (var projector = projector(Fold.VERSION)) {
      projector.start();
      projector.rebuilder().begin(History.LEDGER);
      awaitState(projector, Rebuild.State.DONE);
      awaitProjected();
      await().atMost(PATIENCE).until(() -> rows(building.generation().number()) == 0);
    }
    model.assertEqualsFoldOf(history.events());
  }

  @ParameterizedTest(name = "afterwards {0}")
  @ValueSource(booleans = {false, true})
  @DisplayName(
      "G7: a rebuild that crashes at any step goes on from there, with what came meanwhile, and ends the same")
  void aRebuildOutlivesACrashAtEveryStep(boolean afterwards) throws Exception {
    var sessions = new CrashingSessions(model.sessions());
    var steps = 0;
    do {
      steps++;
      begin();
      sessions.arm(steps, afterwards);
      run(sessions);
      var crashed = sessions.crashed();
      sessions.arm(Integer.MAX_VALUE, false);
      if (latest().isOpen()) {
        history.grow(new Random(steps), 3);
      }
      run(sessions);
      assertThat(latest().state()).as("step %d", steps).isEqualTo(Rebuild.State.DONE);
      model.assertEqualsFoldOf(history.events());
      if (!crashed) {
        break;
      }
    } while (true);
    assertThat(steps).isGreaterThan(20);
  }

  @Test
  @DisplayName(
      "G7: a newer version makes its rows beside an older one that serves until they are read")
  void aNewerVersionTakesOver() throws Exception {
    try (var older = projector(Fold.VERSION)) {
      older.start();
      history.grow(new Random(5), 30);
      awaitProjected();
      try (var newer = projector(NEWER)) {
        newer.start();
        await()
            .atMost(PATIENCE)
            .until(() -> model.checkpoint(History.LEDGER).generation().foldVersion() == NEWER);
        history.grow(new Random(6), 30);
        awaitProjected();

        await()
            .atMost(PATIENCE)
            .until(() -> older.follower(History.LEDGER).orElseThrow().standingBy());
        assertThat(older.healthy()).isTrue();
        assertThat(newer.follower(History.LEDGER).orElseThrow().standingBy()).isFalse();
      }
    }
    model.assertEqualsFoldOf(history.events());
  }

  @Test
  @DisplayName("G7: a newer version whose rows were refused does not make them again and again")
  void aNewerVersionThatWasRefusedWaits() throws Exception {
    try (var session = model.sessions().open()) {
      Rebuilds.beginNewer(session, History.LEDGER, NEWER);
      Rebuilds.refuse(
          session,
          Checkpoints.inTheMaking(session, History.LEDGER).orElseThrow().generation(),
          "as a test has it");
      Rebuilds.beginNewer(session, History.LEDGER, NEWER);
      session.commit();
    }

    assertThat(model.number("SELECT count(*) FROM projection_rebuilds")).isEqualTo(1);
    assertThat(latest().state()).isEqualTo(Rebuild.State.REFUSED);
  }

  private Projector projector(int foldVersion) {
    return new Projector(
        sources(model.sessions(), foldVersion),
        new Meters(model.telemetry()),
        Projector.Patience.DEFAULT);
  }

  private Follower.Sources sources(Sessions sessions, int foldVersion) {
    return new Follower.Sources(sessions, nats, ledger.reader(), foldVersion);
  }

  private void begin() throws SQLException {
    try (var session = model.sessions().open()) {
      Rebuilds.begin(session, History.LEDGER, Fold.VERSION);
      session.commit();
    }
  }

  private Rebuilding rebuilding() throws SQLException {
    try (var session = model.sessions().open()) {
      var from = Checkpoints.inTheMaking(session, History.LEDGER).orElseThrow();
      return new Rebuilding(sources(model.sessions(), Fold.VERSION), from, () -> false);
    }
  }

  /** Begins one and has it apply the log, and nothing more. */
  private Checkpoint built() throws Exception {
    begin();
    try (var session = model.sessions().open()) {
      var from = Checkpoints.inTheMaking(session, History.LEDGER).orElseThrow();
      var projection = Projection.at(model.sessions(), from);
      assertThat(projection.apply(history.events())).isTrue();
      return projection.checkpoint();
    }
  }

  /** To its end, or to where the connection breaks. */
  private void run(Sessions sessions) throws InterruptedException {
    try (var session = sessions.open()) {
      var from = Checkpoints.inTheMaking(session, History.LEDGER);
      if (from.isPresent()) {
        new Rebuilding(sources(sessions, Fold.VERSION), from.get(), () -> false).run();
      }
    } catch (SQLException e) {
      // Broken as it was asked to be.
    }
  }

  private Rebuild latest() throws SQLException {
    try (var session = model.sessions().open()) {
      return Rebuilds.latest(session).getFirst();
    }
  }

  private long rows(int generation) throws SQLException {
    return model.number(
        """
        SELECT (SELECT count(*) FROM accounts WHERE generation = %1$d) + (SELECT count(*) FROM entries WHERE generation = %1$d)
          + (SELECT count(*) FROM transactions WHERE generation = %1$d) + (SELECT count(*) FROM holds WHERE generation = %1$d)
        """
            .formatted(generation));
  }

  private static void awaitState(Projector projector, Rebuild.State state) {
    await()
        .atMost(PATIENCE)
        .until(() ->
            projector.rebuilder().latest(History.LEDGER).map(Rebuild::state).orElse(null) == state);
  }

  private void awaitProjected() {
    await()
        .atMost(PATIENCE)
        .until(() -> model.checkpoint(History.LEDGER).position() == history.head());
  }
}
