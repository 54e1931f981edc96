package chronicle.mesh;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class RedisServerIT {
  private final RedisServer redis = RedisServer.scratch();

  @BeforeEach
  void start() {
    redis.start();
  }

  @AfterEach
  void stop() {
    redis.close();
  }

  @Test
  void aWipedServerHasNoKeys() throws IOException {
    assertThat(answer("SET key value")).isEqualTo("+OK");

    redis.wipe();

    assertThat(answer("EXISTS key")).isEqualTo(":0");
  }

  @Test
  void aKilledServerComesBackEmpty() throws IOException {
    assertThat(answer("SET key value")).isEqualTo("+OK");

    redis.kill();
    redis.start();

    assertThat(answer("EXISTS key")).isEqualTo(":0");
  }

  private String answer(String command) throws IOException {
    try (var socket = new Socket()) {
      socket.connect(Ports.address(redis.ports().getFirst()));
      socket.getOutputStream().write((command + "\r\n").getBytes(US_ASCII));
      return new BufferedReader(new InputStreamReader(socket.getInputStream(), US_ASCII))
          .readLine();
    }
  }
}
