package chronicle.ledger.service;

import chronicle.error.v1.ErrorReason;
import chronicle.event.v1.Event;
import chronicle.ledger.feed.Commands;
import chronicle.ledger.feed.FeedSettings;
import chronicle.ledger.feed.Tap;
import chronicle.ledger.v1.CaughtUp;
import chronicle.ledger.v1.Checkpoint;
import chronicle.ledger.v1.FellBehind;
import chronicle.ledger.v1.SubscribeEventsResponse;
import chronicle.runtime.Failure;
import io.grpc.Status;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.BooleanSupplier;

/**
 * One subscriber's stream, for one thread that may block: the log after a position, at the reader's
 * pace. It looks at whole commands, holds no more of them than a page and the command that leaves
 * it, and between two of them says how far it has come.
 */
final class Subscription {
  private final Tap tap;
  private final EventFilter filter;
  private final PacedObserver<SubscribeEventsResponse> observer;
  private final FeedSettings settings;

  /** The last position looked at. */
  private long position;

  /** Whether a command is known to end at the position. */
  private boolean betweenCommands;

  private boolean live;
  private long checkpointNanos;

  Subscription(
      Tap tap,
      long after,
      EventFilter filter,
      PacedObserver<SubscribeEventsResponse> observer,
      FeedSettings settings) {
    this.tap = tap;
    this.filter = filter;
    this.observer = observer;
    this.settings = settings;
    position = after;
    betweenCommands = after == 0 || after == tap.start();
    checkpointNanos = System.nanoTime() + settings.checkpointInterval().toNanos();
  }

  /**
   * Streams until it throws: what ended the feed, READER_TOO_SLOW with the position to go on after,
   * or CANCELLED when the reader has gone away.
   */
  void run() {
    while (true) {
      if (position < tap.end()) {
        deliver(commands());
      } else {
        if (!live && position >= tap.head()) {
          live = true;
          send(frame().setCaughtUp(CaughtUp.newBuilder().setPosition(position)).build());
        }
        await(() -> position < tap.end());
      }
    }
  }

  private void deliver(List<Event> events) {
    for (Event event : events) {
      if (filter.matches(event)) {
        send(frame().setEvent(event).build());
        tap.countSent();
      }
      position = event.getPosition();
      betweenCommands = Commands.isEnd(event);
      sendCheckpointIfDue();
    }
  }

  /** The next whole commands, at least one. */
  private List<Event> commands() {
    var events = new ArrayList<Event>();
    do {
      events.addAll(events(position + events.size() + 1));
    } while (Commands.whole(events) == 0);
    return events.subList(0, Commands.whole(events));
  }

  private List<Event> events(long from) {
    Optional<List<Event>> recent = tap.recent(from);
    if (recent.isPresent()) {
      return recent.get();
    }
    if (live) {
      live = false;
      send(frame().setFellBehind(FellBehind.newBuilder().setPosition(position)).build());
    }
    CompletableFuture<List<Event>> stored = tap.stored(from);
    await(stored::isDone);
    return result(stored);
  }

  /** Waits until the condition holds, and meanwhile says how far it has come. */
  private void await(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      observer.await(
          () -> condition.getAsBoolean() || tap.hasEnded(), checkpointNanos - System.nanoTime());
      requireOpen();
      sendCheckpointIfDue();
    }
  }

  private void sendCheckpointIfDue() {
    long now = System.nanoTime();
    if (now - checkpointNanos >= 0) {
      checkpointNanos = now + settings.checkpointInterval().toNanos();
      if (betweenCommands) {
        send(frame().setCheckpoint(Checkpoint.newBuilder().setPosition(position)).build());
      }
    }
  }

  /**
   * Waits for room: as long as there is none, all that was sent last is still to be taken by the
   * reader.
   */
  private void send(SubscribeEventsResponse response) {
    boolean inTime =
        observer.await(
            () -> observer.hasRoom() || tap.hasEnded(), settings.readerPatience().toNanos());
    requireOpen();
    if (!inTime) {
      tap.countCutOff();
      throw Failure.of(
              ErrorReason.READER_TOO_SLOW,
              "The reader took nothing for %d ms; go on after position %d."
                  .formatted(settings.readerPatience().toMillis(), position))
          .with("position", Long.toString(position));
    }
    observer.send(response);
  }

  private void requireOpen() {
    if (observer.isGone()) {
      throw Status.CANCELLED.withDescription("The reader has gone away.").asRuntimeException();
    }
    tap.requireOpen();
  }

  private static List<Event> result(CompletableFuture<List<Event>> stored) {
    try {
      return stored.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }

  private static SubscribeEventsResponse.Builder frame() {
    return SubscribeEventsResponse.newBuilder();
  }
}
