package chronicle.mesh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * One server as a process of this machine, which can be started again and again, and harmed in
 * between. When this JVM ends, by Ctrl-C too, whatever still runs is stopped, the last started
 * first.
 */
public final class ServerProcess {
  private static final Duration STOP_MAX = Duration.ofSeconds(20);
  private static final Duration POLL = Duration.ofMillis(10);
  private static final int TAIL_LINES = 20;

  private static final ConcurrentLinkedDeque<ServerProcess> RUNNING = new ConcurrentLinkedDeque<>();

  static {
    Runtime.getRuntime()
        .addShutdownHook(new Thread(() -> RUNNING.forEach(ServerProcess::stop), "stop-servers"));
  }

  /** How to run a server, and the signal that asks it to end in good order. */
  record Program(
      String name,
      List<String> command,
      Map<String, String> environment,
      Path log,
      String stopSignal,
      Duration startMax) {}

  private final Program program;
  private final BooleanSupplier ready;
  private @Nullable Process process;

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

  /**
   * Starts the server and returns once it is ready; throws with the end of its log if it does not
   * get there.
   */
  void start() {
    launch();
    awaitReady();
  }

  /** Starts the server and does not wait. */
  synchronized void launch() {
    if (isAlive()) {
      throw new IllegalStateException(name() + " runs already");
    }
    try {
      Files.createDirectories(log().toAbsolutePath().getParent());
      var builder =
          new ProcessBuilder(inOwnSession(program.command()))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()));
      builder.environment().putAll(program.environment());
      process = builder.start();
      process.getOutputStream().close();
      RUNNING.addFirst(this);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Returns once the launched server is ready; throws with the end of its log if it does not get
   * there.
   */
  void awaitReady() {
    var deadline = System.nanoTime() + program.startMax().toNanos();
    while (!ready.getAsBoolean()) {
      if (!isAlive()) {
        throw new MeshException(
            "%s ended while starting. Its log, %s, ends:%n%s".formatted(name(), log(), tail()));
      }
      if (System.nanoTime() - deadline > 0) {
        throw new MeshException(
            "%s was not ready after %d s. Its log, %s, ends:%n%s"
                .formatted(name(), program.startMax().toSeconds(), log(), tail()));
      }
      sleep(POLL);
    }
  }

  synchronized boolean isAlive() {
    return process != null && process.isAlive();
  }

  /** The process id; throws if the server was never started. */
  synchronized long pid() {
    return started().pid();
  }

  /**
   * Ends the server in good order, by force if that takes too long; does nothing if it does not
   * run.
   */
  synchronized void stop() {
    if (isAlive()) {
      resume();
      signal(program.stopSignal(), Stream.of(started().toHandle()));
      if (!await(STOP_MAX)) {
        kill();
      }
    }
    RUNNING.remove(this);
  }

  /**
   * Ends the server and all its children at once, as a loss of power would; does nothing if it does
   * not run.
   */
  synchronized void kill() {
    if (process != null) {
      var tree = tree().toList();
      tree.forEach(ProcessHandle::destroyForcibly);
      tree.forEach(handle -> handle.onExit().join());
      RUNNING.remove(this);
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

  /** The end of the log, for an error message. */
  String tail() {
    try (var lines = Files.lines(log())) {
      var all = lines.toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - TAIL_LINES), all.size()));
    } catch (IOException | UncheckedIOException e) {
      return "(unreadable: " + e.getMessage() + ")";
    }
  }

  private Process started() {
    if (process == null) {
      throw new IllegalStateException(name() + " was never started");
    }
    return process;
  }

  private Stream<ProcessHandle> tree() {
    return Stream.concat(Stream.of(started().toHandle()), started().descendants());
  }

  private boolean await(Duration max) {
    try {
      return started().waitFor(max.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw Shell.interrupted(e);
    }
  }

  private static void signal(String signal, Stream<ProcessHandle> handles) {
    var pids =
        handles.filter(ProcessHandle::isAlive).map(handle -> Long.toString(handle.pid())).toList();
    if (!pids.isEmpty()) {
      // A child may end in between, so that a part of the signals finds nobody: that is no failure.
      Shell.run(
          "sh", "-c", "kill -%s %s 2>/dev/null; true".formatted(signal, String.join(" ", pids)));
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

  private static void sleep(Duration time) {
    try {
      Thread.sleep(time);
    } catch (InterruptedException e) {
      throw Shell.interrupted(e);
    }
  }
}
