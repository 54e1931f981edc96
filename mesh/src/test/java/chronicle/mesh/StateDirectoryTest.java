package chronicle.mesh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class StateDirectoryTest {
  private final StateDirectory state;

  StateDirectoryTest(@TempDir Path directory) {
    state = StateDirectory.lasting(directory);
  }

  @Test
  void aSecondMeshIsRefusedUntilTheFirstIsGone() throws IOException {
    try (var _ = state.lock()) {
      assertThatThrownBy(state::lock)
          .isInstanceOf(MeshException.class)
          .hasMessageContaining("Another mesh runs on");
    }

    state.lock().close();
  }

  @Test
  void droppingTheDataKeepsLogsAndPrograms() throws IOException {
    Files.createDirectories(state.directory("postgres").resolve("data"));
    Files.createDirectories(state.directory("cache"));
    Files.createDirectories(state.log("ledger").getParent());

    state.drop();

    assertThat(state.directory("postgres")).doesNotExist();
    assertThat(state.directory("cache")).exists();
    assertThat(state.log("ledger").getParent()).exists();
  }
}
