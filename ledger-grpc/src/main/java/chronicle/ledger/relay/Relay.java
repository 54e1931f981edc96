package chronicle.ledger.relay;

import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.log.EncodedEvent;
import chronicle.ledger.log.EventStore;
import chronicle.ledger.log.EventStoreException;
import chronicle.ledger.log.Head;
import chronicle.runtime.Backoff;
import chronicle.runtime.NatsLink;
import io.nats.client.JetStreamApiException;
import io.nats.client.api.PublishAck;
import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.common.Attributes;
import io.opentelemetry.api.metrics.Meter;
import io.opentelemetry.api.metrics.ObservableLongGauge;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes one ledger's log to its stream, so that sequence equals position, whatever fails and
 * however many processes relay: every publish says which sequence it follows, and an
 * acknowledgement counts only if its sequence is the event's position. Whoever is refused steps
 * back, and takes over when the stream has stood still.
 *
 * <p>The log is the truth: a relay that is late or gone delays readers, and loses nothing.
 */
public final class Relay implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Relay.class);
  private static final int BURSTS_MAX = 4;
  private static final int BURST_EVENTS_MAX = 512;
  private static final Duration ACK_MAX = Duration.ofSeconds(5);
  private static final Duration COMPARE_INTERVAL = Duration.ofSeconds(1);
  private static final Duration LEDGER_INTERVAL = Duration.ofMillis(20);
  private static final Duration STAND_STILL = Duration.ofMillis(500);
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(50), Duration.ofSeconds(1));

  private final LedgerId ledger;
  private final EventStore store;
  private final NatsLink nats;
  private final int replicas;
  private final Tail tail = new Tail();
  private final List<ObservableLongGauge> gauges;
  private final Thread thread;
  private volatile long relayed;
  private volatile long head;
  private volatile boolean stopped;

  /**
   * Starts to relay the ledger's log; {@code replicas} is how many NATS servers keep a stream that
   * it makes.
   */
  public Relay(LedgerId ledger, EventStore store, NatsLink nats, int replicas, Meter meter) {
    this.ledger = ledger;
    this.store = store;
    this.nats = nats;
    this.replicas = replicas;
    gauges = gauges(meter);
    thread = Thread.ofPlatform().name("relay-" + ledger).daemon().start(this::run);
  }

  /** Takes over events just committed, in order; never blocks. */
  public void offer(List<EncodedEvent> events) {
    tail.add(events);
  }

  boolean isStopped() {
    return stopped;
  }

  @Override
  public void close() {
    thread.interrupt();
    try {
      thread.join();
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    gauges.forEach(ObservableLongGauge::close);
  }

  private void run() {
    int failures = 0;
    try {
      while (true) {
        try {
          var stream = new EventStream(ledger, nats.await(), replicas);
          tail.keep();
          follow(stream);
          failures = 0;
        } catch (IOException
            | JetStreamApiException
            | EventStoreException
            | IllegalStateException e) {
          // jnats throws IllegalStateException where its buffer is full while NATS is away.
          tail.letGo();
          logFailure(e);
          Thread.sleep(BACKOFF.delay(failures++, RandomGenerator.getDefault()));
        }
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    } catch (WrongLogException e) {
      stopped = true;
      log.atError()
          .setMessage("Relay stopped")
          .addKeyValue("ledger", ledger)
          .addKeyValue("cause", e.getMessage())
          .log();
    }
  }

  /**
   * Publishes until the stream goes another way than expected, then returns after it has stood
   * still.
   */
  private void follow(EventStream stream)
      throws IOException, JetStreamApiException, InterruptedException {
    awaitLedger();
    relayed = compare(stream);
    while (true) {
      if (relayed == head) {
        tail.awaitBeyond(relayed, COMPARE_INTERVAL.toMillis());
      }
      if (tail.head() > relayed) {
        head = Math.max(head, tail.head());
      } else if (compare(stream) != relayed) {
        return;
      }
      if (head > relayed && !publish(stream)) {
        awaitStandStill(stream);
        return;
      }
    }
  }

  /**
   * A stream must be known to be this log's before anything is published, and a log has no name
   * before its first event.
   */
  private void awaitLedger() throws InterruptedException {
    while (store.head(ledger).isEmpty()) {
      Thread.sleep(LEDGER_INTERVAL);
    }
  }

  /** Reads where the stream and the log end; returns the former. */
  private long compare(EventStream stream) throws IOException, JetStreamApiException {
    Head before = logHead();
    long last = stream.open(before);
    head = last > before.position() ? logHead().position() : before.position();
    if (last > head) {
      throw new WrongLogException(
          "the stream of %s ends at %d, after the log's head %d".formatted(ledger, last, head));
    }
    return last;
  }

  private Head logHead() {
    return store
        .head(ledger)
        .orElseThrow(() -> new WrongLogException("the log of " + ledger + " has gone"));
  }

  /** Events published together, up to a position. */
  private record Burst(long last, CompletableFuture<PublishAck> acknowledgement) {}

  /**
   * Publishes up to the head, many at a time in flight; false when the stream did not take an event
   * as the next one.
   */
  private boolean publish(EventStream stream) throws InterruptedException {
    var inFlight = new ArrayDeque<Burst>();
    long next = relayed + 1;
    while (next <= head || !inFlight.isEmpty()) {
      if (next <= head && inFlight.size() < BURSTS_MAX) {
        List<EncodedEvent> events = read(next, BURST_EVENTS_MAX);
        next = events.getLast().position() + 1;
        inFlight.add(new Burst(next - 1, stream.publish(events)));
      } else if (!isAcknowledged(inFlight.remove())) {
        return false;
      }
      head = Math.max(head, tail.head());
    }
    return true;
  }

  private List<EncodedEvent> read(long from, int limit) {
    List<EncodedEvent> events = tail.from(from, limit);
    if (events.isEmpty()) {
      events = store.read(ledger, from, Long.MAX_VALUE, limit);
    }
    if (events.isEmpty() || events.getFirst().position() != from) {
      throw new WrongLogException("the log of %s has a gap at %d".formatted(ledger, from));
    }
    return events;
  }

  private boolean isAcknowledged(Burst burst) throws InterruptedException {
    try {
      PublishAck ack = burst.acknowledgement().get(ACK_MAX.toMillis(), TimeUnit.MILLISECONDS);
      if (ack.getSeqno() != burst.last()) {
        return false;
      }
      relayed = burst.last();
      return true;
    } catch (ExecutionException | TimeoutException e) {
      log.atDebug().setMessage("Publish not acknowledged").setCause(e).log();
      return false;
    }
  }

  /**
   * Another relay is publishing, or NATS is unwell: waits until the stream's end has not moved for
   * a while.
   */
  private void awaitStandStill(EventStream stream)
      throws IOException, JetStreamApiException, InterruptedException {
    long last = compare(stream);
    while (true) {
      Thread.sleep(STAND_STILL);
      long now = compare(stream);
      if (now == last || now == head) {
        return;
      }
      last = now;
    }
  }

  private List<ObservableLongGauge> gauges(Meter meter) {
    var attributes = Attributes.of(AttributeKey.stringKey("ledger"), ledger.value());
    return List.of(
        meter
            .gaugeBuilder("chronicle.relay.position")
            .ofLongs()
            .setDescription("The last position in the stream that this process knows of")
            .buildWithCallback(gauge -> gauge.record(relayed, attributes)),
        meter
            .gaugeBuilder("chronicle.relay.gap.events")
            .ofLongs()
            .setDescription("Events in the log that are not in the stream yet")
            .buildWithCallback(gauge -> gauge.record(head - relayed, attributes)),
        meter
            .gaugeBuilder("chronicle.relay.stopped")
            .ofLongs()
            .setDescription("1 where the stream belongs to another log, and an operator is needed")
            .buildWithCallback(gauge -> gauge.record(stopped ? 1 : 0, attributes)));
  }

  private void logFailure(Exception e) {
    log.atWarn()
        .setMessage("Relay interrupted")
        .addKeyValue("ledger", ledger)
        .addKeyValue("relayed", relayed)
        .addKeyValue("cause", e.getMessage())
        .log();
  }
}
