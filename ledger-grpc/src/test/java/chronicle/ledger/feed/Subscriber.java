package chronicle.ledger.feed;

import static org.assertj.core.api.Assertions.assertThat;

import chronicle.event.v1.Event;
import chronicle.ledger.v1.EventLogServiceGrpc;
import chronicle.ledger.v1.SubscribeEventsRequest;
import chronicle.ledger.v1.SubscribeEventsResponse;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.rpc.ErrorInfo;
import io.grpc.Channel;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A client of SubscribeEvents that takes frames only as far as it is told to. */
final class Subscriber
    implements ClientResponseObserver<SubscribeEventsRequest, SubscribeEventsResponse> {
  private static final long PATIENCE_SECONDS = 60;

  private final List<SubscribeEventsResponse> frames = new ArrayList<>();
  private final CompletableFuture<Throwable> end = new CompletableFuture<>();
  private final CompletableFuture<ClientCallStreamObserver<SubscribeEventsRequest>> call =
      new CompletableFuture<>();

  private Subscriber() {}

  /** Subscribes, and takes nothing yet. */
  static Subscriber start(Channel channel, SubscribeEventsRequest request) {
    var subscriber = new Subscriber();
    EventLogServiceGrpc.newStub(channel).subscribeEvents(request, subscriber);
    return subscriber;
  }

  static SubscribeEventsRequest fromPosition(long position) {
    return SubscribeEventsRequest.newBuilder().setFromPosition(position).build();
  }

  static SubscribeEventsRequest fromHead() {
    return SubscribeEventsRequest.newBuilder().setFromHead(true).build();
  }

  /** Takes so many frames more. */
  void take(int count) {
    call.join().request(count);
  }

  void cancel() {
    call.join().cancel("enough", null);
  }

  synchronized List<SubscribeEventsResponse> frames() {
    return List.copyOf(frames);
  }

  List<Event> events() {
    return frames().stream()
        .filter(SubscribeEventsResponse::hasEvent)
        .map(SubscribeEventsResponse::getEvent)
        .toList();
  }

  List<Long> positions() {
    return events().stream().map(Event::getPosition).toList();
  }

  /** The position of the last frame, to go on after; 0 before the first. */
  synchronized long position() {
    return frames.isEmpty() ? 0 : position(frames.getLast());
  }

  boolean isCaughtUp(long position) {
    return frames().stream()
        .anyMatch(frame -> frame.hasCaughtUp() && frame.getCaughtUp().getPosition() == position);
  }

  boolean hasEnded() {
    return end.isDone();
  }

  /** What the stream ended with. */
  ErrorInfo error() throws Exception {
    var status =
        Objects.requireNonNull(
            StatusProto.fromThrowable(end.get(PATIENCE_SECONDS, TimeUnit.SECONDS)));
    assertThat(status.getDetailsList()).as(status.toString()).isNotEmpty();
    return unpack(status);
  }

  static long position(SubscribeEventsResponse frame) {
    return switch (frame.getFrameCase()) {
      case EVENT -> frame.getEvent().getPosition();
      case CAUGHT_UP -> frame.getCaughtUp().getPosition();
      case FELL_BEHIND -> frame.getFellBehind().getPosition();
      case CHECKPOINT -> frame.getCheckpoint().getPosition();
      case FRAME_NOT_SET -> throw new AssertionError("a frame that says nothing");
    };
  }

  @Override
  public void beforeStart(ClientCallStreamObserver<SubscribeEventsRequest> started) {
    started.disableAutoRequestWithInitial(0);
    call.complete(started);
  }

  @Override
  public synchronized void onNext(SubscribeEventsResponse frame) {
    frames.add(frame);
  }

  @Override
  public void onError(Throwable thrown) {
    end.complete(thrown);
  }

  @Override
  public void onCompleted() {
    end.complete(new AssertionError("a subscription is never complete"));
  }

  private static ErrorInfo unpack(com.google.rpc.Status status)
      throws InvalidProtocolBufferException {
    return status.getDetails(0).unpack(ErrorInfo.class);
  }
}
