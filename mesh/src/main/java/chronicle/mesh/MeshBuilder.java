package chronicle.mesh;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.IntUnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** What a mesh is to be made of. */
public final class MeshBuilder {
  /**
   * The garbage collector of services that somebody waits for. The parallel one makes a tenth more
   * deposits, but stands still for half a second and more when what it kept for long is garbage:
   * account states, where accounts are many.
   */
  public static final List<String> COLLECTOR_FLAGS =
      List.of("-XX:+UseG1GC", "-XX:MaxGCPauseMillis=50");

  /**
   * That of the projector. With pauses so short it had no room for a batch, copied each one several
   * times, and a rebuild took it a third more of the processor.
   */
  private static final List<String> PROJECTOR_COLLECTOR_FLAGS = List.of("-XX:+UseG1GC");

  private static final int METRICS_OFFSET = 100;
  private static final int SIBLING_OFFSET = 10;
  private static final long MEGABYTE = 1024 * 1024;
  private static final long BUFFER_MEGABYTES_MAX = 8_192;

  /** More flags for every service's JVM, where starting soon counts for more than running fast. */
  private static final List<String> JVM_FLAGS =
      Stream.of(System.getProperty("mesh.jvm.flags", "").split(" "))
          .filter(flag -> !flag.isEmpty())
          .toList();

  final Map<String, String> environment = new HashMap<>();
  StateDirectory state = StateDirectory.scratch("mesh");
  IntUnaryOperator ports = _ -> Ports.free();
  Optional<Integer> gatewayPort = Optional.empty();
  Optional<String> eventStoreUrl = Optional.empty();
  boolean cockroach;
  boolean ownReadModelServer;
  boolean links;
  boolean clocks;
  boolean gateway = true;
  boolean redis;
  int bufferMegabytes = EmbeddedPostgres.BUFFER_MEGABYTES;
  int natsServers = 1;
  int eventStoreMegabytes;
  int ledgers = 1;
  int projectors = 1;
  int queries = 1;

  MeshBuilder() {}

  /** Keeps data and logs there. */
  public MeshBuilder state(Path directory) {
    state = StateDirectory.lasting(directory);
    return this;
  }

  /** Takes the documented ports rather than free ones. */
  public MeshBuilder documentedPorts() {
    ports = port -> port;
    return this;
  }

  /** Takes that port for the gateway. */
  public MeshBuilder gatewayPort(int port) {
    gatewayPort = Optional.of(port);
    return this;
  }

  /** Sets an environment variable of all services. */
  public MeshBuilder environment(String name, String value) {
    environment.put(name, value);
    return this;
  }

  /** Leaves the gateway out. */
  public MeshBuilder withoutGateway() {
    gateway = false;
    return this;
  }

  /** Runs as many ledgers, at least one, on the one event store. */
  public MeshBuilder ledgers(int count) {
    ledgers = count;
    return this;
  }

  /** Runs as many projectors; none is possible. */
  public MeshBuilder projectors(int count) {
    projectors = count;
    return this;
  }

  /** Runs as many query services; none is possible. */
  public MeshBuilder queries(int count) {
    queries = count;
    return this;
  }

  /**
   * Gives the read model a PostgreSQL server of its own, for faults that must not touch the event
   * store.
   */
  public MeshBuilder ownReadModelServer() {
    ownReadModelServer = true;
    return this;
  }

  /**
   * Gives PostgreSQL an eighth of the machine's memory for pages: of a million accounts, or of a
   * generation of the read model while it is made. Tests have less.
   */
  public MeshBuilder largeBuffers() {
    var machine = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    bufferMegabytes =
        Math.toIntExact(
            Math.clamp(
                machine.getTotalMemorySize() / MEGABYTE / 8,
                EmbeddedPostgres.BUFFER_MEGABYTES,
                BUFFER_MEGABYTES_MAX));
    return this;
  }

  /** Runs a cluster of so many NATS servers, each of which keeps every stream. */
  public MeshBuilder natsServers(int count) {
    natsServers = count;
    return this;
  }

  /** Lets every part reach every other over a {@link Link} of its own. */
  public MeshBuilder links() {
    links = true;
    return this;
  }

  /** Gives the ledgers and the PostgreSQL server of the log clocks that can be set wrong. */
  public MeshBuilder clocks() {
    clocks = true;
    return this;
  }

  /** Keeps the log on a disk of so many megabytes; needs the right to mount one. */
  public MeshBuilder smallDisk(int megabytes) {
    eventStoreMegabytes = megabytes;
    return this;
  }

  /** Gives the query services a Redis server for their cache. */
  public MeshBuilder redis() {
    redis = true;
    return this;
  }

  /** Keeps the log in an existing database of a PostgreSQL or CockroachDB server elsewhere. */
  public MeshBuilder eventStoreUrl(String jdbcUrl) {
    eventStoreUrl = Optional.of(jdbcUrl);
    return this;
  }

  /**
   * Keeps the log in a CockroachDB cluster of three nodes, from the {@code cockroach} binary on
   * PATH.
   */
  public MeshBuilder cockroach() {
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

  /** Names of as many parts of a kind: {@code ledger}, {@code ledger-2} and so on. */
  static List<String> names(String kind, int count) {
    return IntStream.rangeClosed(1, count).mapToObj(i -> i == 1 ? kind : kind + "-" + i).toList();
  }

  /** The services of those names, each with the settings that it needs. */
  List<JavaService> services(
      List<String> names, String module, int port, Function<String, Map<String, String>> settings) {
    return IntStream.range(0, names.size())
        .mapToObj(i -> {
          var name = names.get(i);
          return service(name, module, port + i * SIBLING_OFFSET, settings.apply(name));
        })
        .toList();
  }

  private JavaService service(String name, String module, int port, Map<String, String> settings) {
    return new JavaService(
        name,
        Workspace.find().jar(module),
        flags(name, module),
        ports.applyAsInt(port),
        ports.applyAsInt(port + METRICS_OFFSET),
        settings,
        state);
  }

  private List<String> flags(String name, String module) {
    var collector = module.equals("projector") ? PROJECTOR_COLLECTOR_FLAGS : COLLECTOR_FLAGS;
    return Stream.of(collector, archiveFlags(name), JVM_FLAGS).flatMap(List::stream).toList();
  }

  /**
   * Classes as the JVM keeps them, dumped when a service first stops and whenever its jars have
   * changed: the ledger's start then costs 1.2 s of processor time rather than 2.3 s, and that
   * first stop 1.1 s more. (An AOT cache: 1.1 s and 4.5 s.) Meshes whose state does not last share
   * them.
   */
  private List<String> archiveFlags(String name) {
    var directory =
        state.isScratch() ? Workspace.find().root().resolve("target/archives") : state.root();
    try {
      Files.createDirectories(directory);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return List.of(
        "-XX:+AutoCreateSharedArchive",
        "-XX:SharedArchiveFile=" + directory.resolve(name + ".jsa"),
        "-Xlog:cds*=off,aot*=off");
  }
}
