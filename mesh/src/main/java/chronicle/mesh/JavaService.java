package chronicle.mesh;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A service of ours, started from its jar; ready when its gRPC health says SERVING. */
public final class JavaService implements Part {
  private static final Duration START_MAX = Duration.ofSeconds(60);

  private static final List<String> FLAGS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Xmx512m",
          // Else the first classes alone cause two full collections.
          "-XX:MetaspaceSize=128m",
          // Dead and restarted is better than alive and useless.
          "-XX:+ExitOnOutOfMemoryError");

  private final Path jar;
  private final List<String> flags;
  private final int grpcPort;
  private final int metricsPort;
  private final ServerProcess process;

  /** A service with that name, jar and settings; it does not run yet. */
  JavaService(
      String name,
      Path jar,
      List<String> flags,
      int grpcPort,
      int metricsPort,
      Map<String, String> settings,
      StateDirectory state) {
    this.jar = jar;
    this.flags = flags;
    this.grpcPort = grpcPort;
    this.metricsPort = metricsPort;
    var environment = new HashMap<>(settings);
    environment.put("CHRONICLE_GRPC_HOST", Ports.LOOPBACK);
    environment.put("CHRONICLE_GRPC_PORT", Integer.toString(grpcPort));
    environment.put("CHRONICLE_METRICS_PORT", Integer.toString(metricsPort));
    var program =
        new ServerProcess.Program(
            name, this::command, environment, state.log(name), "TERM", START_MAX);
    this.process = new ServerProcess(program, () -> Health.isServing(grpcPort));
  }

  @Override
  public ServerProcess process() {
    return process;
  }

  @Override
  public List<Integer> ports() {
    return List.of(grpcPort, metricsPort);
  }

  @Override
  public String where() {
    return "%s, %s".formatted(target(), metricsUrl());
  }

  @Override
  public List<String> missing() {
    return Files.exists(jar)
        ? List.of()
        : List.of(jar + " is not built: ./chronicle build makes it.");
  }

  /** What gRPC clients connect to, without TLS. */
  public String target() {
    return Ports.target(grpcPort);
  }

  /** Where Prometheus finds its metrics. */
  public String metricsUrl() {
    return "http://%s/metrics".formatted(Ports.target(metricsPort));
  }

  int grpcPort() {
    return grpcPort;
  }

  private List<String> command() {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin/java").toString());
    command.addAll(FLAGS);
    command.addAll(flags);
    command.addAll(List.of("-jar", jar.toString()));
    return command;
  }
}
