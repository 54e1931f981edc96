package chronicle.query;

import chronicle.runtime.Failure;
import com.google.protobuf.Duration;
import io.grpc.StatusRuntimeException;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Knows how far the read model is behind the logs, by asking the ledger every second where they
 * end.
 */
final class Lags implements AutoCloseable {
  private static final long PERIOD_SECONDS = 1;
  private static final int HEADS_MAX = 3_600;

  private final LedgerClient client;
  private final Map<String, Heads> ledgers = new ConcurrentHashMap<>();
  private final Thread thread = Thread.ofVirtual().name("lags").unstarted(this::watch);

  private Lags(LedgerClient client) {
    this.client = client;
  }

  static Lags start(LedgerClient client) {
    var lags = new Lags(client);
    lags.thread.start();
    return lags;
  }

  /**
   * How long the oldest event beyond a position has waited, to the second; zero at the head, empty
   * where the ledger has not said where that is.
   */
  Optional<Duration> behind(String ledger, long position) {
    return Optional.ofNullable(ledgers.get(ledger))
        .map(heads -> heads.since(position, System.nanoTime()))
        .map(nanos -> Duration.newBuilder().setSeconds(TimeUnit.NANOSECONDS.toSeconds(nanos)))
        .map(Duration.Builder::build);
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void watch() {
    try {
      while (true) {
        ask();
        TimeUnit.SECONDS.sleep(PERIOD_SECONDS);
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  private void ask() {
    try {
      for (var ledger : client.ledgers()) {
        ledgers
            .computeIfAbsent(ledger.getLedger(), _ -> new Heads())
            .add(ledger.getPosition(), System.nanoTime());
      }
    } catch (Failure | StatusRuntimeException _) {
      // What was heard before still holds, and ages.
    }
  }

  /** Where a log ended, and since when that is known. */
  private static final class Heads {
    private final ArrayDeque<Head> heads = new ArrayDeque<>();

    private record Head(long position, long nanos) {}

    synchronized void add(long position, long nanos) {
      if (heads.isEmpty() || position > heads.getLast().position()) {
        heads.add(new Head(position, nanos));
      }
      if (heads.size() > HEADS_MAX) {
        heads.removeFirst();
      }
    }

    synchronized long since(long position, long nanos) {
      // Newest first: most ask from near the head, whatever was heard in the hour before.
      var newestFirst = heads.descendingIterator();
      var since = 0L;
      while (newestFirst.hasNext()) {
        var head = newestFirst.next();
        if (head.position() <= position) {
          break;
        }
        since = nanos - head.nanos();
      }
      return since;
    }
  }
}
