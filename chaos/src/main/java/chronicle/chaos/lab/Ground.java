package chronicle.chaos.lab;

import chronicle.mesh.Mesh;
import chronicle.mesh.MeshBuilder;

/** The meshes that scenarios play on. */
enum Ground {
  /** Two of each service, three NATS servers, a read model of its own, a link between any two. */
  WHOLE {
    @Override
    MeshBuilder mesh() {
      return Mesh.builder()
          .ledgers(2)
          .projectors(2)
          .queries(2)
          .natsServers(3)
          .ownReadModelServer()
          .links();
    }
  },
  /** Two ledgers, and two query services that share a cache. */
  CACHED {
    @Override
    MeshBuilder mesh() {
      return Mesh.builder().ledgers(2).queries(2).ownReadModelServer().redis().withoutGateway();
    }
  },
  /** Two ledgers and their event store with clocks that can be set wrong. */
  WRONG_CLOCKS {
    @Override
    MeshBuilder mesh() {
      return Mesh.builder().ledgers(2).ownReadModelServer().clocks().withoutGateway();
    }
  },
  /** Two ledgers whose event store has a small disk. */
  SMALL_DISK {
    @Override
    MeshBuilder mesh() {
      return Mesh.builder().ledgers(2).ownReadModelServer().smallDisk(MEGABYTES).withoutGateway();
    }
  };

  private static final int MEGABYTES = 256;

  /** What the mesh is made of. */
  abstract MeshBuilder mesh();
}
