package chronicle.chaos.bench;

import chronicle.mesh.MeshBuilder;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** An {@link EchoServer} in a process of its own, with the flags of a service. */
final class Echo implements AutoCloseable {
  private static final List<String> FLAGS =
      List.of(
          "--enable-native-access=ALL-UNNAMED",
          "--sun-misc-unsafe-memory-access=allow",
          "-Xmx512m");

  private final Optional<Process> process;
  private final String target;

  private Echo(Optional<Process> process, String target) {
    this.process = process;
    this.target = target;
  }

  /** Starts it, serving; it ends with this process, if not before. */
  static Echo start() {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(FLAGS);
    command.addAll(MeshBuilder.COLLECTOR_FLAGS);
    command.addAll(List.of("-cp", System.getProperty("java.class.path")));
    command.add(EchoServer.class.getName());
    try {
      var process =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      var port =
          new BufferedReader(
                  new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
              .readLine();
      if (port == null) {
        throw new IllegalStateException("The echo server did not start.");
      }
      return new Echo(Optional.of(process), "127.0.0.1:" + port);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** No echo, where nobody asks for one. */
  static Echo none() {
    return new Echo(Optional.empty(), "");
  }

  String target() {
    return target;
  }

  @Override
  public void close() {
    process.ifPresent(Process::destroy);
  }
}
