package chronicle.projector;

import chronicle.event.v1.Event;
import chronicle.ledger.v1.EventLogServiceGrpc;
import chronicle.ledger.v1.Ledger;
import chronicle.ledger.v1.LedgerServiceGrpc;
import chronicle.ledger.v1.ListLedgersRequest;
import chronicle.ledger.v1.ReadEventsRequest;
import io.grpc.Channel;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The ledger service as the projector uses it; every call throws StatusRuntimeException where the
 * service does not answer.
 */
final class LogReader {
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

  /** The events from a position on, in order, at most {@code max}; none at the head. */
  List<Event> read(String ledger, long from, int max) {
    var request =
        ReadEventsRequest.newBuilder()
            .setLedger(ledger)
            .setFromPosition(from)
            .setMaxEvents(max)
            .build();
    var read = new ArrayList<Event>();
    events
        .withDeadlineAfter(READ_SECONDS_MAX, TimeUnit.SECONDS)
        .readEvents(request)
        .forEachRemaining(response -> read.add(response.getEvent()));
    return read;
  }
}
