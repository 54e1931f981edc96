package chronicle.projector;

import chronicle.runtime.Database;
import chronicle.runtime.DatabaseSettings;
import chronicle.runtime.GrpcServer;
import chronicle.runtime.GrpcSettings;
import chronicle.runtime.Launcher;
import chronicle.runtime.NatsLink;
import chronicle.runtime.Program;
import chronicle.runtime.ReadChannel;
import chronicle.runtime.Shutdown;
import chronicle.runtime.Telemetry;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The projector's process. */
@Command(
    name = "projector",
    description = "Keeps the read model equal to the fold of the log.",
    showDefaultValues = true)
public final class ProjectorMain implements Program {
  static final String MIGRATIONS = "classpath:db/readmodel";

  private static final int CONNECTIONS_MAX = 10;
  private static final Duration STATEMENT_MAX = Duration.ofSeconds(30);
  private static final Duration HEALTH_INTERVAL = Duration.ofMillis(250);

  @Option(names = "--grpc-host", description = "The address to serve gRPC and metrics at.")
  private String grpcHost = "127.0.0.1";

  @Option(names = "--grpc-port", description = "The port to serve gRPC at.")
  private int grpcPort = 9003;

  @Option(names = "--metrics-port", description = "The port to serve metrics at.")
  private int metricsPort = 9103;

  @Option(
      names = "--read-model-url",
      required = true,
      description = "The read model: a JDBC URL of PostgreSQL.")
  private String readModelUrl = "";

  @Option(names = "--nats-url", description = "The NATS server that relays the log.")
  private String natsUrl = "nats://127.0.0.1:4222";

  @Option(
      names = "--ledger-target",
      description = "The ledger service: a gRPC target, or ledgers as host:port,host:port.")
  private String ledgerTarget = "127.0.0.1:9001";

  @Option(
      names = "--lag-max",
      description =
          "How far a projection may be behind, as PT30S; not healthy if it stands still as well.")
  private Duration lagMax = Projector.Patience.DEFAULT.lagMax();

  @Option(
      names = "--standstill-max",
      description = "How long a projection that is too far behind may stand still, as PT30S.")
  private Duration standstillMax = Projector.Patience.DEFAULT.standstillMax();

  static void main(String... arguments) {
    Launcher.launch(new ProjectorMain(), arguments);
  }

  @Override
  public void run(Shutdown shutdown) throws Exception {
    try (var telemetry = Telemetry.start("projector", grpcHost, metricsPort);
        var database = Database.open(settings(), telemetry);
        var nats = NatsLink.open(natsUrl, "projector");
        var ledger = new Ledger(ReadChannel.to(ledgerTarget))) {
      var sources =
          new Follower.Sources(
              database::connection, nats, new LogReader(ledger.channel), Fold.VERSION);
      serve(
          shutdown,
          telemetry,
          database,
          new Projector(
              sources, new Meters(telemetry), new Projector.Patience(lagMax, standstillMax)));
    }
  }

  private void serve(Shutdown shutdown, Telemetry telemetry, Database database, Projector projector)
      throws InterruptedException {
    var settings = GrpcSettings.of(grpcHost, grpcPort, GrpcSettings.Threading.EVENT_LOOP);
    try (projector;
        var server =
            GrpcServer.start(settings, telemetry, List.of(new ProjectionService(projector)))) {
      database.migrate(MIGRATIONS);
      projector.start();
      var health = Thread.ofVirtual().name("health").start(() -> watch(projector, server));
      shutdown.await();
      health.interrupt();
    }
  }

  private static void watch(Projector projector, GrpcServer server) {
    try {
      while (true) {
        server.serving(projector.healthy());
        Thread.sleep(HEALTH_INTERVAL);
      }
    } catch (InterruptedException e) {
      // The process stops.
    }
  }

  private DatabaseSettings settings() {
    return DatabaseSettings.of("read-model", readModelUrl, CONNECTIONS_MAX)
        .withStatementTimeout(STATEMENT_MAX)
        .withAutoCommit(false);
  }

  private record Ledger(ManagedChannel channel) implements AutoCloseable {
    @Override
    public void close() {
      channel.shutdownNow();
    }
  }
}
