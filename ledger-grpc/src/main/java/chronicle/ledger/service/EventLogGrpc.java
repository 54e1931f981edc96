package chronicle.ledger.service;

import chronicle.event.v1.Event;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.log.EncodedEvent;
import chronicle.ledger.log.History;
import chronicle.ledger.log.Upcasters;
import chronicle.ledger.v1.EventLogServiceGrpc.EventLogServiceImplBase;
import chronicle.ledger.v1.GetEventRequest;
import chronicle.ledger.v1.ReadEventsRequest;
import chronicle.ledger.v1.ReadEventsResponse;
import chronicle.ledger.v1.ResolvePositionRequest;
import chronicle.ledger.v1.ResolvePositionResponse;
import chronicle.runtime.Failure;
import com.google.protobuf.InvalidProtocolBufferException;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The log, to be read, each event in its type's newest version; a reader that is slow waits for
 * nobody and holds no more than one page.
 */
public final class EventLogGrpc extends EventLogServiceImplBase {
  private static final Set<String> TYPES =
      Event.getDescriptor().getOneofs().getFirst().getFields().stream()
          .map(field -> field.getMessageType().getName())
          .collect(Collectors.toUnmodifiableSet());

  private final History history;

  /** The service over a log. */
  public EventLogGrpc(History history) {
    this.history = history;
  }

  @Override
  public void readEvents(ReadEventsRequest message, StreamObserver<ReadEventsResponse> observer) {
    LedgerId ledger = Fields.ledger(message.getLedger());
    requireKnown(message.getTypesList());
    var paced = new PacedObserver<>((ServerCallStreamObserver<ReadEventsResponse>) observer);
    Call.blocking(observer, () -> stream(ledger, message, paced));
  }

  @Override
  public void getEvent(GetEventRequest message, StreamObserver<Event> observer) {
    var id = Fields.eventId(message.getLedger(), message.getEventId());
    Call.answering(observer, () -> event(history.event(id.ledger(), id.position())));
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
    long left = message.getMaxEvents() == 0 ? Long.MAX_VALUE : message.getMaxEvents();
    while (left > 0 && pages.hasNext()) {
      for (EncodedEvent encoded : pages.next()) {
        boolean goesOn =
            left-- > 0
                && observer.send(ReadEventsResponse.newBuilder().setEvent(event(encoded)).build());
        if (!goesOn) {
          break;
        }
      }
    }
    observer.complete();
  }

  private static void requireKnown(Iterable<String> types) {
    for (String type : types) {
      if (!TYPES.contains(type)) {
        throw Failure.invalid("types", type + " is not an event type");
      }
    }
  }

  static Event event(EncodedEvent encoded) {
    try {
      return Upcasters.upcast(Event.parseFrom(encoded.bytes()));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a stored event can't be read", e);
    }
  }
}
