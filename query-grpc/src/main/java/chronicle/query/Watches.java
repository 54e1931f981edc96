package chronicle.query;

import io.grpc.stub.ServerCallStreamObserver;
import java.time.Duration;
import java.util.Optional;

/**
 * Streams of what happens. Nothing is kept for a reader that is slow: what it has not taken yet is
 * looked up when it does.
 */
final class Watches implements AutoCloseable {
  static final int WATCHES_MAX = 1_000;

  /** However often the read model moves, a watch looks no more often, nor do all together. */
  private static final Duration LOOK_INTERVAL_MIN = Duration.ofMillis(10);

  private static final int LOOKS_PER_SECOND_MAX = 20_000;

  private static final Duration HEARTBEAT_INTERVAL = Duration.ofSeconds(5);

  /** So long a watch waits for news before it looks whether the server stops. */
  private static final Duration SILENCE_MAX = Duration.ofSeconds(1);

  private final Freshness freshness;
  private final PacedStreams streams = new PacedStreams("watch", WATCHES_MAX);
  private volatile boolean closed;

  Watches(Freshness freshness) {
    this.freshness = freshness;
  }

  /** What one watch sends. */
  interface Source<A> {
    /** What there is to tell since the last look; may be nothing. */
    Look<A> look();

    /** A frame that says only how far the stream has come. */
    A heartbeat();
  }

  /**
   * One look.
   *
   * @param frame empty where nothing happened
   * @param position up to which all has been told
   * @param more whether there is more to tell at once
   */
  record Look<A>(Optional<A> frame, long position, boolean more) {}

  /** Streams what the source tells until the reader goes or the server stops, on another thread. */
  <A> void start(String ledger, ServerCallStreamObserver<A> observer, Source<A> source) {
    streams.start(observer, paced -> stream(ledger, paced, source));
  }

  @Override
  public void close() {
    closed = true;
  }

  private <A> void stream(String ledger, PacedObserver<A> observer, Source<A> source)
      throws InterruptedException {
    var sentNanos = System.nanoTime();
    while (!closed) {
      var look = source.look();
      var due = System.nanoTime() - sentNanos >= HEARTBEAT_INTERVAL.toNanos();
      var frame = look.frame().or(() -> due ? Optional.of(source.heartbeat()) : Optional.empty());
      if (frame.isPresent()) {
        sentNanos = System.nanoTime();
      }
      var sent = frame.isEmpty() || observer.send(frame.get());
      if (!sent || observer.gone()) {
        return;
      }
      if (!look.more()) {
        Thread.sleep(lookInterval());
        freshness.await(ledger, look.position() + 1, SILENCE_MAX);
      }
    }
  }

  private Duration lookInterval() {
    var share = Duration.ofSeconds(streams.active()).dividedBy(LOOKS_PER_SECOND_MAX);
    return share.compareTo(LOOK_INTERVAL_MIN) > 0 ? share : LOOK_INTERVAL_MIN;
  }
}
