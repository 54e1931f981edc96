package chronicle.chaos.lab;

import static java.util.Objects.requireNonNull;

import chronicle.mesh.NatsServer;
import chronicle.mesh.Part;
import io.nats.client.JetStreamApiException;
import io.nats.client.Nats;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What happens to NATS, which carries events and keeps nothing that is not in the log. */
final class NatsHarms {
  private NatsHarms() {}

  static void killed(Scene scene) throws InterruptedException {
    servers(scene).forEach(Part::kill);
    scene.mark("NATS killed");
    scene.hold();
  }

  static void restarted(Scene scene) throws InterruptedException {
    servers(scene).forEach(Part::stop);
    scene.mark("NATS stopped");
    start(servers(scene));
    scene.mark("NATS started");
    scene.hold();
  }

  static void wiped(Scene scene) throws InterruptedException {
    servers(scene).forEach(Part::kill);
    servers(scene).forEach(NatsServer::wipe);
    scene.mark("NATS wiped");
    scene.hold();
  }

  /** All servers lose what came after a backup that was made under load. */
  static void restored(Scene scene) throws InterruptedException {
    servers(scene).forEach(Part::stop);
    Map<NatsServer, Path> backups = new LinkedHashMap<>();
    servers(scene).forEach(server -> backups.put(server, server.backUp()));
    scene.mark("NATS backed up");
    scene.hold();
    servers(scene).forEach(Part::kill);
    backups.forEach(NatsServer::restore);
    scene.mark("NATS restored");
    scene.hold();
  }

  /** The server that leads the stream of the ledger under load. */
  static void leaderKilled(Scene scene) throws Exception {
    var leader = new ArrayList<NatsServer>();
    scene.await("the stream has a leader", () -> leader.addAll(leader(scene)));
    leader.forEach(server -> {
      server.kill();
      scene.mark(server.name() + ", the leader, killed");
    });
    scene.hold();
  }

  static void unreachable(Scene scene) throws InterruptedException {
    scene
        .mesh()
        .natsServers()
        .forEach(server -> scene.lab().linksTo(server).forEach(it -> it.stall()));
    scene.mark("NATS cut off, silently");
    scene.hold();
  }

  /** The leader by what the cluster says; nobody where it does not answer, or is electing one. */
  private static List<NatsServer> leader(Scene scene) throws InterruptedException {
    try {
      var connection = Nats.connect(scene.mesh().natsUrl());
      try {
        var stream = connection.jetStreamManagement().getStreamInfo("CHRONICLE_" + scene.ledger());
        var cluster = requireNonNull(stream.getClusterInfo(), "NATS is no cluster");
        return servers(scene).stream()
            .filter(server -> server.name().equals(cluster.getLeader()))
            .toList();
      } finally {
        connection.close();
      }
    } catch (IOException | JetStreamApiException e) {
      return List.of();
    }
  }

  private static List<NatsServer> servers(Scene scene) {
    return scene.mesh().natsServers();
  }

  private static void start(List<NatsServer> servers) {
    servers.forEach(Part::launch);
    servers.forEach(Part::awaitReady);
  }
}
