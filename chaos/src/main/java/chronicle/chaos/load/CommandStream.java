package chronicle.chaos.load;

import chronicle.ledger.v1.LedgerServiceGrpc;
import chronicle.ledger.v1.StreamCommandsRequest;
import chronicle.ledger.v1.StreamCommandsResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Commands through one stream; its answers come in the order of the commands. */
final class CommandStream implements Caller {
  private final Channel channel;
  private final Supplier<Command> commands;
  private final Tally tally;
  private @Nullable Open open;

  CommandStream(Channel channel, Supplier<Command> commands, Tally tally) {
    this.channel = channel;
    this.commands = commands;
    this.tally = tally;
  }

  @Override
  public void call(Call call) {
    var stream = open == null ? new Open() : open;
    open = stream;
    stream.send(commands.get(), call);
  }

  @Override
  public void end() {
    if (open != null) {
      open.requests.onCompleted();
      open = null;
    }
  }

  private record Sent(Command command, Call call) {}

  private final class Open implements StreamObserver<StreamCommandsResponse> {
    private final ArrayDeque<Sent> underWay = new ArrayDeque<>();
    private final StreamObserver<StreamCommandsRequest> requests =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(LedgerServiceGrpc.getStreamCommandsMethod(), CallOptions.DEFAULT),
            this);

    void send(Command command, Call call) {
      underWay.add(new Sent(command, call));
      requests.onNext(StreamCommandsRequest.newBuilder().setCommand(command.request()).build());
    }

    @Override
    public void onNext(StreamCommandsResponse response) {
      var sent = underWay.remove();
      var outcome = response.getOutcome();
      if (outcome.hasReceipt()) {
        sent.command().wrong().apply(outcome.getReceipt()).ifPresent(tally::wrong);
        sent.call().answered(1);
      } else {
        failed(sent, outcome.getError().getMessage());
      }
    }

    /** What follows goes through a new stream. */
    @Override
    public void onError(Throwable thrown) {
      open = null;
      var why = Status.fromThrowable(thrown).toString();
      for (; !underWay.isEmpty(); ) {
        failed(underWay.remove(), why);
      }
    }

    @Override
    public void onCompleted() {
      // All has been answered.
    }

    private void failed(Sent sent, String why) {
      tally.failed(why, 1);
      sent.call().failed();
    }
  }
}
