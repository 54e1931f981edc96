package chronicle.mesh;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/** TCP ports of the loopback interface, the only one the mesh listens on. */
public final class Ports {
  static final String LOOPBACK = "127.0.0.1";

  // Below the range from which the kernel takes the ports of outgoing connections: none of those
  // can sit on a server's
  // port while the server is down.
  private static final int LOWEST = 20_000;
  private static final int HIGHEST = 32_000;
  private static final int ATTEMPTS_MAX = 100;

  private Ports() {}

  /** A port nobody listens on now. */
  public static int free() {
    for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
      var port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST);
      if (isFree(port)) {
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
}
