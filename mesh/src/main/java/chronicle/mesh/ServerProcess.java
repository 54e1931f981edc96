package chronicle.mesh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One server as a process of this machine, which can be started again and again, and harmed in
 * between. When this JVM ends, by Ctrl-C too, whatever still runs is stopped, the last started
 * first.
 */
public final class ServerProcess {
  private static final long LOG_BYTES_MAX = 64L * 1024 * 1024;
  private static final Duration STOP_MAX = Duration.ofSeconds(20);
  static final Duration POLL = Duration.ofMillis(20);
  private static final int TAIL_LINES = 20;

  private static final RunningServers RUNNING = new RunningServers();

  /** How to run a server, and the signal that asks it to end in good order. */
  record Program(
      String name,
      Supplier<List<String>> command,
      Map<String, String> environment,
      Path log,
      String stopSignal,
      Duration startMax) {}

  private final Program program;
  private final BooleanSupplier ready;
  private @Nullable ProcessHandle handle;
  private boolean asked;
  private long launchNanos;

  ServerProcess(Program program, BooleanSupplier ready) {
    this.program = program;
    this.ready = ready;
  }

  String name() {
    return program.name();
  }

  Path log() {
    return program.log();
  }

  /** Starts the server and does not wait. */
  synchronized void launch() {
    if (isAlive()) {
      throw new IllegalStateException(name() + " runs already");
    }
    RUNNING.add(this, () -> handle = spawn());
    asked = false;
    launchNanos = System.nanoTime();
  }

  /**
   * Returns once the launched server is ready; throws with the end of its log if it does not get
   * there.
   */
  void awaitReady() {
    while (!isReady()) {
      Shell.sleep(POLL);
    }
  }

  /**
   * Whether the launched server is ready; throws with the end of its log if it will not get there.
   */
  boolean isReady() {
    if (ready.getAsBoolean()) {
      return true;
    }
    if (hasCrashed()) {
      throw new MeshException("%s ended while starting. %s".formatted(name(), tail()));
    }
    if (!isAlive()) {
      throw new MeshException("%s was stopped while starting.".formatted(name()));
    }
    if (System.nanoTime() - launchNanos() > program.startMax().toNanos()) {
      throw new MeshException(
          "%s was not ready after %d s. %s"
              .formatted(name(), program.startMax().toSeconds(), tail()));
    }
    return false;
  }

  /** Returns when the server has ended, at once if it does not run. */
  void awaitEnd() {
    var current = current();
    if (current != null) {
      current.onExit().join();
    }
  }

  boolean isAlive() {
    var current = current();
    return current != null && current.isAlive();
  }

  /** Whether the server has ended without having been asked to. */
  synchronized boolean hasCrashed() {
    return !asked && !isAlive();
  }

  /** The process id; throws if the server was never started. */
  public long pid() {
    return started().pid();
  }

  /**
   * Ends the server in good order, by force if that takes too long; does nothing if it does not
   * run.
   */
  synchronized void stop() {
    asked = true;
    if (isAlive()) {
      resume();
      signal(program.stopSignal(), Stream.of(started()));
      if (!endsWithin(STOP_MAX)) {
        kill();
      }
    }
    ended();
  }

  /**
   * Ends the server and all its children at once, as a loss of power would; does nothing if it does
   * not run.
   */
  synchronized void kill() {
    asked = true;
    if (handle != null) {
      var tree = tree().toList();
      tree.forEach(ProcessHandle::destroyForcibly);
      tree.forEach(process -> process.onExit().join());
      ended();
    }
  }

  /** Freezes the server and its children: connections stay open, nothing answers. */
  synchronized void pause() {
    signal("STOP", tree());
  }

  /** Lets a frozen server go on; does nothing to one that is not frozen. */
  synchronized void resume() {
    signal("CONT", tree());
  }

  /** Stops the server if it still runs from a mesh that was killed, and says whether it did. */
  synchronized boolean stopLeftover() {
    try {
      if (handle != null || !Files.exists(pidFile())) {
        return false;
      }
      var line = Files.readString(pidFile()).split(" ", -1);
      handle =
          ProcessHandle.of(Long.parseLong(line[0]))
              .filter(it -> startTime(it).equals(line[1]))
              .orElse(null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var found = isAlive();
    stop();
    return found;
  }

  /** Where the log is and how it ends, for an error message. */
  String tail() {
    try (var lines = Files.lines(log())) {
      var all = lines.toList();
      var end = all.subList(Math.max(0, all.size() - TAIL_LINES), all.size());
      return "Its log, %s, ends:%n  %s".formatted(log(), String.join("\n  ", end));
    } catch (IOException | UncheckedIOException e) {
      return "Its log, %s, is unreadable.".formatted(log());
    }
  }

  private ProcessHandle spawn() throws IOException {
    Files.createDirectories(log().toAbsolutePath().getParent());
    rotateLog();
    var builder =
        new ProcessBuilder(inOwnSession(program.command().get()))
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
    builder.environment().putAll(program.environment());
    var process = builder.start();
    process.getOutputStream().close();
    Files.writeString(pidFile(), process.pid() + " " + startTime(process.toHandle()));
    return process.toHandle();
  }

  /** At a start, a log that has grown large makes room; one before it is kept. */
  private void rotateLog() throws IOException {
    if (Files.exists(log()) && Files.size(log()) > LOG_BYTES_MAX) {
      var older = log().resolveSibling(log().getFileName() + ".1");
      Files.move(log(), older, StandardCopyOption.REPLACE_EXISTING);
    }
  }

  /**
   * Out of the terminal's process group, whose Ctrl-C is for the mesh alone: it stops its servers
   * in order.
   */
  private static List<String> inOwnSession(List<String> command) {
    var whole = new ArrayList<String>();
    Shell.find("setsid").ifPresent(setsid -> whole.add(setsid.toString()));
    whole.addAll(command);
    return whole;
  }

  private void ended() {
    RUNNING.remove(this);
    try {
      Files.deleteIfExists(pidFile());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Path pidFile() {
    return log().resolveSibling(name() + ".pid");
  }

  /** Tells a process from a later one of the same id. */
  private static String startTime(ProcessHandle process) {
    return process.info().startInstant().map(Instant::toString).orElse("unknown");
  }

  private synchronized @Nullable ProcessHandle current() {
    return handle;
  }

  private synchronized long launchNanos() {
    return launchNanos;
  }

  private ProcessHandle started() {
    var current = current();
    if (current == null) {
      throw new IllegalStateException(name() + " was never started");
    }
    return current;
  }

  private Stream<ProcessHandle> tree() {
    return Stream.concat(Stream.of(started()), started().descendants());
  }

  private boolean endsWithin(Duration max) {
    try {
      started().onExit().get(max.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedException e) {
      throw Shell.interrupted(e);
    }
  }

  private static void signal(String signal, Stream<ProcessHandle> processes) {
    var pids =
        processes
            .filter(ProcessHandle::isAlive)
            .map(process -> Long.toString(process.pid()))
            .toList();
    if (!pids.isEmpty()) {
      // A child may end in between, so that a part of the signals finds nobody: that is no failure.
      Shell.run(
          "sh", "-c", "kill -%s %s 2>/dev/null; true".formatted(signal, String.join(" ", pids)));
    }
  }
}
