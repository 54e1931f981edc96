package chronicle.ledger.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chronicle.event.v1.Event;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.log.EncodedEvent;
import chronicle.ledger.log.EventStore;
import chronicle.ledger.log.Head;
import chronicle.ledger.log.Ledgers;
import chronicle.ledger.log.LogFixture;
import chronicle.ledger.log.Sequencer;
import chronicle.ledger.log.SequencerMetrics;
import chronicle.ledger.log.SequencerSettings;
import chronicle.mesh.NatsServer;
import chronicle.runtime.NatsLink;
import io.nats.client.JetStreamManagement;
import io.nats.client.api.StreamConfiguration;
import io.nats.client.api.StreamInfo;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.MeterProvider;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The relay keeps JetStream's sequence equal to the log's position")
final class RelayIT {
  private static final Meter METER = MeterProvider.noop().get("test");
  private static final String STREAM = "CHRONICLE_main";
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final List<LedgerProcess> processes = new ArrayList<>();
  private LogFixture log;
  private NatsServer nats;
  private NatsLink observer;

  @BeforeEach
  void start() throws InterruptedException {
    log = new LogFixture();
    nats = NatsServer.scratch();
    observer = NatsLink.open(nats.url(), "observer");
  }

  @AfterEach
  void stop() {
    processes.forEach(LedgerProcess::close);
    observer.close();
    nats.close();
    log.close();
  }

  @Test
  @DisplayName("G2 G7: every event is in the stream at its position")
  void everyEventIsPublished() throws Exception {
    nats.start();
    var process = process();
    process.deposit(300);

    awaitRelayed();
    requireSequenceEqualsPosition();
  }

  @Test
  @DisplayName("G12: NATS that comes late, is killed or stopped delays the stream and no command")
  void natsComesAndGoes() throws Exception {
    var process = process();
    process.deposit(50);
    nats.start();
    awaitRelayed();

    process.deposit(20);
    nats.kill();
    process.deposit(50);
    nats.start();
    awaitRelayed();

    nats.stop();
    process.deposit(50);
    nats.start();
    awaitRelayed();
    requireSequenceEqualsPosition();
  }

  @Test
  @DisplayName("G7: a stream that was wiped begins again after the head, positions kept")
  void aWipedStreamBeginsAgain() throws Exception {
    nats.start();
    var process = process();
    process.deposit(50);
    awaitRelayed();
    long before = head();

    nats.wipe();
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .until(() -> stream().getStreamState().getFirstSequence() == before + 1);
    process.deposit(50);

    awaitRelayed();
    requireSequenceEqualsPosition();
  }

  @Test
  @DisplayName("G2 G7: two processes that relay one ledger leave no gap, no double and no disorder")
  void twoProcessesRelayOneLedger() throws Exception {
    nats.start();
    var one = process();
    var other = process();
    for (int i = 0; i < 10; i++) {
      one.deposit(20);
      other.deposit(20);
    }
    one.close();
    other.deposit(5);

    awaitRelayed();
    requireSequenceEqualsPosition();
  }

  @Test
  @DisplayName("G7: a stream of another log is left alone")
  void aForeignStreamIsLeftAlone() throws Exception {
    nats.start();
    addForeignStream();
    var process = process();
    process.deposit(10);

    await().atMost(PATIENCE).until(() -> process.relays.stopped() == 1);
    assertThat(stream().getStreamState().getMsgCount()).isZero();
  }

  @Test
  @DisplayName("G7: nothing is published before the stream is known to be this log's")
  void nothingIsPublishedToAStreamUnseen() throws Exception {
    nats.start();
    addForeignStream();
    log.store().prepare(LedgerId.MAIN);
    try (var relay = new Relay(LedgerId.MAIN, log.store(), observer, 1, METER)) {
      relay.offer(List.of(new EncodedEvent(1, "MoneyDeposited", new byte[0])));

      await()
          .during(Duration.ofSeconds(1))
          .atMost(PATIENCE)
          .until(() -> stream().getStreamState().getMsgCount() == 0);
    }
  }

  @Test
  @DisplayName(
      "G2 G7: of events published together none is taken after one that was not, and none twice")
  void eventsTogetherAreTakenInOrder() throws Exception {
    nats.start();
    LogFixture.execute(log.ledgers(log.store()), LogFixture.request(LogFixture.open("a")));
    Head head = log.store().head(LedgerId.MAIN).orElseThrow();
    List<EncodedEvent> events = log.store().read(LedgerId.MAIN, 1, head.position(), 10);
    var stream = new EventStream(LedgerId.MAIN, observer.await(), 1);
    stream.open(new Head(0, head.lastRecordTime(), head.clock(), head.incarnation()));

    assertThat(stream.publish(events.subList(1, 2))).failsWithin(PATIENCE);
    assertThat(stream().getStreamState().getMsgCount()).isZero();
    assertThat(stream.publish(events.subList(0, 1))).succeedsWithin(PATIENCE);
    assertThat(stream.publish(events)).succeedsWithin(PATIENCE);
    requireSequenceEqualsPosition();
    assertThat(stream().getStreamState().getLastSequence()).isEqualTo(head.position());
  }

  private void addForeignStream() throws Exception {
    streams()
        .addStream(
            StreamConfiguration.builder()
                .name(STREAM)
                .subjects("chronicle.main.>")
                .metadata(Map.of("incarnation", "another"))
                .build());
  }

  private LedgerProcess process() throws InterruptedException {
    var process = new LedgerProcess();
    processes.add(process);
    return process;
  }

  private long head() {
    return log.store().head(LedgerId.MAIN).orElseThrow().position();
  }

  private void awaitRelayed() {
    await()
        .atMost(PATIENCE)
        .ignoreExceptions()
        .untilAsserted(
            () -> assertThat(stream().getStreamState().getLastSequence()).isEqualTo(head()));
  }

  private JetStreamManagement streams() throws Exception {
    return observer.await().jetStreamManagement();
  }

  private StreamInfo stream() throws Exception {
    return streams().getStreamInfo(STREAM);
  }

  private void requireSequenceEqualsPosition() throws Exception {
    var state = stream().getStreamState();
    for (long sequence = state.getFirstSequence();
        sequence <= state.getLastSequence();
        sequence++) {
      var message = streams().getMessage(STREAM, sequence);
      Event event = Event.parseFrom(message.getData());
      assertThat(event.getPosition()).isEqualTo(sequence);
      assertThat(message.getSubject()).startsWith("chronicle.main.");
      assertThat(message.getData())
          .isEqualTo(log.store().read(LedgerId.MAIN, sequence, sequence, 1).getFirst().bytes());
    }
  }

  /** What a ledger process has: sequencers and relays. */
  private final class LedgerProcess {
    private final NatsLink link = NatsLink.open(nats.url(), "test");
    private final Relays relays = new Relays(link, 1, METER);
    private final Ledgers ledgers;

    LedgerProcess() throws InterruptedException {
      EventStore store = log.store();
      var metrics = new SequencerMetrics(METER);
      ledgers =
          new Ledgers(
              store,
              ledger ->
                  new Sequencer(
                      ledger,
                      store,
                      SequencerSettings.DEFAULT,
                      metrics,
                      relays.start(ledger, store)::offer));
      ledgers.open();
      LogFixture.execute(ledgers, LogFixture.request("open-a", LogFixture.open("a")));
    }

    void deposit(int times) {
      IntStream.range(0, times)
          .mapToObj(_ -> LogFixture.submit(ledgers, LogFixture.request(LogFixture.deposit("a", 1))))
          .toList()
          .forEach(outcome -> outcome.join());
    }

    void close() {
      ledgers.close();
      relays.close();
      link.close();
    }
  }
}
