package chronicle.mesh;

import com.google.protobuf.ByteString;
import java.io.IOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/** One connection over a link: for each way a reader, what is on its way, and a writer. */
final class Wire {
  private static final int CHUNK_BYTES_MAX = 16 * 1024;
  // What may be on its way: a side that does not read is soon felt by the other.
  private static final int CHUNKS_MAX = 32;

  /** Bytes that are on their way; none mean the end. */
  private record Chunk(ByteString bytes, long cameNanos) {}

  private interface Task {
    void run() throws IOException, InterruptedException;
  }

  private final Socket client;
  private final Socket server;
  private final Weather weather;
  private final Consumer<Wire> ended;
  private final List<Thread> threads = new ArrayList<>();
  private final AtomicInteger openWays = new AtomicInteger(Link.Direction.values().length);
  private volatile boolean lostBytes;

  /** A connection between two open sockets, which tells when it has ended. */
  Wire(Socket client, Socket server, Weather weather, Consumer<Wire> ended) {
    this.client = client;
    this.server = server;
    this.weather = weather;
    this.ended = ended;
    prepare(Link.Direction.TO_SERVER, client, server);
    prepare(Link.Direction.TO_CLIENT, server, client);
  }

  void start() {
    threads.forEach(Thread::start);
  }

  /** Whether something that was sent over it will never arrive. */
  boolean hasLostBytes() {
    return lostBytes;
  }

  /** Ends it as a crash would: both sides see a reset. */
  void reset() {
    reset(client);
    reset(server);
    threads.forEach(Thread::interrupt);
    ended.accept(this);
  }

  static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // It is closed already.
    }
  }

  private void prepare(Link.Direction way, Socket from, Socket to) {
    var underway = new ArrayBlockingQueue<Chunk>(CHUNKS_MAX);
    threads.add(Thread.ofVirtual().unstarted(() -> run(() -> read(from, underway))));
    threads.add(Thread.ofVirtual().unstarted(() -> run(() -> write(way, underway, to))));
  }

  /** What ends one way by a failure ends the connection. */
  private void run(Task task) {
    try {
      task.run();
    } catch (IOException | InterruptedException e) {
      reset();
    }
  }

  private static void read(Socket from, BlockingQueue<Chunk> underway)
      throws IOException, InterruptedException {
    var input = from.getInputStream();
    var buffer = new byte[CHUNK_BYTES_MAX];
    for (int n = input.read(buffer); n >= 0; n = input.read(buffer)) {
      underway.put(new Chunk(ByteString.copyFrom(buffer, 0, n), System.nanoTime()));
    }
    underway.put(new Chunk(ByteString.EMPTY, System.nanoTime()));
  }

  private void write(Link.Direction way, BlockingQueue<Chunk> underway, Socket to)
      throws IOException, InterruptedException {
    var lastNanos = System.nanoTime();
    while (true) {
      var chunk = underway.take();
      var state = weather.awaitPassage(way, chunk.cameNanos, chunk.bytes.size(), lastNanos);
      if (state.swallowing()) {
        lostBytes = true;
      } else if (lostBytes) {
        reset();
        return;
      } else if (chunk.bytes.isEmpty()) {
        end(to);
        return;
      } else {
        chunk.bytes.writeTo(to.getOutputStream());
      }
      lastNanos = System.nanoTime();
    }
  }

  private void end(Socket to) throws IOException {
    to.shutdownOutput();
    if (openWays.decrementAndGet() == 0) {
      client.close();
      server.close();
      ended.accept(this);
    }
  }
}
