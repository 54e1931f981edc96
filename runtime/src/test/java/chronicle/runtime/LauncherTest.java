package chronicle.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

class LauncherTest {
  private final StringWriter err = new StringWriter();
  private final Sample sample = new Sample();
  private final Shutdown shutdown = new Shutdown(Thread.currentThread());

  @Test
  void anOptionComesFromTheCommandLineElseTheEnvironmentElseItsDefault() {
    var code =
        run(
            Map.of("CHRONICLE_GRPC_PORT", "1", "CHRONICLE_METRICS_PORT", "2", "CHRONICLE_URL", "u"),
            "--grpc-port=3");

    assertThat(code).isZero();
    assertThat(sample.grpcPort).isEqualTo(3);
    assertThat(sample.metricsPort).isEqualTo(2);
    assertThat(sample.grpcHost).isEqualTo("127.0.0.1");
  }

  @Test
  void everyOptionAtFaultIsNamedAtOnce() {
    var code = run(Map.of("CHRONICLE_GRPC_PORT", "ninety"), "--metrics-port=70000", "--nonsense");

    assertThat(code).isEqualTo(2);
    assertThat(sample.ran).isFalse();
    assertThat(err.toString()).contains("--grpc-port", "--metrics-port", "--nonsense", "--url");
  }

  @Test
  void aProgramThatThrowsFailsTheProcess() {
    sample.failing = true;

    assertThat(run(Map.of(), "--url=u")).isEqualTo(1);
  }

  @Test
  void aRequestEndsAProgramThatServes() throws Exception {
    sample.serving = true;
    var process = Thread.ofPlatform().start(() -> run(Map.of(), "--url=u"));
    assertThat(process.join(Duration.ofMillis(200))).isFalse();

    shutdown.request();

    assertThat(process.join(Duration.ofSeconds(5))).isTrue();
  }

  @Test
  void aRequestInterruptsAProgramThatIsStillStarting() throws Exception {
    var code = new int[] {-1};
    sample.starting = true;
    var process = Thread.ofPlatform().unstarted(() -> code[0] = run(Map.of(), "--url=u"));
    sample.shutdown = new Shutdown(process);
    process.start();

    sample.shutdown.request();

    assertThat(process.join(Duration.ofSeconds(5))).isTrue();
    assertThat(code[0]).isZero();
  }

  private int run(Map<String, String> environment, String... arguments) {
    return Launcher.run(
        sample,
        sample.shutdown == null ? shutdown : sample.shutdown,
        environment,
        new PrintWriter(err, true),
        arguments);
  }

  @Command(name = "sample")
  static final class Sample implements Program {
    @Option(names = "--grpc-host", defaultValue = "127.0.0.1")
    String grpcHost = "";

    @Option(names = "--grpc-port", defaultValue = "9001")
    int grpcPort;

    @Option(names = "--metrics-port", defaultValue = "9101")
    int metricsPort;

    @Option(names = "--url", required = true)
    String url = "";

    private boolean ran;
    private boolean failing;
    private boolean serving;
    private boolean starting;
    private @Nullable Shutdown shutdown;

    @Override
    public void run(Shutdown shutdown) throws Exception {
      ran = true;
      if (failing) {
        throw new IllegalStateException("as asked");
      }
      if (starting) {
        Thread.sleep(Duration.ofSeconds(10));
      }
      if (serving) {
        shutdown.await();
      }
    }
  }
}
