package chronicle.chaos.lab;

import chronicle.ledger.v1.EventLogServiceGrpc;
import chronicle.ledger.v1.SubscribeEventsRequest;
import chronicle.ledger.v1.SubscribeEventsResponse;
import io.grpc.ManagedChannel;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Subscribers to a ledger's events who stop reading after the first, until they read on. */
final class SlowReaders implements AutoCloseable {
  private static final int COUNT = 20;

  private final List<Reader> readers;

  SlowReaders(ManagedChannel channel, String ledger) {
    readers = IntStream.range(0, COUNT).mapToObj(_ -> new Reader(channel, ledger)).toList();
  }

  void readOn() {
    readers.forEach(Reader::readOn);
  }

  /** Whether each has read to the position, or has been cut off. */
  boolean haveAll(long position) {
    return readers.stream().allMatch(reader -> reader.has(position));
  }

  /** Whether each has read every position up to its last. */
  boolean missedNothing() {
    return readers.stream().allMatch(Reader::missedNothing);
  }

  @Override
  public void close() {
    readers.forEach(Reader::cancel);
  }

  private static final class Reader
      implements ClientResponseObserver<SubscribeEventsRequest, SubscribeEventsResponse> {
    private @Nullable ClientCallStreamObserver<SubscribeEventsRequest> call;
    private long last;
    private boolean gap;
    private boolean ended;
    private boolean fast;

    Reader(ManagedChannel channel, String ledger) {
      EventLogServiceGrpc.newStub(channel)
          .subscribeEvents(
              SubscribeEventsRequest.newBuilder().setLedger(ledger).setFromPosition(1).build(),
              this);
    }

    @Override
    public synchronized void beforeStart(ClientCallStreamObserver<SubscribeEventsRequest> started) {
      call = started;
      started.disableAutoRequestWithInitial(1);
    }

    @Override
    public synchronized void onNext(SubscribeEventsResponse response) {
      if (response.hasEvent()) {
        gap |= response.getEvent().getPosition() != last + 1;
        last = response.getEvent().getPosition();
      }
      if (fast && call != null) {
        call.request(1);
      }
    }

    @Override
    public synchronized void onError(Throwable thrown) {
      ended = true;
    }

    @Override
    public synchronized void onCompleted() {
      ended = true;
    }

    synchronized void readOn() {
      fast = true;
      if (call != null) {
        call.request(1);
      }
    }

    synchronized boolean has(long position) {
      return ended || last >= position;
    }

    synchronized boolean missedNothing() {
      return !gap;
    }

    synchronized void cancel() {
      if (call != null) {
        call.cancel("The scenario is over", null);
      }
    }
  }
}
