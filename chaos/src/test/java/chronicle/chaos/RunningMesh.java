package chronicle.chaos;

import chronicle.mesh.Mesh;

/**
 * One mesh for all tests of the JVM: two ledgers, two projectors, a read model of its own, a cache.
 */
final class RunningMesh {
  static final TraceCollector TRACES = TraceCollector.start();

  static final Mesh MESH =
      Mesh.builder()
          .ledgers(2)
          .projectors(2)
          .ownReadModelServer()
          .redis()
          .environment("OTEL_EXPORTER_OTLP_ENDPOINT", TRACES.url())
          .environment("OTEL_BSP_SCHEDULE_DELAY", "200")
          .start();

  static final Client GATEWAY = new Client(MESH.gateway().target());
  static final Client FIRST = new Client(MESH.ledgers().getFirst().target());
  static final Client SECOND = new Client(MESH.ledgers().getLast().target());

  private RunningMesh() {}
}
