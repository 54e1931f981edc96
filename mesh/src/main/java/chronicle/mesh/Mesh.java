package chronicle.mesh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The whole of ChronicleLedger on this machine: PostgreSQL, NATS, the services and the gateway,
 * each a process of its own. Its data stays in the state directory when it stops.
 */
public final class Mesh implements AutoCloseable {
  private static final String EVENT_STORE = "event_store";
  private static final String READ_MODEL = "read_model";
  private static final String GATEWAY = "envoy";
  private static final int COCKROACH_NODES = 3;

  private final StateDirectory state;
  private final FileChannel lock;
  private final Wiring wiring;
  private final Map<String, FakeClock> clocks = new HashMap<>();
  private final Optional<SmallDisk> disk;
  private final EmbeddedPostgres postgres;
  private final EmbeddedPostgres readModelPostgres;
  private final List<CockroachNode> cockroach;
  private final List<NatsServer> nats;
  private final Optional<RedisServer> redis;
  private final List<JavaService> ledgers;
  private final List<JavaService> projectors;
  private final List<JavaService> queries;
  private final Optional<EnvoyGateway> gateway;
  private final Optional<String> eventStoreElsewhere;

  Mesh(MeshBuilder builder) {
    state = builder.state;
    var ports = builder.ports;
    lock = state.lock();
    eventStoreElsewhere = builder.eventStoreUrl;
    wiring = new Wiring(builder.links, _ -> Ports.free());
    disk =
        builder.eventStoreMegabytes > 0
            ? Optional.of(SmallDisk.mount(state.directory("postgres"), builder.eventStoreMegabytes))
            : Optional.empty();
    postgres =
        new EmbeddedPostgres(
            "postgres",
            state,
            ports.applyAsInt(15432),
            builder.bufferMegabytes,
            clock(builder, "postgres"));
    readModelPostgres =
        builder.ownReadModelServer
            ? new EmbeddedPostgres(
                "read-model-postgres",
                state,
                ports.applyAsInt(15433),
                builder.bufferMegabytes,
                Map.of())
            : postgres;
    cockroach =
        builder.cockroach ? CockroachNode.cluster(COCKROACH_NODES, state, ports) : List.of();
    nats =
        builder.natsServers == 1
            ? List.of(new NatsServer(state, ports.applyAsInt(4222)))
            : NatsServer.cluster(builder.natsServers, state, ports);
    redis =
        builder.redis
            ? Optional.of(new RedisServer(state, ports.applyAsInt(6379)))
            : Optional.empty();
    ledgers =
        builder.services(
            MeshBuilder.names("ledger", builder.ledgers),
            "ledger-grpc",
            9001,
            name -> ledgerSettings(builder, name));
    queries =
        builder.services(
            MeshBuilder.names("query", builder.queries),
            "query-grpc",
            9002,
            name -> querySettings(builder, name));
    projectors =
        builder.services(
            MeshBuilder.names("projector", builder.projectors),
            "projector",
            9003,
            name -> projectorSettings(builder, name));
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

  /** What events travel over, or the first server of its cluster. */
  public NatsServer nats() {
    return nats.getFirst();
  }

  /** All servers of the NATS cluster. */
  public List<NatsServer> natsServers() {
    return nats;
  }

  /** What query services keep answers in; throws if the mesh has none. */
  public RedisServer redis() {
    return redis.orElseThrow();
  }

  /** The NATS servers as clients outside of the mesh reach them: a comma list. */
  public String natsUrl() {
    return nats.stream().map(NatsServer::url).collect(Collectors.joining(","));
  }

  /** The link between two parts, by their names; throws where there is none. */
  public Link link(Part client, Part server) {
    return wiring.link(client.name(), server.name());
  }

  /** All links; none unless the mesh was built with them. */
  public List<Link> links() {
    return wiring.links();
  }

  /** The clock of a part; throws where it can't be set wrong. */
  public FakeClock clock(Part part) {
    return Optional.ofNullable(clocks.get(part.name())).orElseThrow();
  }

  /** The disk of the log; throws unless the mesh was built with a small one. */
  public SmallDisk disk() {
    return disk.orElseThrow();
  }

  /** Makes the databases that are missing, as after a wipe; their servers must run. */
  public void createDatabases() {
    readModelPostgres.createDatabase(READ_MODEL);
    if (cockroach.isEmpty()) {
      postgres.createDatabase(EVENT_STORE);
    } else {
      CockroachNode.initialize(cockroach, EVENT_STORE);
    }
  }

  /** The JDBC URL of the log, for a client outside of the mesh. */
  public String eventStoreUrl() {
    return eventStoreElsewhere.orElseGet(() ->
        cockroach.isEmpty()
            ? postgres.jdbcUrl(EVENT_STORE)
            : CockroachNode.jdbcUrl(cockroach, EVENT_STORE));
  }

  /** The ledgers; projectors and query services ask any. */
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

  /** Stops everything in reverse order; keeps the logs, and the data if it was said where. */
  @Override
  public void close() {
    stopAll();
    wiring.close();
    disk.ifPresent(SmallDisk::close);
    if (state.isScratch()) {
      state.drop();
    }
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
            nats.stream(),
            redis.stream())
        .<Part>flatMap(it -> it)
        .toList();
  }

  private Stream<JavaService> services() {
    return Stream.of(ledgers, queries, projectors).flatMap(List::stream);
  }

  private Map<String, String> ledgerSettings(MeshBuilder builder, String name) {
    var settings = new HashMap<>(builder.environment);
    settings.putAll(clock(builder, name));
    settings.put(
        "CHRONICLE_EVENT_STORE_URL", builder.eventStoreUrl.orElseGet(() -> eventStoreUrl(name)));
    settings.put("CHRONICLE_NATS_URL", natsUrl(name));
    settings.put("CHRONICLE_STREAM_REPLICAS", Integer.toString(nats.size()));
    return settings;
  }

  private Map<String, String> readerSettings(MeshBuilder builder, String name) {
    var settings = new HashMap<>(builder.environment);
    settings.put(
        "CHRONICLE_READ_MODEL_URL",
        EmbeddedPostgres.jdbcUrl(
            READ_MODEL, wiring.port(name, readModelPostgres.name(), readModelPostgres.port())));
    settings.put(
        "CHRONICLE_LEDGER_TARGET",
        ports(name, ledgers).stream().map(Ports::target).collect(Collectors.joining(",")));
    return settings;
  }

  private Map<String, String> querySettings(MeshBuilder builder, String name) {
    var settings = readerSettings(builder, name);
    redis.ifPresent(server ->
        settings.put(
            "CHRONICLE_REDIS_URL",
            RedisServer.url(wiring.port(name, server.name(), server.port()))));
    return settings;
  }

  private Map<String, String> projectorSettings(MeshBuilder builder, String name) {
    var settings = readerSettings(builder, name);
    settings.put("CHRONICLE_NATS_URL", natsUrl(name));
    return settings;
  }

  private Map<String, String> clock(MeshBuilder builder, String name) {
    if (!builder.clocks) {
      return Map.of();
    }
    var clock = new FakeClock(builder.state.directory("clocks").resolve(name));
    clocks.put(name, clock);
    return clock.environment();
  }

  private String eventStoreUrl(String client) {
    return cockroach.isEmpty()
        ? EmbeddedPostgres.jdbcUrl(
            EVENT_STORE, wiring.port(client, postgres.name(), postgres.port()))
        : CockroachNode.jdbcUrl(
            cockroach, EVENT_STORE, node -> wiring.port(client, node.name(), node.sqlPort()));
  }

  private String natsUrl(String client) {
    return nats.stream()
        .map(server -> NatsServer.url(wiring.port(client, server.name(), server.port())))
        .collect(Collectors.joining(","));
  }

  private List<Integer> ports(String client, List<JavaService> servers) {
    return servers.stream()
        .map(server -> wiring.port(client, server.name(), server.grpcPort()))
        .toList();
  }

  private EnvoyGateway gateway(MeshBuilder builder) {
    var upstreams =
        new EnvoyGateway.Upstreams(
            ports(GATEWAY, ledgers), ports(GATEWAY, queries), ports(GATEWAY, projectors));
    return new EnvoyGateway(
        builder.state,
        builder.gatewayPort.orElseGet(() -> builder.ports.applyAsInt(8080)),
        builder.ports.applyAsInt(9901),
        upstreams);
  }
}
