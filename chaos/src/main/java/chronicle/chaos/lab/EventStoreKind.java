package chronicle.chaos.lab;

import chronicle.mesh.CockroachNode;

/** What the log is kept in. */
enum EventStoreKind {
  /** One PostgreSQL server. */
  POSTGRES,
  /** Three nodes of CockroachDB. */
  COCKROACH;

  /** CockroachDB where its binary is on PATH. */
  static EventStoreKind found() {
    return CockroachNode.isAvailable() ? COCKROACH : POSTGRES;
  }
}
