package chronicle.projector;

import chronicle.event.v1.Event;
import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.Nats;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Writes streams as the relay does. */
final class StreamFixture {
  private StreamFixture() {}

  /** Makes a ledger's stream; the next event to publish is the one at {@code first}. */
  static void create(String url, String ledger, String incarnation, long first)
      throws IOException, InterruptedException, JetStreamApiException {
    try (var nats = connect(url)) {
      nats.connection
          .jetStreamManagement()
          .addStream(
              StreamConfiguration.builder()
                  .name("CHRONICLE_" + ledger)
                  .subjects("chronicle." + ledger + ".>")
                  .firstSequence(first)
                  .metadata(Map.of("incarnation", incarnation))
                  .build());
    }
  }

  static void publish(String url, List<Event> events)
      throws IOException, InterruptedException, JetStreamApiException {
    try (var nats = connect(url)) {
      for (var event : events) {
        nats.connection
            .jetStream()
            .publish("chronicle.%s.Any".formatted(event.getLedger()), event.toByteArray());
      }
    }
  }

  private static Link connect(String url) throws IOException, InterruptedException {
    return new Link(Nats.connect(url));
  }

  /** The client's own close() throws InterruptedException, of which javac warns. */
  private record Link(Connection connection) implements AutoCloseable {
    @Override
    public void close() {
      try {
        connection.close();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
