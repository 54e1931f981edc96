package chronicle.runtime;

import io.nats.client.Connection;
import io.nats.client.ConnectionListener;
import io.nats.client.Consumer;
import io.nats.client.ErrorListener;
import io.nats.client.Nats;
import io.nats.client.Options;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A connection to NATS that is made as soon as NATS can be reached, and made again after every
 * loss, for ever.
 */
public final class NatsLink implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NatsLink.class);
  private static final Duration CONNECT_MAX = Duration.ofSeconds(2);
  private static final Duration RECONNECT_WAIT = Duration.ofMillis(200);
  private static final Duration RECONNECT_JITTER = Duration.ofMillis(100);
  private static final Duration PING_INTERVAL = Duration.ofSeconds(5);
  private static final int PINGS_UNANSWERED_MAX = 2;
  private static final int OUTGOING_MESSAGES_MAX = 16_384;
  private static final long RECONNECT_BUFFER_BYTES_MAX = 1024 * 1024;

  private final AtomicReference<Optional<Connection>> connection =
      new AtomicReference<>(Optional.empty());
  private final CountDownLatch connected = new CountDownLatch(1);
  private final Thread connector;

  private NatsLink(Options.Builder options) {
    var complete = options.connectionListener(this::changed).build();
    this.connector = Thread.ofVirtual().name("nats-connect").unstarted(() -> connect(complete));
  }

  /** Starts to connect, without waiting for NATS. */
  public static NatsLink open(String url, String clientName) {
    var link =
        new NatsLink(
            new Options.Builder()
                .server(url)
                .connectionName(clientName)
                .connectionTimeout(CONNECT_MAX)
                .maxReconnects(-1)
                .reconnectWait(RECONNECT_WAIT)
                .reconnectJitter(RECONNECT_JITTER)
                .reconnectBufferSize(RECONNECT_BUFFER_BYTES_MAX)
                .maxMessagesInOutgoingQueue(OUTGOING_MESSAGES_MAX)
                .pingInterval(PING_INTERVAL)
                .maxPingsOut(PINGS_UNANSWERED_MAX)
                .errorListener(new LoggedErrors()));
    link.connector.start();
    return link;
  }

  /**
   * The connection, once NATS was reached for the first time; later losses are the connection's own
   * matter.
   */
  public Connection await() throws InterruptedException {
    connected.await();
    return connection.get().orElseThrow();
  }

  /** Whether NATS can be reached now. */
  public boolean connected() {
    return connection.get().filter(c -> c.getStatus() == Connection.Status.CONNECTED).isPresent();
  }

  @Override
  public void close() {
    connector.interrupt();
    try {
      connector.join(CONNECT_MAX);
      var open = connection.get();
      if (open.isPresent()) {
        open.get().close();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private void connect(Options options) {
    try {
      keep(Nats.connectReconnectOnConnect(options));
    } catch (InterruptedException _) {
      // Closed before NATS was reached.
    } catch (Exception e) {
      log.error("NATS connection can't be made", e);
    }
  }

  private void keep(Connection made) {
    connection.set(Optional.of(made));
    connected.countDown();
  }

  private void changed(Connection changed, ConnectionListener.Events event) {
    var level =
        switch (event) {
          case DISCONNECTED, CLOSED, LAME_DUCK -> Level.WARN;
          default -> Level.INFO;
        };
    log.atLevel(level)
        .setMessage("NATS connection changed")
        .addKeyValue("event", event.name())
        .log();
  }

  private static final class LoggedErrors implements ErrorListener {
    @Override
    public void errorOccurred(Connection connection, String error) {
      log.atWarn().setMessage("NATS error").addKeyValue("error", error).log();
    }

    @Override
    public void exceptionOccurred(Connection connection, Exception thrown) {
      log.atDebug().setMessage("NATS exception").setCause(thrown).log();
    }

    @Override
    public void slowConsumerDetected(Connection connection, Consumer consumer) {
      log.atWarn()
          .setMessage("NATS consumer is slow")
          .addKeyValue("pending", consumer.getPendingMessageCount())
          .log();
    }
  }
}
