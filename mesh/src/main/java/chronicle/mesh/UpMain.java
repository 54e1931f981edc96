package chronicle.mesh;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./chronicle up}: the whole mesh on this machine, until Ctrl-C. */
@Command(
    name = "./chronicle up",
    mixinStandardHelpOptions = true,
    sortOptions = false,
    description =
        "Runs PostgreSQL, NATS, the services and the gateway on this machine, until Ctrl-C.")
final class UpMain implements Callable<Integer> {
  /** What {@code --event-store} can name. */
  enum EventStore {
    postgres,
    cockroach
  }

  @Option(names = "--fresh", description = "Drop all data of earlier runs first.")
  private boolean fresh;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "The gateway's port (default: ${DEFAULT-VALUE}).")
  private int port = 8080;

  @Option(
      names = "--free-ports",
      description = "Take any free port for everything but the gateway.")
  private boolean freePorts;

  @Option(
      names = "--event-store",
      paramLabel = "KIND",
      description =
          "postgres (default), or cockroach: a 3-node cluster from the binary on PATH (not tested yet).")
  private EventStore eventStore = EventStore.postgres;

  @Option(
      names = "--event-store-url",
      paramLabel = "JDBC-URL",
      description = "Keep the log in this database, which must exist.")
  private String eventStoreUrl = "";

  @Option(
      names = "--state",
      paramLabel = "DIR",
      description = "Keep data and logs there (default: .chronicle).")
  private Path state = Workspace.find().state();

  static void main(String[] arguments) {
    System.exit(
        new CommandLine(new UpMain())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setExecutionExceptionHandler((failure, _, _) -> report(failure))
            .execute(arguments));
  }

  @Override
  public Integer call() {
    try (var mesh = builder().build()) {
      new Up(mesh, StateDirectory.lasting(state)).run(fresh);
      return CommandLine.ExitCode.OK;
    }
  }

  private MeshBuilder builder() {
    var builder = Mesh.builder().state(state).largeBuffers();
    if (!freePorts) {
      builder.documentedPorts();
    }
    if (eventStore == EventStore.cockroach) {
      builder.cockroach();
    }
    if (!eventStoreUrl.isEmpty()) {
      builder.eventStoreUrl(eventStoreUrl);
    }
    return builder.gatewayPort(port);
  }

  private static int report(Exception failure) throws Exception {
    if (!(failure instanceof MeshException)) {
      throw failure;
    }
    System.err.println(failure.getMessage());
    return CommandLine.ExitCode.SOFTWARE;
  }
}
