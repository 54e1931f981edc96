package chronicle.ledger.feed;

import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.log.EncodedEvent;
import chronicle.ledger.log.EventStore;
import chronicle.ledger.log.History;
import chronicle.ledger.log.Ledgers;
import chronicle.ledger.log.LogFixture;
import chronicle.ledger.log.Outcome;
import chronicle.ledger.log.Sequencer;
import chronicle.ledger.log.SequencerMetrics;
import chronicle.ledger.log.SequencerSettings;
import chronicle.ledger.service.EventLogGrpc;
import chronicle.ledger.v1.SubscribeEventsRequest;
import chronicle.runtime.GrpcServer;
import chronicle.runtime.GrpcSettings;
import chronicle.runtime.GrpcSettings.Threading;
import chronicle.runtime.Telemetry;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.opentelemetry.api.metrics.MeterProvider;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** A log, ledger processes that serve it by gRPC, and clients that follow them. */
final class FeedFixture implements AutoCloseable {
  /** Small pages and few of them, so that their edges are met; checkpoints come often. */
  static final FeedSettings SMALL =
      new FeedSettings(
          7, 4_096, 16_384, Duration.ofMillis(20), Duration.ofMillis(50), Duration.ofMinutes(1));

  /** The head once the ledger and its accounts are there. */
  static final long START = 4;

  private static final int WINDOW_BYTES = 64 * 1024;

  private final List<LedgerProcess> processes = new ArrayList<>();
  private final LogFixture log = new LogFixture();

  FeedFixture() throws InterruptedException {}

  EventStore store() {
    return log.store();
  }

  long head() {
    return store().head(LedgerId.MAIN).orElseThrow().position();
  }

  /** The whole log. */
  List<EncodedEvent> events() {
    return store().read(LedgerId.MAIN, 1, Long.MAX_VALUE, Integer.MAX_VALUE);
  }

  /** Makes the event at a position one that nobody can read. */
  void damage(long position) throws SQLException {
    try (var connection = DriverManager.getConnection(log.jdbcUrl());
        var update =
            connection.prepareStatement("UPDATE events SET event = ? WHERE position = ?")) {
      update.setBytes(1, new byte[] {-1, 1});
      update.setLong(2, position);
      update.executeUpdate();
    }
  }

  WatchedEventStore watchedStore() {
    return new WatchedEventStore(store());
  }

  LedgerProcess process(FeedSettings settings) {
    return process(store(), settings);
  }

  /** A process whose feeds read this store; its commands go to the real one. */
  LedgerProcess process(EventStore feedStore, FeedSettings settings) {
    var process = new LedgerProcess(feedStore, settings);
    processes.add(process);
    return process;
  }

  @Override
  public void close() {
    processes.forEach(LedgerProcess::close);
    log.close();
  }

  /** What a ledger process has, without the relay. */
  final class LedgerProcess implements AutoCloseable {
    private final List<ManagedChannel> channels = new ArrayList<>();
    private final Telemetry telemetry = Telemetry.start("test", "127.0.0.1", 0);
    private final Feeds feeds;
    private final Ledgers ledgers;
    private final GrpcServer server;

    LedgerProcess(EventStore feedStore, FeedSettings settings) {
      feeds = new Feeds(feedStore, settings, telemetry.meter());
      var metrics = new SequencerMetrics(MeterProvider.noop().get("test"));
      ledgers =
          new Ledgers(
              store(),
              ledger ->
                  new Sequencer(
                      ledger,
                      store(),
                      SequencerSettings.DEFAULT,
                      metrics,
                      events -> feeds.offer(ledger, events)));
      serve(ledgers);
      server =
          GrpcServer.start(
              GrpcSettings.of("127.0.0.1", 0, Threading.EVENT_LOOP),
              telemetry,
              List.of(new EventLogGrpc(new History(store(), ledgers), feeds)));
    }

    /** Opens the accounts a and b, and puts money into a. */
    void openAccounts() {
      LogFixture.given(ledgers, LogFixture.open("a"));
      LogFixture.given(ledgers, LogFixture.open("b"));
      LogFixture.given(ledgers, LogFixture.deposit("a", 1_000_000));
    }

    Feeds feeds() {
      return feeds;
    }

    GrpcServer server() {
      return server;
    }

    /** A connection of its own: one that is full holds up nobody else's. */
    ManagedChannel channel() {
      var channel =
          NettyChannelBuilder.forAddress("127.0.0.1", server.port())
              .usePlaintext()
              .flowControlWindow(WINDOW_BYTES)
              .build();
      synchronized (channels) {
        channels.add(channel);
      }
      return channel;
    }

    /** A subscriber that takes all that comes. */
    Subscriber follow(SubscribeEventsRequest request) {
      Subscriber subscriber = Subscriber.start(channel(), request);
      subscriber.take(Integer.MAX_VALUE);
      return subscriber;
    }

    void deposit(int times) {
      IntStream.range(0, times)
          .mapToObj(_ -> LogFixture.submit(ledgers, LogFixture.request(LogFixture.deposit("a", 2))))
          .toList()
          .forEach(outcome -> requireExecuted(outcome.join()));
    }

    void transfer(int times) {
      IntStream.range(0, times)
          .mapToObj(
              _ -> LogFixture.submit(ledgers, LogFixture.request(LogFixture.transfer("a", "b", 1))))
          .toList()
          .forEach(outcome -> requireExecuted(outcome.join()));
    }

    /** The sum of a metric's values, by its name in Prometheus. */
    long metric(String name) throws IOException, InterruptedException {
      try (var client = HttpClient.newHttpClient()) {
        var uri = URI.create("http://127.0.0.1:" + telemetry.metricsPort() + "/metrics");
        var body =
            client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
        return (long)
            body.body()
                .lines()
                .filter(line -> line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
      }
    }

    @Override
    public void close() {
      channels.forEach(ManagedChannel::shutdownNow);
      feeds.close();
      server.close();
      ledgers.close();
      telemetry.close();
    }

    private static void serve(Ledgers ledgers) {
      try {
        ledgers.open();
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    private static void requireExecuted(Outcome outcome) {
      if (!(outcome instanceof Outcome.Executed)) {
        throw new AssertionError(outcome);
      }
    }
  }
}
