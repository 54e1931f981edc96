package chronicle.chaos.lab;

import chronicle.ledger.v1.CommandReceipt;
import chronicle.mesh.JavaService;
import chronicle.mesh.Part;
import chronicle.projection.v1.Projection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.IntStream;

/** What happens to the services themselves, and to the read model. */
final class ServiceHarms {
  private static final int UNDER_WAY = 500;
  private static final int READS_IN_A_ROW = 20;
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
  private static final Duration PAUSE_MAX = Duration.ofMillis(300);

  private ServiceHarms() {}

  /** One ledger dies; the other serves on. */
  static void ledgerKilled(Scene scene) throws InterruptedException {
    scene.lab().firstLedger().kill();
    scene.mark("ledger killed");
    scene.hold();
  }

  /** A ledger dies at a random moment, both in turn, again and again; one always serves. */
  static void ledgersKilledInTurn(Scene scene) throws InterruptedException {
    inTurn(scene, scene.lab().firstLedger(), scene.lab().lastLedger());
  }

  /** Asked to end, a ledger first answers what it took: 500 commands that are under way. */
  static void ledgerTerminated(Scene scene) throws Exception {
    var leaving = scene.lab().lastLedger();
    try (var teller = new Teller(leaving.target(), "leaving-" + System.nanoTime())) {
      teller.createLedger();
      teller.open("alice", 1);
      var answers =
          IntStream.range(0, UNDER_WAY)
              .mapToObj(i -> teller.depositLater("alice", 1, "last-" + i, ANSWER_MAX))
              .toList();
      answers.getFirst().get();
      leaving.stop();
      scene.mark("ledger stopped");
      var unanswered = answers.stream().filter(answer -> !isAnswered(answer)).count();
      scene.require(unanswered == 0, unanswered + " commands under way were not answered.");
    }
    scene.hold();
  }

  /** Frozen with what it took: it may go on at any time, with answers long out of date. */
  static void ledgerPaused(Scene scene) throws InterruptedException {
    scene.lab().firstLedger().pause();
    scene.mark("ledger frozen");
    scene.hold();
  }

  /**
   * Frozen for good, with NATS down, so that projectors and queries depend on the ledgers: they
   * leave the one that does not answer, while it is still frozen.
   */
  static void ledgerFrozen(Scene scene) throws Exception {
    scene.mesh().natsServers().forEach(Part::kill);
    scene.lab().firstLedger().pause();
    scene.mark("NATS killed, ledger frozen");
    var ledger = "frozen-" + System.nanoTime();
    try (var teller = new Teller(scene.lab().lastLedger().target(), ledger)) {
      teller.createLedger();
      teller.open("alice", 1);
      var position = teller.deposit("alice", 1).getPosition();
      for (var query : scene.mesh().queries()) {
        try (var reader = new Teller(query.target(), ledger)) {
          scene.await(
              query.name() + " answers every read, though a ledger is frozen",
              () -> reader.reads("alice", position, READS_IN_A_ROW));
        }
      }
      scene.mark("readers have left it");
    }
  }

  /** A projector dies at a random step, both in turn, again and again. */
  static void projectorsKilledInTurn(Scene scene) throws InterruptedException {
    inTurn(scene, scene.mesh().projectors().getFirst(), scene.mesh().projectors().getLast());
  }

  static void allProjectorsKilled(Scene scene) throws InterruptedException {
    scene.mesh().projectors().forEach(Part::kill);
    scene.mark("all projectors killed");
    scene.hold();
  }

  static void readModelKilled(Scene scene) throws InterruptedException {
    scene.mesh().readModelPostgres().kill();
    scene.mark("read model killed");
    scene.hold();
  }

  /** All databases of the read model are gone; projectors make them again from the log. */
  static void readModelWiped(Scene scene) {
    scene.mesh().readModelPostgres().wipe();
    scene.mesh().createDatabases();
    scene.mark("read model wiped");
    scene.mesh().projectors().forEach(Part::kill);
    scene.mesh().projectors().forEach(Part::launch);
    scene.mesh().projectors().forEach(Part::awaitReady);
    scene.mark("projectors started");
  }

  /** The cache loses all it has, and then dies; it comes back empty. */
  static void redisWiped(Scene scene) throws InterruptedException {
    var redis = scene.mesh().redis();
    redis.wipe();
    scene.mark("cache wiped");
    scene.holdUpTo(PAUSE_MAX);
    redis.kill();
    scene.mark("cache killed");
    scene.hold();
  }

  static void gatewayKilled(Scene scene) throws InterruptedException {
    scene.mesh().gateway().kill();
    scene.mark("gateway killed");
    scene.hold();
  }

  /** One of everything at once, as when a region of two is lost: the rest serves on. */
  static void regionLost(Scene scene) throws InterruptedException {
    scene.lab().lastLedger().kill();
    scene.mesh().queries().getLast().kill();
    scene.mesh().projectors().getLast().kill();
    scene.mesh().natsServers().getLast().kill();
    if (scene.lab().hasCockroach()) {
      scene.mesh().cockroach().getLast().kill();
    }
    scene.mark("one of each killed");
    scene.hold();
  }

  /**
   * An event that nobody can read, in a ledger beside the one under load: its projection stops
   * before it and says so, as does the projectors' health; other ledgers go on, and once it is
   * mended it is projected, and nothing is missing.
   */
  static void poisonEvent(Scene scene) throws Exception {
    var lab = scene.lab();
    var poisoned = "poisoned-" + System.nanoTime();
    // Without NATS, projectors read the log itself.
    scene.mesh().natsServers().forEach(Part::kill);
    scene.mesh().projectors().forEach(Part::kill);
    try (var teller = new Teller(lab.firstLedger().target(), poisoned);
        var poison = new Poison(scene.mesh().eventStoreUrl(), poisoned)) {
      teller.createLedger();
      teller.open("alice", 100);
      var last = teller.deposit("alice", 1).getPosition();
      poison.put(last);
      scene.mark("event poisoned");
      scene.mesh().projectors().forEach(Part::launch);
      scene.await(
          "every projector stops right before the event, and says so",
          () -> allStopBefore(lab.projections(poisoned), last, scene.mesh().projectors().size()));
      scene.await("the projectors are not healthy", lab::projectorsNotServing);
      var before = position(lab, scene.ledger());
      scene.await("other ledgers are projected", () -> position(lab, scene.ledger()) > before);
      scene.require(position(lab, poisoned) == last - 1, "The position before is not kept.");
      poison.mend();
      scene.mark("event mended");
      scene.await("the mended event is projected", () -> position(lab, poisoned) == last);
      scene.mesh().projectors().forEach(Part::awaitReady);
      scene.mark("projectors are healthy");
    }
  }

  private static boolean allStopBefore(List<Projection> told, long position, int projectors) {
    return told.stream()
            .filter(it -> it.getState() == Projection.State.STOPPED)
            .filter(it -> it.getPosition() == position - 1)
            .filter(it -> it.getError().startsWith("position %d:".formatted(position)))
            .count()
        == projectors;
  }

  private static boolean isAnswered(Future<CommandReceipt> answer) {
    try {
      return answer.get().getPosition() > 0;
    } catch (ExecutionException e) {
      return false;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static long position(Lab lab, String ledger) {
    return lab.projection(ledger).map(Projection::getPosition).orElse(0L);
  }

  private static void inTurn(Scene scene, JavaService one, JavaService other)
      throws InterruptedException {
    var untilNanos = System.nanoTime() + scene.length().toNanos();
    var victims = List.of(one, other);
    for (int kill = 0; kill < victims.size() || System.nanoTime() < untilNanos; kill++) {
      var victim = victims.get(kill % victims.size());
      victim.kill();
      scene.mark(victim.name() + " killed");
      scene.holdUpTo(PAUSE_MAX);
      victim.start();
      scene.mark(victim.name() + " serves");
      scene.holdUpTo(PAUSE_MAX);
    }
  }
}
