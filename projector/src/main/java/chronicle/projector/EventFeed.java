package chronicle.projector;

import chronicle.event.v1.Event;
import chronicle.runtime.Backoff;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * A ledger's events in order, each position once, by whole commands: from the stream as long as it
 * goes on from the last position, else from the log itself, which is asked until the stream can
 * take over again. Belongs to one thread.
 */
final class EventFeed implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(EventFeed.class);

  private static final int STREAM_EVENTS_MAX = 4_096;
  private static final int LOG_EVENTS_MAX = 2_048;
  private static final Duration STREAM_WAIT = Duration.ofMillis(250);
  private static final Duration STREAM_QUIET_MAX = Duration.ofSeconds(1);
  private static final Duration STREAM_RETRY = Duration.ofMillis(500);
  private static final Duration LOG_POLL = Duration.ofMillis(50);
  private static final Backoff LOG_BACKOFF =
      new Backoff(Duration.ofMillis(100), Duration.ofSeconds(2));

  private final String ledger;
  private final StreamReader stream;
  private final LogReader logReader;
  private final LongSupplier head;

  private List<Event> pending = new ArrayList<>();
  private long received;
  private Source source = Source.STREAM;
  private Optional<String> streamLost = Optional.empty();
  private String unreadable = "";
  private long streamRetryNanos;
  private long arrivedNanos = System.nanoTime();
  private int failures;

  /** Where events come from now. */
  enum Source {
    STREAM,
    LOG,
    NONE
  }

  /**
   * Feeds the events after a position; {@code head} tells the ledger's last position as far as is
   * known.
   */
  EventFeed(Checkpoint from, StreamReader stream, LogReader logReader, LongSupplier head) {
    this.ledger = from.ledger();
    this.received = from.position();
    this.stream = stream;
    this.logReader = logReader;
    this.head = head;
  }

  Source source() {
    return source;
  }

  /**
   * Why the next event can't be read by anyone until it is mended, naming its position; empty where
   * it can.
   */
  String unreadable() {
    return unreadable;
  }

  /**
   * The events after a position, whole commands, at most as many as one read gives and the rest of
   * a command; waits a while, and answers none if none came. Throws {@link WrongIncarnation}.
   */
  List<Event> take(long after) throws InterruptedException {
    if (after != received - pending.size()) {
      skipTo(after);
    }
    if (wholeCommands() == 0) {
      receive();
    }
    return takeWholeCommands();
  }

  /** Another projector went ahead: drops what it did. */
  private void skipTo(long after) {
    var first = received - pending.size() + 1;
    var done = after + 1 - first;
    if (done >= 0 && done <= pending.size()) {
      pending = new ArrayList<>(pending.subList((int) done, pending.size()));
    } else {
      pending = new ArrayList<>();
      received = after;
    }
  }

  private void receive() throws InterruptedException {
    if (System.nanoTime() >= streamRetryNanos) {
      try {
        if (receiveFromStream()) {
          return;
        }
      } catch (StreamLost e) {
        leaveStream(String.valueOf(e.getMessage()));
      }
    }
    receiveFromLog();
  }

  /** False where the stream was quiet for too long although the ledger has more. */
  private boolean receiveFromStream() throws StreamLost, InterruptedException {
    var events = stream.read(received + 1, STREAM_EVENTS_MAX, STREAM_WAIT);
    if (events.isEmpty() && head.getAsLong() > received && quiet()) {
      stream.close();
      leaveStream("the stream is quiet, the ledger at %d".formatted(head.getAsLong()));
      return false;
    }
    events.forEach(this::append);
    use(Source.STREAM);
    return true;
  }

  private boolean quiet() {
    return System.nanoTime() - arrivedNanos > STREAM_QUIET_MAX.toNanos();
  }

  private void leaveStream(String reason) {
    streamRetryNanos = System.nanoTime() + STREAM_RETRY.toNanos();
    streamLost = Optional.of(reason);
  }

  private void receiveFromLog() throws InterruptedException {
    try {
      var events = logReader.read(ledger, received + 1, LOG_EVENTS_MAX);
      failures = 0;
      unreadable = "";
      use(Source.LOG);
      events.forEach(this::append);
      if (events.isEmpty()) {
        Thread.sleep(LOG_POLL);
      }
    } catch (StatusRuntimeException e) {
      streamLost = Optional.of("%s; %s".formatted(streamLost.orElse(""), e.getStatus()));
      use(Source.NONE);
      if (LogReader.stopped(e)) {
        unreadable = "position %d: %s".formatted(received + 1, e.getStatus().getDescription());
      }
      Thread.sleep(LOG_BACKOFF.delay(failures++, RandomGenerator.getDefault()));
    }
  }

  private void append(Event event) {
    pending.add(event);
    unreadable = "";
    received++;
    arrivedNanos = System.nanoTime();
  }

  private void use(Source now) {
    if (now != source) {
      source = now;
      log.atLevel(now == Source.STREAM ? Level.INFO : Level.WARN)
          .setMessage("Events come from elsewhere")
          .addKeyValue("ledger", ledger)
          .addKeyValue("source", now)
          .addKeyValue("position", received)
          .addKeyValue("reason", now == Source.STREAM ? "" : streamLost.orElse(""))
          .log();
    }
  }

  private List<Event> takeWholeCommands() {
    var end = wholeCommands();
    if (end == 0) {
      return List.of();
    }
    var whole = pending.subList(0, end);
    pending = new ArrayList<>(pending.subList(end, pending.size()));
    return whole;
  }

  private int wholeCommands() {
    var end = pending.size();
    while (end > 0 && !endsCommand(pending.get(end - 1))) {
      end--;
    }
    return end;
  }

  private static boolean endsCommand(Event event) {
    return event.getTransactionIndex() >= event.getTransactionSize() - 1;
  }

  @Override
  public void close() {
    stream.close();
  }
}
