package chronicle.chaos.bench;

import chronicle.chaos.load.Servers;
import chronicle.mesh.JavaService;
import chronicle.mesh.Mesh;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * What is measured: a mesh that the bench has started, or something that ran before.
 *
 * @param projectorTarget gRPC target of a projector, where one is known
 * @param processes all that run for it, where they run here, by their names; the services are those
 *     of {@code metricsUrls}
 * @param metricsUrls of the services by their names; the first is the ledger's
 * @param database of the event store's server, where baselines may run
 * @param whatStops stops what was started
 */
record Deployment(
    Servers servers,
    Optional<String> projectorTarget,
    Map<String, ProcessHandle> processes,
    Map<String, String> metricsUrls,
    Optional<DatabaseServer> database,
    Runnable whatStops)
    implements AutoCloseable {
  /** A running mesh, closed with it. */
  static Deployment of(Mesh mesh) {
    var metrics = new LinkedHashMap<String, String>();
    Stream.of(mesh.ledgers(), mesh.projectors(), mesh.queries())
        .flatMap(List::stream)
        .forEach(service -> metrics.put(service.name(), service.metricsUrl()));
    return new Deployment(
        new Servers(
            mesh.ledgers().getFirst().target(),
            mesh.queries().stream().map(JavaService::target).findFirst(),
            ""),
        mesh.projectors().stream().map(JavaService::target).findFirst(),
        processes(mesh),
        metrics,
        Optional.of(new DatabaseServer(mesh.eventStoreUrl())),
        mesh::close);
  }

  /** Services that run already, whose database is out of reach. */
  static Deployment at(Servers servers) {
    return new Deployment(
        servers, Optional.empty(), Map.of(), Map.of(), Optional.empty(), () -> {});
  }

  private static Map<String, ProcessHandle> processes(Mesh mesh) {
    var processes = new LinkedHashMap<String, ProcessHandle>();
    mesh.parts()
        .forEach(part ->
            ProcessHandle.of(part.process().pid())
                .ifPresent(process -> processes.put(part.name(), process)));
    return processes;
  }

  @Override
  public void close() {
    whatStops.run();
  }
}
