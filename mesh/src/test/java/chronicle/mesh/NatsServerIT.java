package chronicle.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import io.nats.client.Connection;
import io.nats.client.JetStreamApiException;
import io.nats.client.Nats;
import io.nats.client.api.StorageType;
import io.nats.client.api.StreamConfiguration;
import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

// The client's close() may throw InterruptedException, of which javac warns.
@SuppressWarnings("try")
final class NatsServerIT {
  private static final StreamConfiguration STREAM =
      StreamConfiguration.builder()
          .name("events")
          .subjects("events")
          .storageType(StorageType.File)
          .build();

  private final NatsServer nats = NatsServer.scratch();

  @BeforeEach
  void start() {
    nats.start();
  }

  @AfterEach
  void stop() {
    nats.close();
  }

  @Test
  void messagesOutliveKillAndRestart() throws Exception {
    try (var connection = Nats.connect(nats.url())) {
      connection.jetStreamManagement().addStream(STREAM);
      connection.jetStream().publish("events", new byte[] {1});
    }

    nats.kill();
    nats.start();
    nats.restart();

    try (var connection = Nats.connect(nats.url())) {
      assertThat(messages(connection)).isEqualTo(1);
    }
  }

  @Test
  void aWipedServerHasNoStreams() throws Exception {
    try (var connection = Nats.connect(nats.url())) {
      connection.jetStreamManagement().addStream(STREAM);
    }

    nats.wipe();

    try (var connection = Nats.connect(nats.url())) {
      assertThat(connection.jetStreamManagement().getStreamNames()).isEmpty();
    }
  }

  private static long messages(Connection connection) throws IOException, JetStreamApiException {
    return connection.jetStreamManagement().getStreamInfo("events").getStreamState().getMsgCount();
  }
}
