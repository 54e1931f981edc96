package chronicle.mesh;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TCP link to one server of the loopback interface, which can be harmed as networks are. Clients
 * connect to {@link #port}. Whole, it passes every byte in order and ends connections as either
 * side does; a side that does not read is felt by the other, as without it.
 */
public final class Link implements AutoCloseable {
  private static final int WAITING_MAX = 200;
  private static final int CONNECT_MILLIS_MAX = 2_000;

  /** One of the two ways that bytes go. */
  public enum Direction {
    /** From the client to the server. */
    TO_SERVER,
    /** From the server to the client. */
    TO_CLIENT
  }

  private final String name;
  private final int server;
  private final ServerSocket listener;
  private final Weather weather = new Weather();
  private final Set<Wire> wires = ConcurrentHashMap.newKeySet();

  /** A whole link to the port, open at once; the server need not run. */
  Link(String name, int port, int server) {
    this.name = name;
    this.server = server;
    try {
      listener = new ServerSocket(port, WAITING_MAX, InetAddress.getLoopbackAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().name(name).start(this::accept);
  }

  /** The client and the server, as {@code ledger>postgres}. */
  public String name() {
    return name;
  }

  /** Where clients connect instead of to the server. */
  public int port() {
    return listener.getLocalPort();
  }

  /** Resets all connections, and every new one, until it heals: the machine behind it is gone. */
  public void cut() {
    weather.change(it -> it.withRefusing(true));
    wires.forEach(Wire::reset);
  }

  /**
   * Nothing arrives on either side, and nobody is told, until it heals: packets are lost. Then what
   * was sent meanwhile arrives.
   */
  public void stall() {
    weather.change(it -> it.withStalled(Set.of(Direction.values())));
  }

  /** As {@link #stall()}, one way: the other still works. */
  public void stall(Direction direction) {
    weather.change(it -> it.withStalled(Set.of(direction)));
  }

  /**
   * Takes connections and all that comes over them, and passes nothing on: half-open. When it heals
   * it resets the connections that lost bytes, for a stream with a hole is none.
   */
  public void swallow() {
    weather.change(it -> it.withSwallowing(true));
  }

  /** Makes every byte arrive later by so much, each way; the rate stays. */
  public void delay(Duration latency) {
    weather.change(it -> it.withLatency(latency));
  }

  /** Lets no more than so many bytes per second through, each way and connection. */
  public void throttle(long bytesPerSecond) {
    weather.change(it -> it.withBytesPerSecond(bytesPerSecond));
  }

  /** Makes it whole again. */
  public void heal() {
    wires.stream().filter(Wire::hasLostBytes).forEach(Wire::reset);
    weather.change(_ -> Weather.State.FAIR);
  }

  /** How many connections are open over it. */
  public int connections() {
    return wires.size();
  }

  /** Resets all connections and takes no more. */
  @Override
  public void close() {
    try {
      listener.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    wires.forEach(Wire::reset);
  }

  private void accept() {
    while (!listener.isClosed()) {
      try {
        var client = listener.accept();
        Thread.ofVirtual().name(name).start(() -> connect(client));
      } catch (IOException e) {
        // Closed; or a connection that was gone before it was taken.
      }
    }
  }

  private void connect(Socket client) {
    if (weather.now().refusing()) {
      Wire.reset(client);
      return;
    }
    var upstream = new Socket();
    try {
      upstream.connect(Ports.address(server), CONNECT_MILLIS_MAX);
      client.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
    } catch (IOException e) {
      Wire.reset(client);
      Wire.reset(upstream);
      return;
    }
    var wire = new Wire(client, upstream, weather, wires::remove);
    wires.add(wire);
    wire.start();
    if (weather.now().refusing()) {
      // Cut between the question above and now.
      wire.reset();
    }
  }
}
