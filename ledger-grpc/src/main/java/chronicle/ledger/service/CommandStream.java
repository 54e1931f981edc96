package chronicle.ledger.service;

import chronicle.ledger.log.Ledgers;
import chronicle.ledger.log.Outcome;
import chronicle.ledger.log.Work;
import chronicle.ledger.service.Requests.Addressed;
import chronicle.ledger.v1.CommandOutcome;
import chronicle.ledger.v1.CommandRequest;
import chronicle.ledger.v1.StreamCommandsRequest;
import chronicle.ledger.v1.StreamCommandsResponse;
import chronicle.runtime.Failure;
import chronicle.runtime.Failures;
import com.google.protobuf.Message;
import io.grpc.Context;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * One stream of commands: each goes to its sequencer as it comes, and the answers go back in the
 * order of the commands. So many may be under way at most; further ones wait in the network.
 */
final class CommandStream implements StreamObserver<StreamCommandsRequest> {
  private static final int UNDER_WAY_MAX = 1_024;

  private final Ledgers ledgers;
  private final Requests requests;
  private final ServerCallStreamObserver<StreamCommandsResponse> observer;
  private final Context call = Context.current();
  private final ArrayDeque<Slot> slots = new ArrayDeque<>();
  private int owed;
  private boolean isComplete;

  /** A command that is under way, and its answer once there is one. */
  private static final class Slot {
    private @Nullable CommandOutcome outcome;
  }

  private CommandStream(
      Ledgers ledgers,
      Requests requests,
      ServerCallStreamObserver<StreamCommandsResponse> observer) {
    this.ledgers = ledgers;
    this.requests = requests;
    this.observer = observer;
  }

  /** Takes the stream up; the call's handler must be running. */
  static StreamObserver<StreamCommandsRequest> open(
      Ledgers ledgers,
      Requests requests,
      ServerCallStreamObserver<StreamCommandsResponse> observer) {
    Requests.requireNoHeader();
    var stream = new CommandStream(ledgers, requests, observer);
    observer.disableAutoRequest();
    observer.setOnReadyHandler(stream::takeMore);
    observer.setOnCancelHandler(stream::abandon);
    observer.request(UNDER_WAY_MAX);
    return stream;
  }

  @Override
  public void onNext(StreamCommandsRequest message) {
    var slot = new Slot();
    add(slot);
    try {
      submit(requests.streamed(message.getCommand()), slot);
    } catch (Failure e) {
      answer(slot, malformed(message, Fields.within("command", e)));
    }
  }

  @Override
  public void onError(Throwable thrown) {
    abandon();
  }

  @Override
  public synchronized void onCompleted() {
    isComplete = true;
    send();
  }

  private void submit(Addressed command, Slot slot) {
    long startNanos = System.nanoTime();
    ledgers.submit(
        command.ledger(),
        new Work.Execute(command.request()),
        Call.deadlineNanosInStream(),
        outcome -> {
          answer(slot, Replies.outcome(command.ledger(), command.request(), outcome));
          audit(command, outcome, System.nanoTime() - startNanos);
        });
  }

  private void audit(Addressed command, Outcome outcome, long nanos) {
    call.run(() -> Audit.command(command.ledger(), command.request(), outcome, nanos));
  }

  private synchronized void add(Slot slot) {
    slots.add(slot);
  }

  private synchronized void answer(Slot slot, CommandOutcome outcome) {
    slot.outcome = outcome;
    send();
  }

  /** Sends what can be sent in order, and takes as many commands more once the reader has room. */
  private void send() {
    while (!slots.isEmpty() && slots.peek().outcome != null && !observer.isCancelled()) {
      observer.onNext(
          StreamCommandsResponse.newBuilder().setOutcome(slots.remove().outcome).build());
      owed++;
    }
    if (isComplete && slots.isEmpty() && !observer.isCancelled()) {
      observer.onCompleted();
    } else {
      takeMore();
    }
  }

  private synchronized void takeMore() {
    if (owed > 0 && !isComplete && observer.isReady()) {
      observer.request(owed);
      owed = 0;
    }
  }

  /** Nobody is there to be answered; what is under way takes its course. */
  private synchronized void abandon() {
    isComplete = true;
    slots.clear();
  }

  private static CommandOutcome malformed(StreamCommandsRequest message, Failure failure) {
    return CommandOutcome.newBuilder()
        .setCommandId(idOf(message.getCommand()))
        .setError(Failures.status(failure))
        .build();
  }

  /** The id as it was given, whichever command it is. */
  private static String idOf(CommandRequest message) {
    var field =
        message.getOneofFieldDescriptor(CommandRequest.getDescriptor().getOneofs().getFirst());
    if (field == null) {
      return "";
    }
    var id = field.getMessageType().findFieldByName("command_id");
    return (String) ((Message) message.getField(field)).getField(id);
  }
}
