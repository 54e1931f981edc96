package chronicle.mesh;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

final class PortsTest {
  @Test
  void aFreePortIsFreeUntilItIsTaken() throws IOException {
    var port = Ports.free();
    assertThat(Ports.isFree(port)).isTrue();

    try (var _ = listenOn(port)) {
      assertThat(Ports.isFree(port)).isFalse();
    }
  }

  @Test
  void noPortIsGivenTwice() {
    var ports = IntStream.range(0, 1_000).mapToObj(_ -> Ports.free()).toList();

    assertThat(ports).doesNotHaveDuplicates();
  }

  @Test
  @EnabledOnOs(OS.LINUX)
  void whoeverListensOnAPortIsNamed() throws IOException {
    var port = Ports.free();
    assertThat(Ports.listener(port)).isEmpty();

    try (var _ = listenOn(port)) {
      assertThat(Ports.listener(port))
          .contains("java (pid %d)".formatted(ProcessHandle.current().pid()));
    }
  }

  @Test
  void aPartNamesThePortItCanNotHave() throws IOException {
    var port = Ports.free();
    try (var nats = new NatsServer(StateDirectory.scratch("ports"), port);
        var _ = listenOn(port)) {
      assertThat(nats.problems())
          .anyMatch(problem -> problem.startsWith("Port " + port + ", for nats, is taken"));
    }
  }

  private static ServerSocket listenOn(int port) throws IOException {
    return new ServerSocket(port, 1, InetAddress.getLoopbackAddress());
  }
}
