package chronicle.mesh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The whole of ChronicleLedger on this machine: PostgreSQL, NATS, the services and the gateway,
 * each a process of its own. Its data stays in the state directory when it stops.
 */
public final class Mesh implements AutoCloseable {
  private static final String EVENT_STORE = "event_store";
  private static final String READ_MODEL = "read_model";
  private static final int COCKROACH_NODES = 3;
  private static final int METRICS_OFFSET = 100;
  private static final int SIBLING_OFFSET = 10;

  private final FileChannel lock;
  private final EmbeddedPostgres postgres;
  private final EmbeddedPostgres readModelPostgres;
  private final List<CockroachNode> cockroach;
  private final NatsServer nats;
  private final List<JavaService> ledgers;
  private final List<JavaService> projectors;
  private final List<JavaService> queries;
  private final Optional<EnvoyGateway> gateway;

  private Mesh(Builder builder) {
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

    var settings = new HashMap<String, String>();
    settings.put("CHRONICLE_EVENT_STORE_URL", builder.eventStoreUrl.orElseGet(this::eventStoreUrl));
    settings.put("CHRONICLE_READ_MODEL_URL", readModelPostgres.jdbcUrl(READ_MODEL));
    settings.put("CHRONICLE_NATS_URL", nats.url());
    ledgers = builder.services("ledger", "ledger-grpc", 9001, builder.ledgers, settings);
    settings.put("CHRONICLE_LEDGER_TARGET", ledgers.getFirst().target());
    queries = builder.services("query", "query-grpc", 9002, builder.queries, settings);
    projectors = builder.services("projector", "projector", 9003, builder.projectors, settings);
    gateway = builder.gateway ? Optional.of(gateway(builder)) : Optional.empty();
  }

  /** A mesh with one service of each kind, a gateway, free ports and a directory of its own. */
  public static Builder builder() {
    return new Builder();
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

  public NatsServer nats() {
    return nats;
  }

  public List<JavaService> ledgers() {
    return ledgers;
  }

  public List<JavaService> projectors() {
    return projectors;
  }

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

  private static void start(List<? extends Part> parts, Consumer<Part> serving) {
    parts.forEach(Part::launch);
    for (var part : parts) {
      part.awaitReady();
      serving.accept(part);
    }
  }

  private void stopAll() {
    parts().reversed().forEach(Part::stop);
  }

  private List<Part> stores() {
    return Stream.of(
            Stream.of(postgres, readModelPostgres).distinct(), cockroach.stream(), Stream.of(nats))
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

  private EnvoyGateway gateway(Builder builder) {
    var upstreams = new EnvoyGateway.Upstreams(ledgers, queries, projectors);
    return new EnvoyGateway(
        builder.state,
        builder.gatewayPort.orElseGet(() -> builder.ports.applyAsInt(8080)),
        builder.ports.applyAsInt(9901),
        upstreams);
  }

  /** What a mesh is made of. */
  public static final class Builder {
    private StateDirectory state = StateDirectory.scratch("mesh");
    private IntUnaryOperator ports = _ -> Ports.free();
    private Optional<Integer> gatewayPort = Optional.empty();
    private Optional<String> eventStoreUrl = Optional.empty();
    private boolean cockroach;
    private boolean ownReadModelServer;
    private boolean gateway = true;
    private int ledgers = 1;
    private int projectors = 1;
    private int queries = 1;

    private Builder() {}

    /** Keeps data and logs there. */
    public Builder state(Path directory) {
      state = new StateDirectory(directory);
      return this;
    }

    /** Takes the documented ports rather than free ones. */
    public Builder documentedPorts() {
      ports = port -> port;
      return this;
    }

    /** Takes that port for the gateway. */
    public Builder gatewayPort(int port) {
      gatewayPort = Optional.of(port);
      return this;
    }

    /** Leaves the gateway out. */
    public Builder withoutGateway() {
      gateway = false;
      return this;
    }

    /** Runs as many ledgers, at least one, on the one event store. */
    public Builder ledgers(int count) {
      ledgers = count;
      return this;
    }

    /** Runs as many projectors; none is possible. */
    public Builder projectors(int count) {
      projectors = count;
      return this;
    }

    /** Runs as many query services; none is possible. */
    public Builder queries(int count) {
      queries = count;
      return this;
    }

    /**
     * Gives the read model a PostgreSQL server of its own, for faults that must not touch the event
     * store.
     */
    public Builder ownReadModelServer() {
      ownReadModelServer = true;
      return this;
    }

    /** Keeps the log in an existing database of a PostgreSQL or CockroachDB server elsewhere. */
    public Builder eventStoreUrl(String jdbcUrl) {
      eventStoreUrl = Optional.of(jdbcUrl);
      return this;
    }

    /**
     * Keeps the log in a CockroachDB cluster of three nodes, from the {@code cockroach} binary on
     * PATH.
     */
    public Builder cockroach() {
      cockroach = true;
      return this;
    }

    /** The mesh, nothing of it running yet; throws if another has its state directory. */
    public Mesh build() {
      return new Mesh(this);
    }

    /** The mesh, serving. */
    public Mesh start() {
      var mesh = build();
      try {
        mesh.start();
        return mesh;
      } catch (MeshException e) {
        mesh.close();
        throw e;
      }
    }

    private List<JavaService> services(
        String name, String module, int port, int count, Map<String, String> settings) {
      return IntStream.range(0, count)
          .mapToObj(i ->
              new JavaService(
                  i == 0 ? name : name + "-" + (i + 1),
                  Workspace.find().jar(module),
                  ports.applyAsInt(port + i * SIBLING_OFFSET),
                  ports.applyAsInt(port + METRICS_OFFSET + i * SIBLING_OFFSET),
                  settings,
                  state))
          .toList();
    }
  }
}
