package chronicle.ledger;

import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.feed.FeedSettings;
import chronicle.ledger.feed.Feeds;
import chronicle.ledger.log.EncodedEvent;
import chronicle.ledger.log.EventStore;
import chronicle.ledger.log.History;
import chronicle.ledger.log.Ledgers;
import chronicle.ledger.log.Sequencer;
import chronicle.ledger.log.SequencerMetrics;
import chronicle.ledger.log.SequencerSettings;
import chronicle.ledger.log.SqlEventStore;
import chronicle.ledger.relay.Relays;
import chronicle.ledger.service.EventLogGrpc;
import chronicle.ledger.service.IntegrityGrpc;
import chronicle.ledger.service.LedgerGrpc;
import chronicle.projection.v1.ProjectionServiceGrpc;
import chronicle.query.v1.QueryServiceGrpc;
import chronicle.runtime.Database;
import chronicle.runtime.DatabaseSettings;
import chronicle.runtime.GrpcServer;
import chronicle.runtime.GrpcSettings;
import chronicle.runtime.Launcher;
import chronicle.runtime.NatsLink;
import chronicle.runtime.Program;
import chronicle.runtime.Shutdown;
import chronicle.runtime.Telemetry;
import io.grpc.BindableService;
import java.util.List;
import java.util.function.Consumer;
import picocli.CommandLine;
import picocli.CommandLine.Option;

/** The ledger process: takes commands, keeps the log, relays it. */
@CommandLine.Command(
    name = "ledger-grpc",
    description = "Takes commands, keeps the log, relays it.")
public final class LedgerMain implements Program {
  private static final int CONNECTIONS_MAX = 10;

  /** The gateway sends reflection here, and serves these too. */
  private static final List<BindableService> REFLECTED_FOR_THE_GATEWAY =
      List.of(
          new QueryServiceGrpc.QueryServiceImplBase() {},
          new ProjectionServiceGrpc.ProjectionServiceImplBase() {});

  @Option(names = "--grpc-host", defaultValue = "127.0.0.1", description = "Address to serve on.")
  private String grpcHost = "";

  @Option(names = "--grpc-port", defaultValue = "9001", description = "Port of gRPC; 0: any.")
  private int grpcPort;

  @Option(names = "--metrics-port", defaultValue = "9101", description = "Port of /metrics.")
  private int metricsPort;

  @Option(
      names = "--event-store-url",
      required = true,
      description = "JDBC URL of the event store: PostgreSQL or CockroachDB.")
  private String eventStoreUrl = "";

  @Option(
      names = "--nats-url",
      defaultValue = "nats://127.0.0.1:4222",
      description = "NATS with JetStream; may be down.")
  private String natsUrl = "";

  @Option(
      names = "--stream-replicas",
      defaultValue = "1",
      description = "On how many NATS servers a stream is kept.")
  private int streamReplicas;

  /** Runs the process. */
  public static void main(String[] arguments) {
    Launcher.launch(new LedgerMain(), arguments);
  }

  @Override
  public void run(Shutdown shutdown) throws Exception {
    try (var telemetry = Telemetry.start("ledger-grpc", grpcHost, metricsPort);
        var database =
            Database.open(
                DatabaseSettings.of("event-store", eventStoreUrl, CONNECTIONS_MAX), telemetry);
        var nats = NatsLink.open(natsUrl, "ledger-grpc")) {
      serve(shutdown, telemetry, database, new Relays(nats, streamReplicas, telemetry.meter()));
    }
  }

  private void serve(Shutdown shutdown, Telemetry telemetry, Database database, Relays relays)
      throws InterruptedException {
    EventStore store = new SqlEventStore(database);
    var metrics = new SequencerMetrics(telemetry.meter());
    var feeds = new Feeds(store, FeedSettings.DEFAULT, telemetry.meter());
    try (relays;
        var ledgers =
            new Ledgers(
                store,
                ledger ->
                    new Sequencer(
                        ledger,
                        store,
                        SequencerSettings.DEFAULT,
                        metrics,
                        committed(relays.start(ledger, store)::offer, ledger, feeds)));
        var server = server(telemetry, ledgers, store, feeds);
        // Closed first: subscriptions end by themselves, and keep no server from draining.
        feeds) {
      database.migrate("classpath:db/eventstore");
      ledgers.open();
      server.serving(true);
      shutdown.await();
    }
  }

  private static Consumer<List<EncodedEvent>> committed(
      Consumer<List<EncodedEvent>> relay, LedgerId ledger, Feeds feeds) {
    return relay.andThen(events -> feeds.offer(ledger, events));
  }

  private GrpcServer server(Telemetry telemetry, Ledgers ledgers, EventStore store, Feeds feeds) {
    var history = new History(store, ledgers);
    var settings =
        GrpcSettings.of(grpcHost, grpcPort, GrpcSettings.Threading.EVENT_LOOP)
            .validatedByHandlers(LedgerGrpc.commands());
    return GrpcServer.start(
        settings,
        telemetry,
        List.of(
            LedgerGrpc.over(ledgers, history),
            new EventLogGrpc(history, feeds),
            new IntegrityGrpc(store, history)),
        REFLECTED_FOR_THE_GATEWAY);
  }
}
