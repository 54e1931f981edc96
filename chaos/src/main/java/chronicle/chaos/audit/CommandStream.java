package chronicle.chaos.audit;

import chronicle.ledger.v1.CommandRequest;
import chronicle.ledger.v1.LedgerServiceGrpc;
import chronicle.ledger.v1.StreamCommandsRequest;
import chronicle.ledger.v1.StreamCommandsResponse;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.StreamObserver;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Commands through one bidirectional stream. */
final class CommandStream {
  private final History history;
  private final int client;
  private final Duration deadline;

  CommandStream(History history, int client, Duration deadline) {
    this.history = history;
    this.client = client;
    this.deadline = deadline;
  }

  /**
   * Sends all without waiting, and returns their outcomes in order; an unanswered one is unknown.
   */
  List<Outcome> send(ManagedChannel channel, List<CommandRequest> commands) {
    var answers = new Answers(channel.authority(), commands);
    var stream =
        LedgerServiceGrpc.newStub(channel)
            .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS)
            .streamCommands(answers);
    for (CommandRequest command : commands) {
      answers.sent();
      stream.onNext(StreamCommandsRequest.newBuilder().setCommand(command).build());
    }
    stream.onCompleted();
    return answers.all();
  }

  private final class Answers implements StreamObserver<StreamCommandsResponse> {
    private final String target;
    private final List<CommandRequest> commands;
    private final List<Long> starts = new ArrayList<>();
    private final List<Outcome> outcomes = new ArrayList<>();
    private final CountDownLatch done = new CountDownLatch(1);

    private Answers(String target, List<CommandRequest> commands) {
      this.target = target;
      this.commands = commands;
    }

    private synchronized void sent() {
      starts.add(history.now());
    }

    @Override
    public void onNext(StreamCommandsResponse response) {
      add(Caller.outcome(response.getOutcome()));
    }

    @Override
    public void onError(Throwable thrown) {
      var status = io.grpc.Status.fromThrowable(thrown);
      var trailers = io.grpc.Status.trailersFromThrowable(thrown);
      addRest(Outcome.of(new StatusRuntimeException(status, trailers)));
      done.countDown();
    }

    @Override
    public void onCompleted() {
      addRest(new Outcome.Unknown("NO_ANSWER"));
      done.countDown();
    }

    private synchronized void add(Outcome outcome) {
      int next = outcomes.size();
      var start = starts.get(next);
      history.add(new Call(client, target, start, history.now(), commands.get(next), outcome));
      outcomes.add(outcome);
    }

    /** What was not sent before the stream broke is treated as if it had been. */
    private synchronized void addRest(Outcome outcome) {
      while (starts.size() < commands.size()) {
        starts.add(history.now());
      }
      while (outcomes.size() < commands.size()) {
        add(outcome);
      }
    }

    /** Waits for the end of the stream, which the deadline bounds. */
    private List<Outcome> all() {
      try {
        if (!done.await(2 * deadline.toMillis(), TimeUnit.MILLISECONDS)) {
          throw new IllegalStateException("a stream outlived its deadline");
        }
        synchronized (this) {
          return List.copyOf(outcomes);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException(e);
      }
    }
  }
}
