package chronicle.mesh;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A Redis server on the loopback interface, for a cache: it keeps nothing on disk. It is the {@code
 * redis-server} on PATH, or else the one in the Maven artifact.
 */
public final class RedisServer implements Part {
  private static final Duration START_MAX = Duration.ofSeconds(30);
  private static final int PROBE_MILLIS = 1_000;
  private static final String BINARY = "redis-server";
  private static final String CACHED = "redis-6.2";

  private final int port;
  private final ServerProcess process;

  /** A server with that port; it does not run yet. */
  RedisServer(StateDirectory state, int port) {
    this.port = port;
    this.process =
        new ServerProcess(
            new ServerProcess.Program(
                "redis", this::command, Map.of(), state.log("redis"), "TERM", START_MAX),
            () -> answer("PING").equals("+PONG"));
  }

  /** A server for tests, with a free port; it does not run yet. */
  public static RedisServer scratch() {
    return new RedisServer(StateDirectory.scratch("redis"), Ports.free());
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
    return Shell.find(BINARY).isPresent() || resource().isPresent()
        ? List.of()
        : List.of("redis-server is not on PATH, and there is no embedded one for this machine.");
  }

  /** What clients connect to. */
  public String url() {
    return url(port);
  }

  static String url(int port) {
    return "redis://" + Ports.target(port);
  }

  int port() {
    return port;
  }

  /** Loses all keys; connections stay open. */
  public void wipe() {
    var answer = answer("FLUSHALL");
    if (!answer.equals("+OK")) {
      throw new MeshException("Redis was not wiped: " + answer);
    }
  }

  private List<String> command() {
    return List.of(
        binary().toString(),
        "--bind",
        Ports.LOOPBACK,
        "--port",
        Integer.toString(port),
        "--save",
        "",
        "--appendonly",
        "no",
        "--maxmemory",
        "64mb",
        "--maxmemory-policy",
        "allkeys-lru");
  }

  private static Path binary() {
    return Shell.find(BINARY)
        .orElseGet(() ->
            new Cache(Workspace.find().cache())
                .directory(CACHED, RedisServer::unpack)
                .resolve(BINARY));
  }

  private static void unpack(Path directory) throws IOException {
    var name = resource().orElseThrow(() -> new MeshException("There is no embedded Redis."));
    try (var content = RedisServer.class.getResourceAsStream(name)) {
      if (content == null) {
        throw new MeshException("There is no " + name);
      }
      var file = directory.resolve(BINARY);
      Files.copy(content, file);
      Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
  }

  /** The artifact's server for this machine. */
  private static Optional<String> resource() {
    var system =
        System.getProperty("os.name").toLowerCase(Locale.ROOT).replace("mac os x", "darwin");
    return switch (system + " " + System.getProperty("os.arch")) {
      case "linux amd64" -> Optional.of("/redis-server-6.2.6-v5-linux-amd64");
      case "linux aarch64" -> Optional.of("/redis-server-6.2.7-linux-arm64");
      case "darwin x86_64" -> Optional.of("/redis-server-6.2.6-v5-darwin-amd64");
      case "darwin aarch64" -> Optional.of("/redis-server-6.2.6-v5-darwin-arm64");
      default -> Optional.empty();
    };
  }

  /** The first line of what the server answers; empty where it does not. */
  private String answer(String command) {
    try (var socket = new Socket()) {
      socket.connect(Ports.address(port), PROBE_MILLIS);
      socket.setSoTimeout(PROBE_MILLIS);
      socket.getOutputStream().write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
      var answer = new StringBuilder();
      for (var next = socket.getInputStream().read();
          next >= 0 && next != '\r';
          next = socket.getInputStream().read()) {
        answer.append((char) next);
      }
      return answer.toString();
    } catch (IOException e) {
      return "";
    }
  }
}
