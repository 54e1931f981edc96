package chronicle.mesh;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * A NATS server with JetStream on the loopback interface; its streams outlive stops, kills and this
 * JVM.
 */
public final class NatsServer implements Part {
  private static final Duration START_MAX = Duration.ofSeconds(30);
  private static final int PROBE_MILLIS = 500;

  private final Path directory;
  private final int port;
  private final ServerProcess process;

  /** A server with that port; it does not run yet. */
  NatsServer(StateDirectory state, int port) {
    this.directory = state.directory("nats");
    this.port = port;
    this.process =
        new ServerProcess(
            new ServerProcess.Program(
                "nats", this::command, Map.of(), state.log("nats"), "TERM", START_MAX),
            this::greets);
  }

  /** A server for tests, with a free port and streams of its own; it does not run yet. */
  public static NatsServer scratch() {
    return new NatsServer(StateDirectory.scratch("nats"), Ports.free());
  }

  @Override
  public ServerProcess process() {
    return process;
  }

  @Override
  public List<Integer> ports() {
    return List.of(port);
  }

  @Override
  public String where() {
    return url();
  }

  @Override
  public List<String> missing() {
    return PythonTools.find().missing();
  }

  /** What clients connect to. */
  public String url() {
    return "nats://%s:%d".formatted(Ports.LOOPBACK, port);
  }

  /** Starts the server again with all streams lost. */
  public void wipe() {
    stop();
    Trees.delete(directory);
    start();
  }

  private List<String> command() {
    return List.of(
        PythonTools.find().natsServer().toString(),
        "--addr=" + Ports.LOOPBACK,
        "--port=" + port,
        "--jetstream",
        "--store_dir=" + directory);
  }

  /** The server greets with INFO once JetStream has recovered its streams. */
  private boolean greets() {
    try (var socket = new Socket()) {
      socket.connect(Ports.address(port), PROBE_MILLIS);
      socket.setSoTimeout(PROBE_MILLIS);
      return new String(socket.getInputStream().readNBytes(5), StandardCharsets.US_ASCII)
          .equals("INFO ");
    } catch (IOException e) {
      return false;
    }
  }
}
