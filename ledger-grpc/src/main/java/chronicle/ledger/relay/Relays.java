package chronicle.ledger.relay;

import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.log.EventStore;
import chronicle.runtime.NatsLink;
import io.opentelemetry.api.metrics.Meter;
import java.util.concurrent.ConcurrentLinkedQueue;

/** The relays of a process, to be closed together. */
public final class Relays implements AutoCloseable {
  private final NatsLink nats;
  private final int replicas;
  private final Meter meter;
  private final ConcurrentLinkedQueue<Relay> relays = new ConcurrentLinkedQueue<>();

  /** No relays yet; {@code replicas} is how many NATS servers keep a stream. */
  public Relays(NatsLink nats, int replicas, Meter meter) {
    this.nats = nats;
    this.replicas = replicas;
    this.meter = meter;
  }

  /** Starts a ledger's relay. */
  public Relay start(LedgerId ledger, EventStore store) {
    var relay = new Relay(ledger, store, nats, replicas, meter);
    relays.add(relay);
    return relay;
  }

  /** How many relays stopped because a stream belongs to another log. */
  long stopped() {
    return relays.stream().filter(Relay::isStopped).count();
  }

  @Override
  public void close() {
    relays.forEach(Relay::close);
  }
}
