package chronicle.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class LinkTest {
  private static final int ANSWER_MILLIS_MAX = 10_000;
  private static final int SILENCE_MILLIS = 150;

  private final ServerSocket server = listen();
  private final Link link = new Link("client>server", 0, server.getLocalPort());
  private final List<Socket> sockets = new ArrayList<>();

  @AfterEach
  void close() throws IOException {
    for (var socket : sockets) {
      socket.close();
    }
    link.close();
    server.close();
  }

  @Test
  void everyByteArrivesInOrderAndAnEndIsPassedOn() throws IOException {
    var client = connect();
    var upstream = accept();
    var sent = new byte[1_000_000];
    new Random(7).nextBytes(sent);

    Thread.ofVirtual().start(() -> send(client, sent));

    assertThat(upstream.getInputStream().readAllBytes()).isEqualTo(sent);
    upstream.getOutputStream().write(42);
    upstream.close();
    assertThat(client.getInputStream().readAllBytes()).containsExactly(42);
    await().until(() -> link.connections() == 0);
  }

  @Test
  void aSideThatDoesNotReadIsFeltByTheOther() throws IOException {
    var client = connect();
    accept();
    client.setSoTimeout(ANSWER_MILLIS_MAX);

    var writer = Thread.ofVirtual().start(() -> send(client, new byte[100_000_000]));

    await().until(() -> link.connections() == 1);
    assertThat(isStuck(writer)).isTrue();
  }

  @Test
  void aCutResetsWhatIsOpenAndWhatIsNew() throws IOException {
    var client = connect();
    accept();

    link.cut();

    assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
    assertThatThrownBy(() -> connect().getInputStream().read()).isInstanceOf(SocketException.class);
    link.heal();
    assertThat(passes(connect(), accept())).isTrue();
  }

  @Test
  void whatIsSentWhileItStallsArrivesWhenItHeals() throws IOException {
    var client = connect();
    var upstream = accept();
    link.stall();

    client.getOutputStream().write(1);

    assertThat(isSilent(upstream)).isTrue();
    link.heal();
    assertThat(upstream.getInputStream().read()).isEqualTo(1);
  }

  @Test
  void aOneWayStallLeavesTheOtherWay() throws IOException {
    var client = connect();
    var upstream = accept();
    link.stall(Link.Direction.TO_SERVER);

    client.getOutputStream().write(1);
    upstream.getOutputStream().write(2);

    assertThat(client.getInputStream().read()).isEqualTo(2);
    assertThat(isSilent(upstream)).isTrue();
  }

  @Test
  void aHalfOpenLinkTakesAllAndResetsWhatItLostWhenItHeals() throws IOException {
    var client = connect();
    var upstream = accept();
    link.swallow();

    client.getOutputStream().write(1);

    assertThat(isSilent(upstream)).isTrue();
    link.heal();
    client.setSoTimeout(ANSWER_MILLIS_MAX);
    assertThatThrownBy(() -> client.getInputStream().read()).isInstanceOf(SocketException.class);
    assertThat(passes(connect(), accept())).isTrue();
  }

  @Test
  void whatIsDelayedArrivesWholeAndNoEarlier() throws IOException {
    link.delay(Duration.ofMillis(100));
    var client = connect();
    var upstream = accept();
    var startNanos = System.nanoTime();

    for (int i = 0; i < 50; i++) {
      client.getOutputStream().write(i);
    }

    assertThat(upstream.getInputStream().readNBytes(50)).hasSize(50);
    assertThat(System.nanoTime() - startNanos)
        .isGreaterThanOrEqualTo(Duration.ofMillis(100).toNanos());
  }

  @Test
  void aThrottledLinkPassesNoMoreThanItsRate() throws IOException {
    link.throttle(100_000);
    var client = connect();
    var upstream = accept();
    var startNanos = System.nanoTime();

    Thread.ofVirtual().start(() -> send(client, new byte[30_000]));

    assertThat(upstream.getInputStream().readNBytes(30_000)).hasSize(30_000);
    assertThat(System.nanoTime() - startNanos)
        .isGreaterThanOrEqualTo(Duration.ofMillis(290).toNanos());
  }

  @Test
  void aServerThatIsDownIsSeenAsDown() throws IOException {
    server.close();

    assertThatThrownBy(() -> connect().getInputStream().read()).isInstanceOf(SocketException.class);
  }

  private static boolean passes(Socket client, Socket upstream) throws IOException {
    client.getOutputStream().write(7);
    return upstream.getInputStream().read() == 7;
  }

  private static boolean isSilent(Socket socket) throws IOException {
    socket.setSoTimeout(SILENCE_MILLIS);
    try {
      return socket.getInputStream().read() == -2;
    } catch (SocketTimeoutException e) {
      socket.setSoTimeout(ANSWER_MILLIS_MAX);
      return true;
    }
  }

  private static boolean isStuck(Thread writer) {
    try {
      return !writer.join(Duration.ofMillis(3L * SILENCE_MILLIS));
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  private static void send(Socket socket, byte[] bytes) {
    try {
      socket.getOutputStream().write(bytes);
      socket.shutdownOutput();
    } catch (IOException e) {
      // The test is over.
    }
  }

  private Socket connect() throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), link.port());
    sockets.add(socket);
    return socket;
  }

  private Socket accept() throws IOException {
    var socket = server.accept();
    sockets.add(socket);
    return socket;
  }

  private static ServerSocket listen() {
    try {
      return new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}
