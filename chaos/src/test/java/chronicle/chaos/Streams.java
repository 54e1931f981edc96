package chronicle.chaos;

import chronicle.ledger.v1.CommandOutcome;
import chronicle.ledger.v1.CommandRequest;
import chronicle.ledger.v1.LedgerServiceGrpc;
import chronicle.ledger.v1.StreamCommandsRequest;
import chronicle.ledger.v1.StreamCommandsResponse;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** A stream of commands as a simple client drives it. */
final class Streams {
  private Streams() {}

  /** Sends all commands without waiting, and returns the outcomes in the order they came. */
  static List<CommandOutcome> send(Client client, List<CommandRequest> commands) {
    var answers = new Answers();
    var stream =
        LedgerServiceGrpc.newStub(client.channel())
            .withDeadlineAfter(3 * Client.ANSWER_MAX.toSeconds(), TimeUnit.SECONDS)
            .streamCommands(answers);
    for (CommandRequest command : commands) {
      stream.onNext(StreamCommandsRequest.newBuilder().setCommand(command).build());
    }
    stream.onCompleted();
    return answers.all.join();
  }

  private static final class Answers implements StreamObserver<StreamCommandsResponse> {
    private final List<CommandOutcome> outcomes = new ArrayList<>();
    private final CompletableFuture<List<CommandOutcome>> all = new CompletableFuture<>();

    @Override
    public void onNext(StreamCommandsResponse response) {
      outcomes.add(response.getOutcome());
    }

    @Override
    public void onError(Throwable thrown) {
      all.completeExceptionally(thrown);
    }

    @Override
    public void onCompleted() {
      all.complete(outcomes);
    }
  }
}
