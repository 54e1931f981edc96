package chronicle.query;

import chronicle.runtime.DatabaseSettings;
import chronicle.runtime.GrpcSettings;
import chronicle.runtime.GrpcSettings.Threading;
import chronicle.runtime.Launcher;
import chronicle.runtime.Program;
import chronicle.runtime.Shutdown;
import chronicle.runtime.Telemetry;
import java.time.Duration;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/**
 * The query service: answers from the read model, and asks the ledger what only the log can tell.
 */
@Command(name = "query-grpc", description = "Answers questions about accounts and their past.")
final class QueryMain implements Program {
  @Option(
      names = "--grpc-host",
      defaultValue = "127.0.0.1",
      description = "Address to serve gRPC at")
  private String grpcHost = "";

  @Option(names = "--grpc-port", defaultValue = "9002", description = "Port to serve gRPC at")
  private int grpcPort;

  @Option(
      names = "--metrics-host",
      defaultValue = "127.0.0.1",
      description = "Address to serve metrics at")
  private String metricsHost = "";

  @Option(names = "--metrics-port", defaultValue = "9102", description = "Port to serve metrics at")
  private int metricsPort;

  @Option(names = "--read-model-url", required = true, description = "JDBC URL of the read model")
  private String readModelUrl = "";

  @Option(
      names = "--read-model-connections-max",
      defaultValue = "8",
      description = "Size of the pool of connections")
  private int readModelConnectionsMax;

  @Option(
      names = "--ledger-target",
      defaultValue = "127.0.0.1:9001",
      description = "gRPC target of the ledger, or ledgers as host:port,host:port")
  private String ledgerTarget = "";

  @Option(
      names = "--page-token-key",
      defaultValue = "chronicle",
      description =
          "Key of page tokens and of cached answers, the same in all query services; secret where strangers can write to Redis")
  private String pageTokenKey = "";

  @Option(
      names = "--redis-url",
      defaultValue = "",
      description = "URL of a Redis to keep answers in that never change; empty for none")
  private String redisUrl = "";

  public static void main(String... arguments) {
    Launcher.launch(new QueryMain(), arguments);
  }

  @Override
  public void run(Shutdown shutdown) {
    var settings =
        new QuerySettings(
            GrpcSettings.of(grpcHost, grpcPort, Threading.VIRTUAL_THREADS),
            readModel(),
            ledgerTarget,
            pageTokenKey,
            Optional.of(redisUrl).filter(url -> !url.isEmpty()));
    try (var telemetry = Telemetry.start("query-grpc", metricsHost, metricsPort);
        var _ = QueryServer.start(settings, telemetry)) {
      shutdown.await();
    }
  }

  /** A caller is told early that the read model is down, rather than kept waiting. */
  private DatabaseSettings readModel() {
    return new DatabaseSettings(
        "query",
        readModelUrl,
        readModelConnectionsMax,
        Duration.ofSeconds(1),
        Duration.ofSeconds(2),
        Duration.ofSeconds(8),
        Duration.ofSeconds(5),
        Duration.ofSeconds(1),
        true);
  }
}
