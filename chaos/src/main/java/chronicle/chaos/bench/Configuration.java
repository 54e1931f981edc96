package chronicle.chaos.bench;

import chronicle.mesh.Mesh;

/** What runs beside the ledger and its database. */
enum Configuration {
  /** Nothing. */
  ALONE("ledger and database alone") {
    @Override
    Mesh start() {
      var mesh = Mesh.builder().withoutGateway().projectors(0).queries(0).start();
      mesh.nats().stop();
      return mesh;
    }
  },
  /** All that production has: relay, projector, query service, gateway. */
  MESH("with relay, projector, query and gateway running") {
    @Override
    Mesh start() {
      return Mesh.builder().start();
    }
  };

  private final String description;

  Configuration(String description) {
    this.description = description;
  }

  String description() {
    return description;
  }

  /** A fresh mesh, serving. */
  abstract Mesh start();
}
