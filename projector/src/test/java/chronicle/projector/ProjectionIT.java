package chronicle.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chronicle.event.v1.Event;
import chronicle.runtime.Digest;
import java.time.Instant;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ProjectionIT {
  private final StoredModel model = new StoredModel();

  @AfterEach
  void close() {
    model.close();
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3})
  @DisplayName("G7: whatever the batches, the read model equals the fold of the log")
  void theReadModelEqualsTheFold(long seed) throws Exception {
    var events = History.random(seed, 300).events();
    var random = new Random(seed);

    var projection = open();
    for (var from = 0; from < events.size(); from = (int) projection.checkpoint().position()) {
      var batch = batch(events, from, 1 + random.nextInt(50));
      assertThat(projection.apply(batch)).isTrue();
      if (random.nextInt(5) == 0) {
        projection = open();
      }
    }

    model.assertEqualsFoldOf(events);
  }

  @Test
  @DisplayName(
      "G7: of two projections that apply the same events one does, and the other learns where to go on")
  void anEventIsAppliedOnce() throws Exception {
    var events = History.random(7, 100).events();
    var first = open();
    var second = open();

    assertThat(first.apply(batch(events, 0, 10))).isTrue();
    assertThat(second.apply(batch(events, 0, 20))).isFalse();
    assertThat(second.checkpoint()).isEqualTo(first.checkpoint());
    var from = (int) second.checkpoint().position();
    assertThat(second.apply(events.subList(from, events.size()))).isTrue();
    assertThat(first.apply(events.subList(from, events.size()))).isFalse();

    model.assertEqualsFoldOf(events);
  }

  @Test
  @DisplayName(
      "G7: a projection that folds ahead learns where to go on when another one was first, and goes on")
  void foldingAheadInVainLeavesTheProjectionWhole() throws Exception {
    var history = new History();
    history.open("alice", "USD", 0);
    for (var i = 0; i < 40; i++) {
      history.deposit("alice", 5);
    }
    var events = history.events();
    var late = open();
    var writer = new OneBehind(late);
    assertThat(writer.apply(events.subList(0, 10))).isTrue();
    assertThat(writer.finish()).isTrue();
    assertThat(open().apply(events.subList(10, 30))).isTrue();

    assertThat(writer.apply(events.subList(10, 20))).isTrue();
    assertThat(writer.apply(events.subList(20, 25))).isFalse();

    assertThat(late.checkpoint().position()).isEqualTo(30);
    var again = new OneBehind(late);
    assertThat(again.apply(events.subList(30, events.size()))).isTrue();
    assertThat(again.finish()).isTrue();
    model.assertEqualsFoldOf(events);
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  @DisplayName("G7: batches that share a transaction see each other, and make the same rows")
  void batchesThatShareATransactionSeeEachOther(long seed) throws Exception {
    var events = History.random(seed, 300).events();
    var projection = open();
    var writer = new OneBehind(projection);
    for (var from = 0; from < events.size(); ) {
      var batch = batch(events, from, 7);
      assertThat(writer.apply(batch)).isTrue();
      from += batch.size();
    }

    assertThat(writer.finish()).isTrue();

    model.assertEqualsFoldOf(events);
  }

  @Test
  @DisplayName("G7: redelivered three times, events leave balances as they are")
  void redeliveryChangesNothing() throws Exception {
    var events = History.random(8, 100).events();

    for (var delivery = 0; delivery < 3; delivery++) {
      var projection = open();
      while (projection.checkpoint().position() < events.size()) {
        projection.apply(batch(events, (int) projection.checkpoint().position(), 20));
      }
      var generation = model.checkpoint(History.LEDGER).generation();
      var late =
          Projection.at(
              model.sessions(), new Checkpoint(generation, 0, Instant.EPOCH, Digest.ZERO));
      assertThat(late.apply(events)).isFalse();
    }

    model.assertEqualsFoldOf(events);
  }

  @Test
  @DisplayName("G10: full blocks of backdated changes are rolled up, once each")
  void backdatedChangesAreRolledUp() throws Exception {
    var history = new History();
    history.open("alice", "USD", 0);
    var random = new Random(9);
    for (var i = 0; i < 600; i++) {
      history.backdate(1 + random.nextInt(50));
      history.deposit("alice", 1 + random.nextInt(9));
    }
    var events = history.events();
    var projection = open();
    while (projection.checkpoint().position() < events.size()) {
      projection.apply(batch(events, (int) projection.checkpoint().position(), 70));
    }

    assertThat(model.number("SELECT count(*) FROM backdated_sums")).isEqualTo(2 * 2 * 256);
    model.assertEqualsFoldOf(events);
  }

  @Test
  void rowsThatSomeoneElseChangedStopTheProjection() throws Exception {
    var history = new History();
    history.open("alice", "USD", 0);
    history.deposit("alice", 5);
    var projection = open();
    projection.apply(history.events());
    model.execute("UPDATE accounts SET position = 7 WHERE account_id = 'alice'");
    history.deposit("alice", 5);

    assertThatThrownBy(() -> projection.apply(history.events().subList(3, 4)))
        .isInstanceOf(IllegalStateException.class);
    assertThat(model.checkpoint(History.LEDGER).position()).isEqualTo(3);
  }

  private Projection open() throws Exception {
    return Projection.open(model.sessions(), History.LEDGER, History.INCARNATION, Fold.VERSION);
  }

  /** About that many events, whole commands. */
  private static List<Event> batch(List<Event> events, int from, int size) {
    var last = events.get(Math.min(events.size(), from + size) - 1);
    return events.subList(
        from,
        (int) last.getPosition() + last.getTransactionSize() - 1 - last.getTransactionIndex());
  }
}
