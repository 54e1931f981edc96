package chronicle.mesh;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/** TCP ports of the loopback interface, the only one the mesh listens on. */
public final class Ports {
  static final String LOOPBACK = "127.0.0.1";

  // Below the range from which the kernel takes the ports of outgoing connections: none of those
  // can sit on a server's
  // port while the server is down.
  private static final int LOWEST = 20_000;
  private static final int HIGHEST = 32_000;
  private static final int ATTEMPTS_MAX = 1_000;

  // Whoever got a port may not listen on it yet: of the 80 ports of a large mesh two would be the
  // same one time in four.
  private static final Set<Integer> GIVEN = ConcurrentHashMap.newKeySet();

  private Ports() {}

  /** A port nobody listens on now, and that this JVM has given to nobody else. */
  public static int free() {
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      var port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      if (GIVEN.add(port) && isFree(port)) {
        return port;
      }
    }
    throw new MeshException("No free port found between " + LOWEST + " and " + HIGHEST + ".");
  }

  /** Whether a server could listen on the port now. */
  static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.bind(address(port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  static InetSocketAddress address(int port) {
    return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
  }

  /** The port as gRPC and people write it. */
  static String target(int port) {
    return LOOPBACK + ":" + port;
  }

  /** The process that listens on the port, as far as Linux tells us: `name (pid 42)`. */
  static Optional<String> listener(int port) {
    return socketInode(port).flatMap(Ports::owner);
  }

  private static Optional<String> socketInode(int port) {
    // Columns: number, local address, remote address, state (0A listens), ..., inode.
    var address = ".*:%04X".formatted(port);
    return List.of("/proc/net/tcp", "/proc/net/tcp6").stream()
        .flatMap(table -> lines(table).stream())
        .map(line -> line.strip().split("\\s+", -1))
        .filter(column -> column[1].matches(address) && column[3].equals("0A"))
        .map(column -> "socket:[" + column[9] + "]")
        .findFirst();
  }

  private static List<String> lines(String file) {
    try {
      return Files.readAllLines(Path.of(file));
    } catch (IOException e) {
      return List.of();
    }
  }

  private static Optional<String> owner(String socket) {
    return ProcessHandle.allProcesses()
        .filter(process -> holds(process, socket))
        .findFirst()
        .map(Ports::describe);
  }

  private static boolean holds(ProcessHandle process, String socket) {
    try (var files = Files.newDirectoryStream(Path.of("/proc/%d/fd".formatted(process.pid())))) {
      for (var file : files) {
        if (Files.readSymbolicLink(file).toString().equals(socket)) {
          return true;
        }
      }
      return false;
    } catch (IOException e) {
      // Another user's process, or one that has ended.
      return false;
    }
  }

  private static String describe(ProcessHandle process) {
    var name = process.info().command().map(command -> Path.of(command).getFileName().toString());
    return "%s (pid %d)".formatted(name.orElse("a process"), process.pid());
  }
}
