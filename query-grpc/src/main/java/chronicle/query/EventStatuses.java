package chronicle.query;

import static chronicle.error.v1.ErrorReason.EVENT_NOT_FOUND;

import chronicle.query.v1.EventStatus;
import chronicle.query.v1.GetEventStatusRequest;
import chronicle.runtime.Failure;

/** Answers how far events have come. */
final class EventStatuses {
  private final ReadModel model;
  private final LedgerClient ledgers;
  private final Lags lags;

  EventStatuses(ReadModel model, LedgerClient ledgers, Lags lags) {
    this.model = model;
    this.ledgers = ledgers;
    this.lags = lags;
  }

  EventStatus get(GetEventStatusRequest request) {
    var event = EventId.parse(request.getEventId());
    if (!request.getLedger().isEmpty() && !request.getLedger().equals(event.ledger())) {
      throw Failure.invalid("event_id", "is not an event of ledger " + request.getLedger());
    }
    var checkpoint = model.checkpoint(event.ledger());
    var materialized = checkpoint.isPresent() && event.position() <= checkpoint.get();
    if (!materialized && event.position() > ledgers.head(event.ledger())) {
      throw Failure.of(EVENT_NOT_FOUND, "There is no event " + request.getEventId() + " yet")
          .with("event_id", request.getEventId());
    }
    var status =
        EventStatus.newBuilder()
            .setEventId(request.getEventId())
            .setMaterialized(materialized)
            .setPosition(event.position())
            .setReadPosition(checkpoint.orElse(0L));
    lags.behind(event.ledger(), checkpoint.orElse(0L)).ifPresent(status::setLag);
    return status.build();
  }

  /** An event's id, {@code <ledger>-<position>}. */
  private record EventId(String ledger, long position) {
    static EventId parse(String id) {
      var dash = id.lastIndexOf('-');
      return new EventId(id.substring(0, dash), position(id.substring(dash + 1)));
    }

    /** A number beyond 64 bits is, like the greatest one, beyond every log. */
    private static long position(String digits) {
      try {
        return Long.parseLong(digits);
      } catch (NumberFormatException _) {
        return Long.MAX_VALUE;
      }
    }
  }
}
