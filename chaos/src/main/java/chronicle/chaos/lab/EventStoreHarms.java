package chronicle.chaos.lab;

import chronicle.mesh.Link;
import chronicle.mesh.Part;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** What happens to the event store, and to the way to it. */
final class EventStoreHarms {
  private static final Duration LATENCY = Duration.ofMillis(20);

  private EventStoreHarms() {}

  /** One node of CockroachDB, or the one PostgreSQL server, which then starts again. */
  static void nodeKilled(Scene scene) throws InterruptedException {
    var node = scene.lab().eventStore().getLast();
    node.kill();
    scene.mark(node.name() + " killed");
    if (scene.lab().hasCockroach()) {
      scene.hold();
    } else {
      node.start();
      scene.mark(node.name() + " started");
    }
  }

  static void paused(Scene scene) throws InterruptedException {
    scene.lab().eventStore().forEach(Part::pause);
    scene.mark("event store frozen");
    scene.hold();
  }

  static void restarted(Scene scene) {
    scene.lab().eventStore().forEach(Part::stop);
    scene.mark("event store stopped");
    scene.lab().eventStore().forEach(Part::launch);
    scene.lab().eventStore().forEach(Part::awaitReady);
    scene.mark("event store started");
  }

  /**
   * One node of CockroachDB is frozen: the two others go on. On PostgreSQL, one ledger is cut off
   * from the event store without being told: the other goes on.
   */
  static void minorityCut(Scene scene) throws InterruptedException {
    if (scene.lab().hasCockroach()) {
      scene.lab().eventStore().getLast().pause();
    } else {
      scene.lab().toEventStore(scene.lab().lastLedger()).forEach(Link::stall);
    }
    scene.mark("minority cut off");
    scene.hold();
  }

  /**
   * Two nodes of CockroachDB are frozen: no quorum. On PostgreSQL, no ledger reaches the event
   * store.
   */
  static void majorityCut(Scene scene) throws InterruptedException {
    if (scene.lab().hasCockroach()) {
      scene.lab().eventStore().stream().skip(1).forEach(Part::pause);
    } else {
      scene.mesh().ledgers().forEach(it -> scene.lab().toEventStore(it).forEach(Link::stall));
    }
    scene.mark("majority cut off");
    scene.hold();
  }

  /** All connections are lost, and none can be made. */
  static void connectionsLost(Scene scene) throws InterruptedException {
    scene.mesh().ledgers().forEach(it -> scene.lab().toEventStore(it).forEach(Link::cut));
    scene.mark("connections lost");
    scene.hold();
  }

  /** Answers are lost, and what is asked still arrives: every commit is of unknown outcome. */
  static void answersLost(Scene scene) throws InterruptedException {
    scene
        .mesh()
        .ledgers()
        .forEach(it ->
            scene.lab().toEventStore(it).forEach(link -> link.stall(Link.Direction.TO_CLIENT)));
    scene.mark("answers lost");
    scene.hold();
  }

  /** The way to the event store takes what is sent and passes nothing on. */
  static void halfOpen(Scene scene) throws InterruptedException {
    scene.mesh().ledgers().forEach(it -> scene.lab().toEventStore(it).forEach(Link::swallow));
    scene.mark("half-open");
    scene.hold();
  }

  static void slow(Scene scene) throws InterruptedException {
    scene
        .mesh()
        .ledgers()
        .forEach(it -> scene.lab().toEventStore(it).forEach(link -> link.delay(LATENCY)));
    scene.mark("each way %d ms longer".formatted(LATENCY.toMillis()));
    scene.hold();
  }

  /** An outsider takes every connection that the server has. */
  static void connectionsTaken(Scene scene) throws Exception {
    try (var crowd = Crowd.gather(scene.mesh().eventStoreUrl())) {
      scene.mark("%d connections taken".formatted(crowd.size()));
      scene.hold();
    }
  }

  /**
   * Not a byte is left on the event store's disk, until commands fail; then there is room again.
   */
  static void diskFull(Scene scene) throws Exception {
    try (var teller = new Teller(scene.lab().firstLedger().target(), "full-" + System.nanoTime())) {
      teller.createLedger();
      teller.open("alice", 1);
      scene.mesh().disk().fill();
      scene.mark("disk full");
      useUpWhatIsSetAside(scene);
      scene.await("commands fail", () -> !teller.takes("alice"));
      scene.mark("commands fail");
      scene.hold();
    }
    scene.mesh().disk().free();
    scene.mark("room again");
  }

  /**
   * The server has room for its log set aside; where it stops itself meanwhile, that is used up.
   */
  private static void useUpWhatIsSetAside(Scene scene) {
    try {
      Outsider.nextLogFile(scene.mesh().eventStoreUrl());
    } catch (SQLException e) {
      scene.mark("the server stopped");
    }
  }

  /** The clocks of both ledgers, then of the event store, are set wrong. */
  static void clocksWrong(Scene scene) throws Exception {
    var mesh = scene.mesh();
    var hour = Duration.ofHours(1);
    mesh.clock(scene.lab().firstLedger()).set(hour);
    mesh.clock(scene.lab().lastLedger()).set(hour.negated());
    scene.mark("one ledger an hour ahead, one behind");
    scene.hold();
    mesh.clock(mesh.postgres()).set(hour.negated());
    var url = mesh.eventStoreUrl();
    scene.await(
        "the event store's clock is back",
        () -> Outsider.clock(url).isBefore(Instant.now().minus(hour.dividedBy(2))));
    scene.mark("event store an hour back");
    scene.hold();
    for (var part : List.of(scene.lab().firstLedger(), scene.lab().lastLedger(), mesh.postgres())) {
      mesh.clock(part).set(Duration.ZERO);
    }
    scene.mark("clocks right");
    scene.hold();
  }
}
