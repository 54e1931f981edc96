package chronicle.chaos.lab;

import chronicle.mesh.Link;
import chronicle.mesh.NatsServer;
import chronicle.mesh.Part;
import java.time.Duration;
import java.util.List;

/** One random fault after the other, often two at once, for as long as the scene lasts. */
final class Mix {
  private static final Duration FAULT_MAX = Duration.ofMillis(1_500);
  private static final Duration REST_MAX = Duration.ofSeconds(2);
  private static final Duration LATENCY_MAX = Duration.ofMillis(100);
  private static final int BYTES_PER_SECOND = 20_000;

  /** One kind of fault. */
  private interface Fault {
    /** Does it, and says what it did. */
    String strike(Scene scene);
  }

  private static final List<Fault> FAULTS =
      List.of(
          Mix::killService,
          Mix::killService,
          Mix::stopService,
          Mix::freezeService,
          Mix::killEventStore,
          Mix::freezeEventStore,
          Mix::killNats,
          Mix::wipeNats,
          Mix::killReadModel,
          Mix::killGateway,
          Mix::cutLink,
          Mix::stallLink,
          Mix::stallLinkOneWay,
          Mix::swallowLink,
          Mix::slowLink,
          Mix::throttleLink);

  private Mix() {}

  static void run(Scene scene) throws InterruptedException {
    var untilNanos = System.nanoTime() + scene.length().toNanos();
    do {
      for (int faults = 1 + scene.random().nextInt(2); faults > 0; faults--) {
        scene.mark(scene.any(FAULTS).strike(scene));
      }
      scene.holdUpTo(FAULT_MAX);
      scene.lab().heal();
      scene.holdUpTo(REST_MAX);
    } while (System.nanoTime() < untilNanos);
  }

  private static String killService(Scene scene) {
    var service = service(scene);
    service.kill();
    return service.name() + " killed";
  }

  private static String stopService(Scene scene) {
    var service = service(scene);
    service.stop();
    return service.name() + " stopped";
  }

  private static String freezeService(Scene scene) {
    var service = service(scene);
    freeze(service);
    return service.name() + " frozen";
  }

  private static String killEventStore(Scene scene) {
    var server = scene.any(scene.lab().eventStore());
    server.kill();
    return server.name() + " killed";
  }

  private static String freezeEventStore(Scene scene) {
    var server = scene.any(scene.lab().eventStore());
    freeze(server);
    return server.name() + " frozen";
  }

  private static String killNats(Scene scene) {
    var server = scene.any(scene.mesh().natsServers());
    server.kill();
    return server.name() + " killed";
  }

  private static String wipeNats(Scene scene) {
    scene.mesh().natsServers().forEach(Part::kill);
    scene.mesh().natsServers().forEach(NatsServer::wipe);
    return "NATS wiped";
  }

  private static String killReadModel(Scene scene) {
    scene.mesh().readModelPostgres().kill();
    return "read model killed";
  }

  private static String killGateway(Scene scene) {
    scene.mesh().gateway().kill();
    return "gateway killed";
  }

  private static String cutLink(Scene scene) {
    var link = link(scene);
    link.cut();
    return link.name() + " cut";
  }

  private static String stallLink(Scene scene) {
    var link = link(scene);
    link.stall();
    return link.name() + " stalled";
  }

  private static String stallLinkOneWay(Scene scene) {
    var link = link(scene);
    var way = scene.any(List.of(Link.Direction.values()));
    link.stall(way);
    return link.name() + " stalled " + way;
  }

  private static String swallowLink(Scene scene) {
    var link = link(scene);
    link.swallow();
    return link.name() + " half-open";
  }

  private static String slowLink(Scene scene) {
    var link = link(scene);
    link.delay(Duration.ofMillis(1 + scene.random().nextLong(LATENCY_MAX.toMillis())));
    return link.name() + " slow";
  }

  private static String throttleLink(Scene scene) {
    var link = link(scene);
    link.throttle(BYTES_PER_SECOND);
    return link.name() + " throttled";
  }

  private static void freeze(Part part) {
    if (part.isAlive()) {
      part.pause();
    }
  }

  private static Link link(Scene scene) {
    return scene.any(scene.mesh().links());
  }

  private static Part service(Scene scene) {
    return scene.any(
        List.of(scene.mesh().ledgers(), scene.mesh().projectors(), scene.mesh().queries()).stream()
            .flatMap(List::stream)
            .toList());
  }
}
