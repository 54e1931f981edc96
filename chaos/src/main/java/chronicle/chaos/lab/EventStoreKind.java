package chronicle.chaos.lab;

/** What the log is kept in. */
enum EventStoreKind {
  /** One PostgreSQL server. */
  POSTGRES,
  /** Three nodes of CockroachDB. */
  COCKROACH
}
