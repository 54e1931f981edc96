package chronicle.projector;

import chronicle.event.v1.Event;
import chronicle.ledger.v1.EventLogServiceGrpc;
import chronicle.ledger.v1.ReadEventsRequest;
import chronicle.ledger.v1.ReadEventsResponse;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCallStreamObserver;
import io.grpc.stub.ClientResponseObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A log from a position on, in batches of whole commands, read ahead of who takes them: while one
 * batch is applied the next ones arrive, and no more than those.
 */
final class LogStream implements AutoCloseable {
  private static final int BATCHES_AHEAD = 1;
  private static final long STREAM_HOURS_MAX = 24;

  private static final int MESSAGES_AHEAD = 4;

  private final BlockingQueue<Step> steps = new ArrayBlockingQueue<>(BATCHES_AHEAD);
  private final Context.CancellableContext context = Context.current().withCancellation();
  private final int batchEvents;

  private sealed interface Step {
    record Batch(List<Event> events) implements Step {}

    record End(Optional<Throwable> thrown) implements Step {}
  }

  /** Reads from a position to another, or to the head as of now where that is 0. */
  LogStream(Channel channel, String ledger, long from, long to, int batchEvents) {
    this.batchEvents = batchEvents;
    var request =
        ReadEventsRequest.newBuilder()
            .setLedger(ledger)
            .setFromPosition(from)
            .setToPosition(to)
            .setEventsPerMessage(LogReader.MESSAGE_EVENTS)
            .build();
    context.run(() ->
        EventLogServiceGrpc.newStub(channel)
            .withDeadlineAfter(STREAM_HOURS_MAX, TimeUnit.HOURS)
            .readEvents(request, new Reader()));
  }

  /**
   * The next events; none at the end. Throws {@link StatusRuntimeException}, where the ledger
   * service ended the stream with one, and where it falls silent for longer than it may.
   */
  List<Event> next(Duration silenceMax) throws InterruptedException {
    var step = steps.poll(silenceMax.toMillis(), TimeUnit.MILLISECONDS);
    return switch (step) {
      case null ->
          throw Status.DEADLINE_EXCEEDED
              .withDescription("the ledger service is silent")
              .asRuntimeException();
      case Step.Batch(var events) -> events;
      case Step.End(var thrown) when thrown.isPresent() ->
          throw Status.fromThrowable(thrown.get()).asRuntimeException();
      case Step.End _ -> List.of();
    };
  }

  @Override
  public void close() {
    context.cancel(null);
    steps.clear();
  }

  /** Takes what arrives; the stream stands still while there is no room. */
  private final class Reader
      implements ClientResponseObserver<ReadEventsRequest, ReadEventsResponse> {
    private List<Event> batch = new ArrayList<>();
    private @Nullable ClientCallStreamObserver<ReadEventsRequest> call;

    @Override
    public void beforeStart(ClientCallStreamObserver<ReadEventsRequest> call) {
      call.disableAutoRequestWithInitial(MESSAGES_AHEAD);
      this.call = call;
    }

    @Override
    public void onNext(ReadEventsResponse response) {
      LogReader.events(response).forEach(this::add);
      if (call != null) {
        call.request(1);
      }
    }

    private void add(Event event) {
      batch.add(event);
      if (batch.size() >= batchEvents
          && event.getTransactionIndex() >= event.getTransactionSize() - 1) {
        flush();
      }
    }

    @Override
    public void onError(Throwable thrown) {
      put(new Step.End(Optional.of(thrown)));
    }

    @Override
    public void onCompleted() {
      flush();
      put(new Step.End(Optional.empty()));
    }

    private void flush() {
      if (!batch.isEmpty()) {
        put(new Step.Batch(batch));
        batch = new ArrayList<>();
      }
    }

    private void put(Step step) {
      try {
        var taken = false;
        while (!taken && !context.isCancelled()) {
          taken = steps.offer(step, 1, TimeUnit.SECONDS);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }
}
