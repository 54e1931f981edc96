package chronicle.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class ErrorsPageTest {
  private static final Path PAGE = Path.of("../docs/ERRORS.md");

  @Test
  void thePageSaysWhatTheContractSays() throws IOException {
    var text = ErrorsPage.text();
    if (Boolean.getBoolean("renew")) {
      Files.writeString(PAGE, text);
    }

    assertThat(PAGE).as("./chronicle renew errors makes it anew").hasContent(text);
  }
}
