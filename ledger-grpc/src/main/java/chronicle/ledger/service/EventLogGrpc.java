package chronicle.ledger.service;

import chronicle.error.v1.ErrorReason;
import chronicle.event.v1.Event;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.feed.Feeds;
import chronicle.ledger.feed.Tap;
import chronicle.ledger.log.EncodedEvent;
import chronicle.ledger.log.History;
import chronicle.ledger.log.UnreadableEventException;
import chronicle.ledger.log.Upcasters;
import chronicle.ledger.v1.EventLogServiceGrpc.EventLogServiceImplBase;
import chronicle.ledger.v1.GetEventRequest;
import chronicle.ledger.v1.ReadEventsRequest;
import chronicle.ledger.v1.ReadEventsResponse;
import chronicle.ledger.v1.ResolvePositionRequest;
import chronicle.ledger.v1.ResolvePositionResponse;
import chronicle.ledger.v1.SubscribeEventsRequest;
import chronicle.ledger.v1.SubscribeEventsResponse;
import chronicle.runtime.Failure;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/**
 * The log, to be read, each event in its type's newest version; a reader that is slow waits for
 * nobody and holds no more than one page.
 */
public final class EventLogGrpc extends EventLogServiceImplBase {
  private final History history;
  private final Feeds feeds;

  /** The service over a log, and over the feeds of what is added to it. */
  public EventLogGrpc(History history, Feeds feeds) {
    this.history = history;
    this.feeds = feeds;
  }

  @Override
  public void readEvents(ReadEventsRequest message, StreamObserver<ReadEventsResponse> observer) {
    LedgerId ledger = Fields.ledger(message.getLedger());
    EventFilter.requireKnown(message.getTypesList());
    var paced = new PacedObserver<>((ServerCallStreamObserver<ReadEventsResponse>) observer);
    Call.blocking(observer, () -> stream(ledger, message, paced));
  }

  @Override
  public void subscribeEvents(
      SubscribeEventsRequest message, StreamObserver<SubscribeEventsResponse> observer) {
    LedgerId ledger = Fields.ledger(message.getLedger());
    var filter = EventFilter.of(message.getAccountsList(), message.getTypesList());
    var paced = new PacedObserver<>((ServerCallStreamObserver<SubscribeEventsResponse>) observer);
    Call.blocking(observer, () -> follow(ledger, message, filter, paced));
  }

  @Override
  public void getEvent(GetEventRequest message, StreamObserver<Event> observer) {
    var id = Fields.eventId(message.getLedger(), message.getEventId());
    Call.answering(observer, () -> event(id.ledger(), history.event(id.ledger(), id.position())));
  }

  @Override
  public void resolvePosition(
      ResolvePositionRequest message, StreamObserver<ResolvePositionResponse> observer) {
    LedgerId ledger = Fields.ledger(message.getLedger());
    var time = Fields.time("time", message.getTime());
    long deadlineNanos = Call.deadlineNanos();
    Call.answering(
        observer,
        () ->
            ResolvePositionResponse.newBuilder()
                .setPosition(history.positionAt(ledger, time, deadlineNanos))
                .build());
  }

  private void stream(
      LedgerId ledger, ReadEventsRequest message, PacedObserver<ReadEventsResponse> observer) {
    var pages =
        history.pages(
            ledger,
            Math.max(message.getFromPosition(), 1),
            message.getToPosition() == 0 ? Long.MAX_VALUE : message.getToPosition(),
            message.getAccountsList(),
            message.getTypesList());
    var messages = new EventMessages(observer, message.getEventsPerMessage());
    long left = message.getMaxEvents() == 0 ? Long.MAX_VALUE : message.getMaxEvents();
    var goesOn = true;
    try {
      while (goesOn && left > 0 && pages.hasNext()) {
        for (EncodedEvent encoded : pages.next()) {
          goesOn = left-- > 0 && messages.add(event(ledger, encoded));
          if (!goesOn) {
            break;
          }
        }
      }
    } finally {
      messages.flush(); // what stands before an event that can't be read is sound
    }
    observer.complete();
  }

  private void follow(
      LedgerId ledger,
      SubscribeEventsRequest message,
      EventFilter filter,
      PacedObserver<SubscribeEventsResponse> observer) {
    try (var tap = feeds.open(ledger, observer::wake)) {
      long after = message.getFromHead() ? tap.start() : before(message.getFromPosition(), tap);
      new Subscription(tap, after, filter, observer, feeds.settings()).run();
    }
  }

  /** The position before the first one wanted; POSITION_UNKNOWN beyond the head. */
  private static long before(long fromPosition, Tap tap) {
    long before = Math.max(fromPosition, 1) - 1;
    if (before > tap.start()) {
      throw Failure.of(
              ErrorReason.POSITION_UNKNOWN,
              "Position %d is more than one beyond the head.".formatted(fromPosition))
          .with("head", Long.toString(tap.start()));
    }
    return before;
  }

  /** Throws {@link UnreadableEventException}. */
  static Event event(LedgerId ledger, EncodedEvent encoded) {
    try {
      return Upcasters.upcast(Event.parseFrom(encoded.bytes()));
    } catch (InvalidProtocolBufferException e) {
      throw new UnreadableEventException(
          ledger.value(), encoded.position(), String.valueOf(e.getMessage()));
    }
  }
}
