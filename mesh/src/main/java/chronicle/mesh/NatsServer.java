package chronicle.mesh;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A NATS server with JetStream on the loopback interface; its streams outlive stops, kills and this
 * JVM.
 */
public final class NatsServer implements Part {
  private static final Duration START_MAX = Duration.ofSeconds(30);
  private static final int PROBE_MILLIS = 500;

  private final Path directory;
  private final int port;
  private final List<String> membership;
  private final ServerProcess process;

  /** A server by itself, with that port; it does not run yet. */
  NatsServer(StateDirectory state, int port) {
    this("nats", state, port, List.of());
  }

  private NatsServer(String name, StateDirectory state, int port, List<String> membership) {
    this.directory = state.directory("nats").resolve(name.equals("nats") ? "" : name);
    this.port = port;
    this.membership = membership;
    this.process =
        new ServerProcess(
            new ServerProcess.Program(
                name, this::command, Map.of(), state.log(name), "TERM", START_MAX),
            this::greets);
  }

  /** The servers of a cluster, which keep streams together; none runs yet. */
  static List<NatsServer> cluster(int size, StateDirectory state, IntUnaryOperator ports) {
    var routePorts = IntStream.range(0, size).map(i -> ports.applyAsInt(6222 + i)).boxed().toList();
    var routes = routePorts.stream().map(NatsServer::url).collect(Collectors.joining(","));
    return IntStream.range(0, size)
        .mapToObj(i -> {
          var name = "nats-" + (i + 1);
          var membership = membership(name, routePorts.get(i), routes);
          return new NatsServer(name, state, ports.applyAsInt(4222 + i), membership);
        })
        .toList();
  }

  private static List<String> membership(String name, int routePort, String routes) {
    return List.of(
        "--server_name=" + name,
        "--cluster_name=mesh",
        "--cluster=" + url(routePort),
        "--routes=" + routes,
        // Clients keep to the addresses they were given, which may be links.
        "--no_advertise");
  }

  /** A server for tests, with a free port and streams of its own; it does not run yet. */
  public static NatsServer scratch() {
    return new NatsServer(StateDirectory.scratch("nats"), Ports.free());
  }

  @Override
  public ServerProcess process() {
    return process;
  }

  @Override
  public List<Integer> ports() {
    return List.of(port);
  }

  @Override
  public String where() {
    return url();
  }

  @Override
  public List<String> missing() {
    return PythonTools.find().missing();
  }

  /** What clients connect to. */
  public String url() {
    return url(port);
  }

  /** Copies its streams, as they are on disk, out of the running server's reach. */
  public Path backUp() {
    stop();
    var copy = directory.resolveSibling(directory.getFileName() + ".backup");
    Trees.delete(copy);
    Trees.copy(directory, copy);
    start();
    return copy;
  }

  /** Starts the server again with the streams of a backup; what came later is lost. */
  public void restore(Path backup) {
    stop();
    Trees.delete(directory);
    Trees.copy(backup, directory);
    start();
  }

  /** Starts the server again with all streams lost. */
  public void wipe() {
    stop();
    Trees.delete(directory);
    start();
  }

  int port() {
    return port;
  }

  /** What clients connect to that find a server at that port. */
  static String url(int port) {
    return "nats://%s:%d".formatted(Ports.LOOPBACK, port);
  }

  private List<String> command() {
    var command = new ArrayList<String>();
    command.addAll(
        List.of(
            PythonTools.find().natsServer().toString(),
            "--addr=" + Ports.LOOPBACK,
            "--port=" + port,
            "--jetstream",
            "--store_dir=" + directory));
    command.addAll(membership);
    return command;
  }

  /** The server greets with INFO once JetStream has recovered its streams. */
  private boolean greets() {
    try (var socket = new Socket()) {
      socket.connect(Ports.address(port), PROBE_MILLIS);
      socket.setSoTimeout(PROBE_MILLIS);
      return new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII)
          .equals("INFO ");
    } catch (IOException e) {
      return false;
    }
  }
}
