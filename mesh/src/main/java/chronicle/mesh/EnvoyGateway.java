package chronicle.mesh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Envoy with the configuration of gateway-envoy/: gRPC, gRPC-Web and REST on one port of the
 * loopback interface.
 */
public final class EnvoyGateway implements Part {
  private static final Duration START_MAX = Duration.ofSeconds(30);
  private static final Pattern PLACEHOLDER = Pattern.compile("\\$\\{(\\w+)}");

  /** The ports of the servers behind the gateway, any number of each. */
  record Upstreams(List<Integer> ledgers, List<Integer> queries, List<Integer> projectors) {}

  private final int port;
  private final int adminPort;
  private final Path configuration;
  private final Map<String, String> values;
  private final ServerProcess process;

  /** A gateway with those ports; it does not run yet. */
  EnvoyGateway(StateDirectory state, int port, int adminPort, Upstreams upstreams) {
    var workspace = Workspace.find();
    this.port = port;
    this.adminPort = adminPort;
    this.configuration = state.directory("envoy").resolve("envoy.yaml");
    this.values =
        Map.of(
            "listen_address", Ports.LOOPBACK,
            "listen_port", Integer.toString(port),
            "admin_port", Integer.toString(adminPort),
            "descriptor", workspace.descriptorSet().toString(),
            "page", workspace.gateway().resolve("index.html").toString(),
            "access_log", state.log("access").toString(),
            "ledger_endpoints", endpoints(upstreams.ledgers()),
            "query_endpoints", endpoints(upstreams.queries()),
            "projector_endpoints", endpoints(upstreams.projectors()));
    this.process =
        new ServerProcess(
            new ServerProcess.Program(
                "envoy", this::command, Map.of(), state.log("envoy"), "TERM", START_MAX),
            this::isReady);
  }

  @Override
  public void launch() {
    render();
    process.launch();
  }

  @Override
  public ServerProcess process() {
    return process;
  }

  @Override
  public List<Integer> ports() {
    return List.of(port, adminPort);
  }

  @Override
  public String where() {
    return url() + ", admin " + adminUrl();
  }

  @Override
  public List<String> missing() {
    var missing = new ArrayList<>(PythonTools.find().missing());
    if (!Files.exists(Workspace.find().descriptorSet())) {
      missing.add(Workspace.find().descriptorSet() + " is not built: ./chronicle build makes it.");
    }
    return missing;
  }

  /** What gRPC clients connect to, without TLS. */
  public String target() {
    return Ports.target(port);
  }

  /** What browsers and REST clients connect to; no slash at the end. */
  public String url() {
    return "http://" + target();
  }

  /** Envoy's own interface. */
  public String adminUrl() {
    return "http://" + Ports.target(adminPort);
  }

  /** Throws with Envoy's words if it would not start with the configuration. */
  void validate() {
    render();
    Shell.run(
        PythonTools.find().envoy().toString(),
        "--mode",
        "validate",
        "--config-path",
        configuration.toString());
  }

  private List<String> command() {
    return List.of(
        PythonTools.find().envoy().toString(),
        "--config-path",
        configuration.toString(),
        "--log-level",
        "warning",
        // Two workers are enough for one machine; by default there is one for each of its cores.
        "--concurrency",
        "2",
        // Several meshes may run on one machine.
        "--disable-hot-restart");
  }

  private void render() {
    var template = Workspace.find().gateway().resolve("envoy.yaml");
    try {
      var rendered =
          PLACEHOLDER
              .matcher(Files.readString(template))
              .replaceAll(match -> value(match.group(1)));
      Files.createDirectories(configuration.getParent());
      Files.writeString(configuration, rendered);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String value(String name) {
    var value = values.get(name);
    if (value == null) {
      throw new IllegalStateException("envoy.yaml asks for " + name + ", which nobody fills in");
    }
    return value;
  }

  private static String endpoints(List<Integer> ports) {
    return ports.stream()
        .map(port ->
            "{endpoint: {address: {socket_address: {address: %s, port_value: %d}}}}"
                .formatted(Ports.LOOPBACK, port))
        .collect(Collectors.joining(", ", "[", "]"));
  }

  /** Envoy serves once it has asked every upstream for its health, whatever they answered. */
  private boolean isReady() {
    try {
      var connection =
          (HttpURLConnection) URI.create(adminUrl() + "/ready").toURL().openConnection();
      return connection.getResponseCode() == HttpURLConnection.HTTP_OK;
    } catch (IOException e) {
      return false;
    }
  }
}
