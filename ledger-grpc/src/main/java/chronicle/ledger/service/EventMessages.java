package chronicle.ledger.service;

import chronicle.event.v1.Event;
import chronicle.ledger.v1.ReadEventsResponse;

/** Sends events to a reader, each by itself or many in a message. Belongs to one thread. */
final class EventMessages {
  // Far below the 4 MiB that a gRPC client takes, since the last event may go beyond it.
  private static final int MESSAGE_BYTES_MAX = 256 * 1024;

  private final PacedObserver<ReadEventsResponse> observer;
  private final int eventsPerMessage;
  private ReadEventsResponse.Builder message = ReadEventsResponse.newBuilder();
  private int bytes;

  /** Sends so many in a message, or each by itself where that is 0. */
  EventMessages(PacedObserver<ReadEventsResponse> observer, int eventsPerMessage) {
    this.observer = observer;
    this.eventsPerMessage = eventsPerMessage;
  }

  /** Sends an event once its message is full; false when the reader has gone away. */
  boolean add(Event event) {
    if (eventsPerMessage == 0) {
      return observer.send(ReadEventsResponse.newBuilder().setEvent(event).build());
    }
    message.addEvents(event);
    bytes += event.getSerializedSize();
    return (message.getEventsCount() < eventsPerMessage && bytes < MESSAGE_BYTES_MAX) || flush();
  }

  /** Sends what was added and not sent yet; false when the reader has gone away. */
  boolean flush() {
    if (message.getEventsCount() == 0) {
      return !observer.isGone();
    }
    var full = message.build();
    message = ReadEventsResponse.newBuilder();
    bytes = 0;
    return observer.send(full);
  }
}
