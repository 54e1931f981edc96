package chronicle.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class DatabaseTest {
  private final Telemetry telemetry = Telemetry.start("test", "127.0.0.1", 0, Map.of());

  @AfterEach
  void close() {
    telemetry.close();
  }

  @Test
  void aDatabaseThatIsDownOpensAndSaysSoWhenUsed() throws Exception {
    try (var database = Database.open(unreachable(), telemetry)) {
      var thrown = catchThrowableOfType(SQLException.class, database::connection);

      assertThat(SqlFailure.of(thrown)).isEqualTo(SqlFailure.AMBIGUOUS);
    }
  }

  @Test
  void migrationWaitsForADatabaseThatIsDownUntilInterrupted() throws Exception {
    try (var database = Database.open(unreachable(), telemetry)) {
      var migrating =
          Thread.ofPlatform()
              .start(() ->
                  assertThatThrownBy(() -> database.migrate("classpath:none"))
                      .isInstanceOf(InterruptedException.class));

      assertThat(migrating.join(Duration.ofSeconds(1))).isFalse();
      migrating.interrupt();

      assertThat(migrating.join(Duration.ofSeconds(5))).isTrue();
    }
  }

  @Test
  void settingsThatCanNotWorkAreRefused() {
    assertThatThrownBy(() -> DatabaseSettings.of("test", "postgresql://localhost/x", 1))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> DatabaseSettings.of("test", "jdbc:postgresql://localhost/x", 0))
        .isInstanceOf(IllegalArgumentException.class);
  }

  private static DatabaseSettings unreachable() throws Exception {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      var url = "jdbc:postgresql://127.0.0.1:%d/none?user=none".formatted(socket.getLocalPort());
      return DatabaseSettings.of("test", url, 1);
    }
  }
}
