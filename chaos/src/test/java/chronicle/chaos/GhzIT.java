package chronicle.chaos;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code ./chronicle ghz}: other people's load generator finds the services by reflection. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
final class GhzIT {
  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final int CALLS = 300;
  private static final long MINUTES_MAX = 5;

  @BeforeAll
  void goIsThere() {
    assumeTrue(
        Stream.of(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator, -1))
            .anyMatch(directory -> Files.isExecutable(Path.of(directory, "go"))),
        "Go is not on PATH, and builds ghz.");
  }

  @Test
  void theAccountsAreOpenedOnceAndTwice() throws Exception {
    assertThat(ghz("open", ledger())).contains("\"OK\": 100");
    assertThat(ghz("open", ledger())).contains("\"OK\": 100");
  }

  @ParameterizedTest
  @CsvSource({"deposit", "transfer"})
  void everyCommandIsAcknowledged(String load) throws Exception {
    ghz("open", ledger());

    assertThat(ghz(load, bounded(ledger()))).contains("\"OK\": " + CALLS);
  }

  @Test
  void everyBalanceIsAnswered() throws Exception {
    ghz("open", ledger());
    RunningMesh.GATEWAY.balance("ghz-0", RunningMesh.FIRST.head());

    assertThat(ghz("balance", bounded(RunningMesh.MESH.queries().getFirst().target())))
        .contains("\"OK\": " + CALLS);
  }

  private static String[] bounded(String target) {
    return new String[] {"--total=" + CALLS, "--concurrency=20", target};
  }

  private static String ledger() {
    return RunningMesh.MESH.ledgers().getFirst().target();
  }

  /** What ghz reports as JSON; the test fails where it does. */
  private static String ghz(String load, String... arguments)
      throws IOException, InterruptedException {
    var command =
        Stream.concat(
                Stream.of(ROOT.resolve("chronicle").toString(), "ghz", load, "--format=pretty"),
                Stream.of(arguments))
            .toList();
    return run(command);
  }

  private static String run(List<String> command) throws IOException, InterruptedException {
    var output = Files.createTempFile("ghz", ".json");
    try {
      var process =
          new ProcessBuilder(command)
              .redirectOutput(output.toFile())
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      assertThat(process.waitFor(MINUTES_MAX, TimeUnit.MINUTES)).isTrue();
      var text = Files.readString(output, StandardCharsets.UTF_8);
      assertThat(process.exitValue()).describedAs(text).isZero();
      return text;
    } finally {
      Files.delete(output);
    }
  }
}
