package chronicle.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chronicle.event.v1.Event;
import chronicle.mesh.NatsServer;
import chronicle.runtime.NatsLink;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class FollowerIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final NatsServer NATS = NatsServer.scratch();

  private final StoredModel model = new StoredModel();
  private final Meters meters = new Meters(model.telemetry());
  private final LedgerFixture ledger = new LedgerFixture();
  private final NatsLink link = NatsLink.open(NATS.url(), "test");
  private final List<Running> running = new ArrayList<>();
  private final History history = new History();

  private record Running(Follower follower, Thread thread) {
    void kill() throws InterruptedException {
      thread.interrupt();
      thread.join();
    }
  }

  @BeforeAll
  static void startNats() {
    NATS.start();
  }

  @AfterAll
  static void stopNats() {
    NATS.close();
  }

  @BeforeEach
  void serveTheLog() throws Exception {
    NATS.wipe();
    ledger.add(History.LEDGER, History.INCARNATION, history::events);
    ledger.start();
    await().atMost(PATIENCE).until(link::connected);
  }

  @AfterEach
  void close() throws Exception {
    for (var each : running) {
      each.kill();
    }
    link.close();
    ledger.close();
    model.close();
  }

  @Test
  @DisplayName("G7: events come from the stream, and the read model equals the fold")
  void eventsComeFromTheStream() throws Exception {
    ledger.stop();
    createStream(1);
    history.grow(new Random(1), 200);
    publishFrom(1);

    var follower = follow(model.sessions());

    awaitProjected();
    assertThat(follower.source()).isEqualTo(EventFeed.Source.STREAM);
    assertThat(ledger.reads()).isZero();
    assertThat(follower.progress().lag(Instant.now())).isZero();
  }

  @Test
  @DisplayName(
      "G7: a wiped stream loses nothing: the projection goes on from the log, and then from the new stream")
  void aWipedStreamLosesNothing() throws Exception {
    createStream(1);
    history.grow(new Random(2), 100);
    publishFrom(1);
    var follower = follow(model.sessions());
    awaitProjected();

    NATS.wipe();
    history.grow(new Random(3), 100);
    awaitHeard(follower);
    awaitProjected();
    assertThat(ledger.reads()).isPositive();

    var first = history.head() + 1;
    createStream(first);
    await().atMost(PATIENCE).until(() -> follower.source() == EventFeed.Source.STREAM);
    var reads = ledger.reads();
    history.grow(new Random(4), 100);
    publishFrom(first);
    awaitProjected();
    assertThat(ledger.reads()).isEqualTo(reads);
  }

  @Test
  @DisplayName("G7: a stream that begins after the checkpoint is not waited for, nor skipped to")
  void aLaterStreamIsCaughtUpWith() throws Exception {
    history.grow(new Random(5), 100);
    var first = history.head() + 1;
    createStream(first);
    history.grow(new Random(6), 100);
    publishFrom(first);

    follow(model.sessions());

    awaitProjected();
  }

  @Test
  @DisplayName(
      "G7, G12: with NATS down the projection goes on from the log, and returns to the stream")
  void theProjectionGoesOnWithoutNats() throws Exception {
    createStream(1);
    publishFrom(1);
    var follower = follow(model.sessions());
    awaitProjected();

    NATS.kill();
    history.grow(new Random(7), 100);
    awaitProjected();
    assertThat(follower.source()).isEqualTo(EventFeed.Source.LOG);

    NATS.start();
    publishFrom(2);
    await().atMost(PATIENCE).until(() -> follower.source() == EventFeed.Source.STREAM);
    history.grow(new Random(8), 10);
    awaitHeard(follower);
    awaitProjected();
  }

  @Test
  @DisplayName(
      "G7: with NATS and the ledger down the projection waits, and goes on when one returns")
  void theProjectionWaitsWithoutSources() throws Exception {
    NATS.kill();
    ledger.stop();
    var follower = follow(model.sessions());
    await().atMost(PATIENCE).until(() -> follower.source() == EventFeed.Source.NONE);

    history.grow(new Random(9), 50);
    ledger.start();
    awaitProjected();
    NATS.start();
  }

  @Test
  @DisplayName("G7: a stream whose sequence is not the position is not believed")
  void aStreamOutOfStepIsNotBelieved() throws Exception {
    history.grow(new Random(10), 50);
    createStream(1);
    var shifted = new ArrayList<>(history.events());
    shifted.addFirst(shifted.getFirst());
    StreamFixture.publish(NATS.url(), shifted);

    follow(model.sessions());

    awaitProjected();
  }

  @Test
  @DisplayName("G7: two projectors at once leave no gap and apply nothing twice")
  void twoProjectorsAtOnce() throws Exception {
    createStream(1);
    follow(model.sessions());
    follow(model.sessions());

    for (var seed = 11; seed < 16; seed++) {
      var first = seed == 11 ? 1 : history.head() + 1;
      history.grow(new Random(seed), 100);
      publishFrom(first);
    }

    awaitProjected();
  }

  @Test
  @DisplayName("G5, G7: broken off between any two steps, the projection is whole and goes on")
  void aCrashBetweenAnyTwoStepsLosesNothing() throws Exception {
    ledger.stop();
    createStream(1);
    publishFrom(1);
    var sessions = new CrashingSessions(model.sessions());
    follow(sessions);
    awaitProjected();

    for (var step = 1; step <= 8; step++) {
      for (var afterwards : List.of(false, true)) {
        sessions.arm(step, afterwards);
        do {
          var first = history.head() + 1;
          history.open("new-" + first, "USD", 0);
          history.deposit("new-" + first, 5);
          publishFrom(first);
          awaitProjected();
        } while (!sessions.crashed());
      }
    }
  }

  @Test
  @DisplayName(
      "G5, G7: a projector killed at any moment and started again loses nothing and repeats nothing")
  void aKilledProjectorGoesOn() throws Exception {
    createStream(1);
    var random = new Random(12);
    for (var kill = 0; kill < 20; kill++) {
      var first = kill == 0 ? 1 : history.head() + 1;
      history.grow(random, 200);
      publishFrom(first);
      follow(model.sessions());
      Thread.sleep(random.nextInt(60));
      running.getLast().kill();
    }

    follow(model.sessions());

    awaitProjected();
  }

  @Test
  @DisplayName("G7: a read model emptied under a running projector comes back from the log")
  void anEmptiedReadModelComesBack() throws Exception {
    createStream(1);
    history.grow(new Random(17), 100);
    publishFrom(1);
    follow(model.sessions());
    awaitProjected();

    model.execute(
        "TRUNCATE projection_checkpoint, accounts, entries, transactions, holds, account_changes, backdated, backdated_sums");
    var first = history.head() + 1;
    history.open("late", "USD", 0);
    publishFrom(first);

    awaitProjected();
  }

  @Test
  @DisplayName("G7: an unknown event stops its ledger at its position, and nothing is skipped")
  void anUnknownEventStopsTheProjection() throws Exception {
    history.open("alice", "USD", 0);
    history.deposit("alice", 7);
    history.deposit("alice", 8);
    var events = new ArrayList<>(history.events());
    events.set(2, FoldTest.ofUnknownType(events.get(2).toBuilder()).build());
    createStream(1);
    StreamFixture.publish(NATS.url(), events);

    var follower = follow(model.sessions());

    await().atMost(PATIENCE).until(() -> follower.progress().stopped());
    assertThat(follower.progress().error()).contains("position 3").contains("unknown");
    model.assertEqualsFoldOf(history.events().subList(0, 2));
  }

  @Test
  @DisplayName("G7: an event that can't be read stops its ledger before it, until it is mended")
  void aDamagedEventStopsTheProjectionUntilItIsMended() throws Exception {
    history.open("alice", "USD", 0);
    history.deposit("alice", 7);
    history.deposit("alice", 8);
    ledger.damage(3);

    var follower = follow(model.sessions());

    await().atMost(PATIENCE).until(() -> follower.progress().stopped());
    assertThat(follower.progress().error()).contains("position 3").contains("damaged");
    model.assertEqualsFoldOf(history.events().subList(0, 2));
    ledger.damage(0);
    awaitProjected();
    await().atMost(PATIENCE).until(() -> !follower.progress().stopped());
  }

  @Test
  @DisplayName("G7: a stream of another incarnation stops the projection, and changes nothing")
  void aStreamOfAnotherIncarnationStopsTheProjection() throws Exception {
    StreamFixture.create(NATS.url(), History.LEDGER, "another", 1);
    history.open("alice", "USD", 0);
    publishFrom(1);

    var follower = follow(model.sessions());

    await().atMost(PATIENCE).until(() -> follower.progress().stopped());
    assertThat(follower.progress().error()).contains("another").contains(History.INCARNATION);
    assertThat(model.checkpoint(History.LEDGER).position()).isZero();
  }

  @Test
  @DisplayName("G7: a ledger of another incarnation stops the projection, and changes nothing")
  void aLedgerOfAnotherIncarnationStopsTheProjection() throws Exception {
    createStream(1);
    publishFrom(1);
    var follower = follow(model.sessions());
    awaitProjected();

    follower.hear("another", 99, Instant.now());

    await().atMost(PATIENCE).until(() -> follower.progress().stopped());
    model.assertEqualsFoldOf(history.events());
  }

  private Follower follow(Sessions sessions) {
    var sources = new Follower.Sources(sessions, link, ledger.reader(), Fold.VERSION);
    var follower = new Follower(History.LEDGER, History.INCARNATION, sources, meters);
    running.add(new Running(follower, Thread.ofVirtual().start(follower)));
    return follower;
  }

  private static void createStream(long first) throws Exception {
    StreamFixture.create(NATS.url(), History.LEDGER, History.INCARNATION, first);
  }

  private void publishFrom(long first) throws Exception {
    List<Event> events = history.events();
    StreamFixture.publish(NATS.url(), events.subList((int) first - 1, events.size()));
  }

  /** As the listing of ledgers does every second. */
  private void awaitHeard(Follower follower) {
    follower.hear(History.INCARNATION, history.head(), Instant.now());
  }

  private void awaitProjected() throws Exception {
    var head = history.head();
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> model.checkpoint(History.LEDGER).position() == head);
    model.assertEqualsFoldOf(history.events());
  }
}
