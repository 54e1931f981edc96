package chronicle.mesh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The whole of ChronicleLedger on this machine: PostgreSQL, NATS, the services and the gateway,
 * each a process of its own. Its data stays in the state directory when it stops.
 */
public final class Mesh implements AutoCloseable {
  private static final String EVENT_STORE = "event_store";
  private static final String READ_MODEL = "read_model";
  private static final int COCKROACH_NODES = 3;

  private final FileChannel lock;
  private final EmbeddedPostgres postgres;
  private final EmbeddedPostgres readModelPostgres;
  private final List<CockroachNode> cockroach;
  private final NatsServer nats;
  private final Optional<RedisServer> redis;
  private final List<JavaService> ledgers;
  private final List<JavaService> projectors;
  private final List<JavaService> queries;
  private final Optional<EnvoyGateway> gateway;

  Mesh(MeshBuilder builder) {
    var state = builder.state;
    var ports = builder.ports;
    lock = state.lock();
    postgres = new EmbeddedPostgres("postgres", state, ports.applyAsInt(15432));
    readModelPostgres =
        builder.ownReadModelServer
            ? new EmbeddedPostgres("read-model-postgres", state, ports.applyAsInt(15433))
            : postgres;
    cockroach =
        builder.cockroach ? CockroachNode.cluster(COCKROACH_NODES, state, ports) : List.of();
    nats = new NatsServer(state, ports.applyAsInt(4222));
    redis =
        builder.redis
            ? Optional.of(new RedisServer(state, ports.applyAsInt(6379)))
            : Optional.empty();

    var settings = new HashMap<>(builder.environment);
    settings.put("CHRONICLE_EVENT_STORE_URL", builder.eventStoreUrl.orElseGet(this::eventStoreUrl));
    settings.put("CHRONICLE_READ_MODEL_URL", readModelPostgres.jdbcUrl(READ_MODEL));
    settings.put("CHRONICLE_NATS_URL", nats.url());
    ledgers = builder.services("ledger", "ledger-grpc", 9001, builder.ledgers, settings);
    settings.put("CHRONICLE_LEDGER_TARGET", ledgers.getFirst().target());
    redis.ifPresent(server -> settings.put("CHRONICLE_REDIS_URL", server.url()));
    queries = builder.services("query", "query-grpc", 9002, builder.queries, settings);
    projectors = builder.services("projector", "projector", 9003, builder.projectors, settings);
    gateway = builder.gateway ? Optional.of(gateway(builder)) : Optional.empty();
  }

  /** A mesh with one service of each kind, a gateway, free ports and a directory of its own. */
  public static MeshBuilder builder() {
    return new MeshBuilder();
  }

  /**
   * Starts everything and returns once it serves; on a failure stops what has started and throws.
   */
  public void start() {
    start(_ -> {});
  }

  /** Starts everything, telling of each part that serves. */
  void start(Consumer<Part> serving) {
    try {
      start(stores(), serving);
      createDatabases();
      start(Stream.concat(services(), gateway.stream()).toList(), serving);
    } catch (MeshException e) {
      stopAll();
      throw e;
    }
  }

  /** All parts in the order in which they start. */
  public List<Part> parts() {
    return Stream.of(stores().stream(), services(), gateway.stream())
        .<Part>flatMap(it -> it)
        .toList();
  }

  /** The server of the event store, unless that is elsewhere, and of the read model. */
  public EmbeddedPostgres postgres() {
    return postgres;
  }

  /**
   * The server of the read model, which is {@link #postgres} unless it was asked for one of its
   * own.
   */
  public EmbeddedPostgres readModelPostgres() {
    return readModelPostgres;
  }

  /** The nodes of the event store, if that is CockroachDB. */
  public List<CockroachNode> cockroach() {
    return cockroach;
  }

  /** What events travel over. */
  public NatsServer nats() {
    return nats;
  }

  /** What query services keep answers in; throws if the mesh has none. */
  public RedisServer redis() {
    return redis.orElseThrow();
  }

  /** The ledgers; projectors and query services ask the first. */
  public List<JavaService> ledgers() {
    return ledgers;
  }

  /** The projectors. */
  public List<JavaService> projectors() {
    return projectors;
  }

  /** The query services. */
  public List<JavaService> queries() {
    return queries;
  }

  /** The gateway; throws if the mesh has none. */
  public EnvoyGateway gateway() {
    return gateway.orElseThrow();
  }

  /** Stops everything in reverse order and keeps the data. */
  @Override
  public void close() {
    stopAll();
    try {
      lock.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Starts them all at once; throws as soon as one fails. */
  private static void start(List<? extends Part> parts, Consumer<Part> serving) {
    parts.forEach(Part::launch);
    var starting = new ArrayList<Part>(parts);
    while (!starting.isEmpty()) {
      var ready = starting.stream().filter(part -> part.process().isReady()).toList();
      ready.forEach(serving);
      starting.removeAll(ready);
      Shell.sleep(ServerProcess.POLL);
    }
  }

  private void stopAll() {
    parts().reversed().forEach(Part::stop);
  }

  private List<Part> stores() {
    return Stream.of(
            Stream.of(postgres, readModelPostgres).distinct(),
            cockroach.stream(),
            Stream.of(nats),
            redis.stream())
        .<Part>flatMap(it -> it)
        .toList();
  }

  private Stream<JavaService> services() {
    return Stream.of(ledgers, queries, projectors).flatMap(List::stream);
  }

  private String eventStoreUrl() {
    return cockroach.isEmpty()
        ? postgres.jdbcUrl(EVENT_STORE)
        : CockroachNode.jdbcUrl(cockroach, EVENT_STORE);
  }

  private void createDatabases() {
    readModelPostgres.createDatabase(READ_MODEL);
    if (cockroach.isEmpty()) {
      postgres.createDatabase(EVENT_STORE);
    } else {
      CockroachNode.initialize(cockroach, EVENT_STORE);
    }
  }

  private EnvoyGateway gateway(MeshBuilder builder) {
    var upstreams = new EnvoyGateway.Upstreams(ledgers, queries, projectors);
    return new EnvoyGateway(
        builder.state,
        builder.gatewayPort.orElseGet(() -> builder.ports.applyAsInt(8080)),
        builder.ports.applyAsInt(9901),
        upstreams);
  }
}
