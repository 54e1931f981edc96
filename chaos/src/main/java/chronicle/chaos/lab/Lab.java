package chronicle.chaos.lab;

import chronicle.chaos.audit.Targets;
import chronicle.mesh.CockroachNode;
import chronicle.mesh.JavaService;
import chronicle.mesh.Link;
import chronicle.mesh.Mesh;
import chronicle.mesh.Part;
import chronicle.projection.v1.GetProjectionRequest;
import chronicle.projection.v1.Projection;
import chronicle.projection.v1.ProjectionServiceGrpc;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** A running mesh that is there to be harmed, and made whole again. */
public final class Lab implements AutoCloseable {
  private static final long ANSWER_MILLIS_MAX = 1_000;

  private final Mesh mesh;
  private final Ground ground;
  private final List<ManagedChannel> projectors;

  private Lab(Ground ground, Mesh mesh) {
    this.ground = ground;
    this.mesh = mesh;
    projectors =
        mesh.projectors().stream()
            .map(projector ->
                Grpc.newChannelBuilder(projector.target(), InsecureChannelCredentials.create())
                    .build())
            .toList();
  }

  /** A whole mesh of that kind; throws MeshException where this machine has not what it needs. */
  static Lab start(Ground ground, EventStoreKind eventStore) {
    var builder = ground.mesh();
    return new Lab(
        ground,
        switch (eventStore) {
          case POSTGRES -> builder.start();
          case COCKROACH -> builder.cockroach().start();
        });
  }

  Ground ground() {
    return ground;
  }

  Mesh mesh() {
    return mesh;
  }

  /** All addresses that clients may use: each service, and the gateway where there is one. */
  Targets targets() {
    return new Targets(
        Stream.concat(ledgerTargets().stream(), gateway()).toList(),
        Stream.concat(mesh.queries().stream().map(JavaService::target), gateway()).toList(),
        Optional.of(mesh.natsUrl()));
  }

  /** The ledgers' own addresses. */
  List<String> ledgerTargets() {
    return mesh.ledgers().stream().map(JavaService::target).toList();
  }

  JavaService firstLedger() {
    return mesh.ledgers().getFirst();
  }

  JavaService lastLedger() {
    return mesh.ledgers().getLast();
  }

  /** Whether the event store is a cluster of CockroachDB. */
  boolean hasCockroach() {
    return !mesh.cockroach().isEmpty();
  }

  /** The servers of the event store. */
  List<Part> eventStore() {
    return hasCockroach()
        ? mesh.cockroach().stream().<Part>map(CockroachNode.class::cast).toList()
        : List.of(mesh.postgres());
  }

  /** The links that lead to a part, whoever uses them. */
  List<Link> linksTo(Part server) {
    return mesh.links().stream().filter(it -> it.name().endsWith(">" + server.name())).toList();
  }

  /** The links by which a part reaches the event store. */
  List<Link> toEventStore(Part client) {
    return eventStore().stream().map(server -> mesh.link(client, server)).toList();
  }

  /** Makes everything whole: links, frozen processes, dead ones; returns when all serve. */
  void heal() {
    mesh.links().forEach(Link::heal);
    mesh.parts().stream().filter(Part::isAlive).forEach(Part::resume);
    var dead = mesh.parts().stream().filter(part -> !part.isAlive()).toList();
    // Services look for their stores at once, and some end where there are none.
    start(dead.stream().filter(part -> !(part instanceof JavaService)).toList());
    start(dead.stream().filter(JavaService.class::isInstance).toList());
  }

  /** What any projector says of the ledger's projection; empty where none answers. */
  Optional<Projection> projection(String ledger) {
    return projections(ledger).stream()
        .max((one, other) -> Long.compare(one.getPosition(), other.getPosition()));
  }

  /** What each projector says of the ledger's projection; nothing where one does not answer. */
  List<Projection> projections(String ledger) {
    var request = GetProjectionRequest.newBuilder().setLedger(ledger).build();
    return projectors.stream().flatMap(channel -> ask(channel, request).stream()).toList();
  }

  /** Whether no projector's health is SERVING, though each answers. */
  boolean projectorsNotServing() {
    return projectors.stream().allMatch(Lab::isNotServing);
  }

  /** Closes the mesh; its data goes. */
  @Override
  public void close() {
    projectors.forEach(ManagedChannel::shutdownNow);
    mesh.close();
  }

  private Stream<String> gateway() {
    return mesh.parts().stream()
        .filter(part -> part.name().equals("envoy"))
        .map(_ -> mesh.gateway().target());
  }

  private static void start(List<Part> parts) {
    parts.forEach(Part::launch);
    parts.forEach(Part::awaitReady);
  }

  private static boolean isNotServing(ManagedChannel projector) {
    try {
      return HealthGrpc.newBlockingStub(projector)
              .withDeadlineAfter(ANSWER_MILLIS_MAX, TimeUnit.MILLISECONDS)
              .check(HealthCheckRequest.getDefaultInstance())
              .getStatus()
          == ServingStatus.NOT_SERVING;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  private static List<Projection> ask(ManagedChannel channel, GetProjectionRequest request) {
    var answers = new ArrayList<Projection>();
    try {
      answers.add(
          ProjectionServiceGrpc.newBlockingStub(channel)
              .withDeadlineAfter(ANSWER_MILLIS_MAX, TimeUnit.MILLISECONDS)
              .getProjection(request));
    } catch (StatusRuntimeException e) {
      channel.resetConnectBackoff();
    }
    return answers;
  }
}
