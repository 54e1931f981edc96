package chronicle.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServerProcessIT {
  private final Path directory;
  private final ServerProcess server;

  ServerProcessIT(@TempDir Path directory) {
    this.directory = directory;
    this.server = server("echo started; exec sleep 60");
  }

  @AfterEach
  void stop() {
    server.stop();
  }

  @Test
  void aServerThatEndsWhileStartingIsReportedWithTheEndOfItsLog() {
    var broken = server("echo no such disk; exit 3");

    assertThatThrownBy(
            () -> {
              broken.launch();
              broken.awaitReady();
            })
        .isInstanceOf(MeshException.class)
        .hasMessageContaining("ended while starting")
        .hasMessageContaining("no such disk");
  }

  @Test
  void onlyAnEndNobodyAskedForIsACrash() {
    launch(server);
    server.stop();
    assertThat(server.hasCrashed()).isFalse();

    launch(server);
    ProcessHandle.of(server.pid()).orElseThrow().destroyForcibly();
    server.awaitEnd();

    assertThat(server.hasCrashed()).isTrue();
  }

  @Test
  void aServerLeftOverFromAKilledMeshIsFoundAndStopped() {
    launch(server);
    var pid = server.pid();

    var next = server("exec sleep 60");
    var found = next.stopLeftover();

    assertThat(found).isTrue();
    assertThat(ProcessHandle.of(pid).filter(ProcessHandle::isAlive)).isEmpty();
    assertThat(server("exec sleep 60").stopLeftover()).isFalse();
  }

  @Test
  void aFrozenServerCanBeStopped() {
    launch(server);
    server.pause();

    server.stop();

    assertThat(server.isAlive()).isFalse();
  }

  private static void launch(ServerProcess server) {
    server.launch();
    server.awaitReady();
  }

  private ServerProcess server(String script) {
    var log = directory.resolve("server.log");
    return new ServerProcess(
        new ServerProcess.Program(
            "server",
            () -> List.of("sh", "-c", script),
            Map.of(),
            log,
            "TERM",
            Duration.ofSeconds(20)),
        () -> hasStarted(log));
  }

  private static boolean hasStarted(Path log) {
    try {
      return Files.exists(log) && Files.readString(log).contains("started");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
