package chronicle.projector;

import chronicle.error.v1.ErrorReason;
import chronicle.event.v1.Event;
import chronicle.ledger.v1.EventLogServiceGrpc;
import chronicle.ledger.v1.Ledger;
import chronicle.ledger.v1.LedgerServiceGrpc;
import chronicle.ledger.v1.ListLedgersRequest;
import chronicle.ledger.v1.ReadEventsRequest;
import chronicle.ledger.v1.ReadEventsResponse;
import com.google.protobuf.Any;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The ledger service as the projector uses it; every call throws StatusRuntimeException where the
 * service does not answer.
 */
final class LogReader {
  /** How many events share a message: one in each was a fifth of a rebuilding projector's time. */
  static final int MESSAGE_EVENTS = 256;

  private static final int PAGE_SIZE = 1_000;
  private static final long LIST_SECONDS_MAX = 5;
  private static final long READ_SECONDS_MAX = 30;

  private final Channel channel;
  private final LedgerServiceGrpc.LedgerServiceBlockingStub ledgers;
  private final EventLogServiceGrpc.EventLogServiceBlockingStub events;

  LogReader(Channel channel) {
    this.channel = channel;
    this.ledgers = LedgerServiceGrpc.newBlockingStub(channel);
    this.events = EventLogServiceGrpc.newBlockingStub(channel);
  }

  /** For calls that take long. */
  Channel channel() {
    return channel;
  }

  /** All ledgers and where they stand. */
  List<Ledger> ledgers() {
    var all = new ArrayList<Ledger>();
    var token = "";
    do {
      var page =
          ledgers
              .withDeadlineAfter(LIST_SECONDS_MAX, TimeUnit.SECONDS)
              .listLedgers(
                  ListLedgersRequest.newBuilder()
                      .setPageSize(PAGE_SIZE)
                      .setPageToken(token)
                      .build());
      all.addAll(page.getLedgersList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return all;
  }

  /**
   * The events from a position on, in order, at most {@code max}; none at the head. What arrives
   * before the service breaks off is sound, and is answered: the next read begins where it broke.
   */
  List<Event> read(String ledger, long from, int max) {
    var request =
        ReadEventsRequest.newBuilder()
            .setLedger(ledger)
            .setFromPosition(from)
            .setMaxEvents(max)
            .setEventsPerMessage(MESSAGE_EVENTS)
            .build();
    var read = new ArrayList<Event>();
    try {
      events
          .withDeadlineAfter(READ_SECONDS_MAX, TimeUnit.SECONDS)
          .readEvents(request)
          .forEachRemaining(response -> read.addAll(events(response)));
    } catch (StatusRuntimeException e) {
      if (read.isEmpty()) {
        throw e;
      }
    }
    return read;
  }

  /** What a message holds: one event, where the service is older than messages of many. */
  static List<Event> events(ReadEventsResponse message) {
    return message.hasEvent() ? List.of(message.getEvent()) : message.getEventsList();
  }

  /** Whether the service says that it can't read what is asked for, and never will unmended. */
  static boolean stopped(StatusRuntimeException thrown) {
    var status = StatusProto.fromThrowable(thrown);
    return status != null && status.getDetailsList().stream().anyMatch(LogReader::saysStopped);
  }

  private static boolean saysStopped(Any detail) {
    try {
      return detail.is(ErrorInfo.class)
          && detail.unpack(ErrorInfo.class).getReason().equals(ErrorReason.LEDGER_STOPPED.name());
    } catch (InvalidProtocolBufferException e) {
      return false;
    }
  }
}
