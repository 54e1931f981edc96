package chronicle.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class NatsLinkTest {
  @Test
  void aLinkIsMadeWhenNatsComesUpAndAgainAfterALoss() throws Exception {
    var port = freePort();
    try (var link = NatsLink.open("nats://127.0.0.1:" + port, "test")) {
      assertThat(link.connected()).isFalse();

      try (var _ = new FakeNats(port)) {
        assertThat(link.await()).isNotNull();
        await().until(link::connected);
      }
      await().until(() -> !link.connected());
      try (var _ = new FakeNats(port)) {
        await().atMost(Duration.ofSeconds(10)).until(link::connected);
      }
    }
  }

  @Test
  void aLinkThatWasNeverMadeCloses() throws Exception {
    var link = NatsLink.open("nats://127.0.0.1:" + freePort(), "test");

    var closing = Thread.ofVirtual().start(link::close);

    assertThat(closing.join(Duration.ofSeconds(5))).isTrue();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** As much of NATS as it takes to say hello and to answer pings. */
  private static final class FakeNats implements AutoCloseable {
    private static final String INFO =
        "INFO {\"server_id\":\"fake\",\"version\":\"2.15.1\",\"proto\":1,\"headers\":true,\"max_payload\":1048576}\r\n";

    private final ServerSocket server;
    private final List<Socket> clients = new CopyOnWriteArrayList<>();

    FakeNats(int port) throws IOException {
      server = new ServerSocket(port, 10, InetAddress.getLoopbackAddress());
      Thread.ofVirtual().start(this::accept);
    }

    private void accept() {
      try {
        while (true) {
          var client = server.accept();
          clients.add(client);
          Thread.ofVirtual().start(() -> talk(client));
        }
      } catch (IOException _) {
        // Closed.
      }
    }

    private static void talk(Socket client) {
      try {
        var lines =
            new BufferedReader(
                new InputStreamReader(client.getInputStream(), StandardCharsets.UTF_8));
        send(client, INFO);
        for (var line = lines.readLine(); line != null; line = lines.readLine()) {
          if (line.startsWith("PING")) {
            send(client, "PONG\r\n");
          }
        }
      } catch (IOException _) {
        // Closed.
      }
    }

    private static void send(Socket client, String line) throws IOException {
      client.getOutputStream().write(line.getBytes(StandardCharsets.UTF_8));
      client.getOutputStream().flush();
    }

    @Override
    public void close() throws IOException {
      server.close();
      for (var client : clients) {
        client.close();
      }
    }
  }
}
