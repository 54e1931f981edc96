package chronicle.chaos.load;

import chronicle.ledger.v1.CommandReceipt;
import chronicle.ledger.v1.DepositRequest;
import chronicle.query.v1.QueryServiceGrpc;
import chronicle.query.v1.WatchLedgerRequest;
import chronicle.query.v1.WatchLedgerResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.Status;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.Comparator;
import java.util.PriorityQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Deposits, each over only when the read model shows it: what a call takes counts from the ledger's
 * receipt to the frame of a watch of the whole ledger that reaches its position.
 */
final class VisibleDeposits implements Caller, StreamObserver<WatchLedgerResponse> {
  private static final long DEADLINE_SECONDS = 10;

  private final Supplier<Question<DepositRequest, CommandReceipt>> deposits;
  private final Channel query;
  private final WatchLedgerRequest request;
  private final Tally tally;
  private final PriorityQueue<Acknowledged> invisible =
      new PriorityQueue<>(Comparator.comparingLong(Acknowledged::position));
  private final Context.CancellableContext watching = Context.ROOT.withCancellation();
  private boolean begun;
  private boolean over;
  private long readPosition;

  /** Watches what happens from the first call on. */
  VisibleDeposits(
      Supplier<Question<DepositRequest, CommandReceipt>> deposits,
      Channel query,
      String ledger,
      Tally tally) {
    this.deposits = deposits;
    this.query = query;
    this.request = WatchLedgerRequest.newBuilder().setLedger(ledger).build();
    this.tally = tally;
  }

  @Override
  public void call(Call call) {
    if (!begun) {
      begun = true;
      watching.run(() ->
          ClientCalls.asyncServerStreamingCall(
              query.newCall(QueryServiceGrpc.getWatchLedgerMethod(), CallOptions.DEFAULT),
              request,
              this));
    }
    var question = deposits.get();
    var options = CallOptions.DEFAULT.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    ClientCalls.asyncUnaryCall(
        question.channel().newCall(question.method(), options),
        question.request(),
        new Receipt(question, call));
  }

  @Override
  public void end() {
    over = true;
    watching.cancel(null);
  }

  @Override
  public void onNext(WatchLedgerResponse frame) {
    readPosition = frame.getReadPosition();
    while (!invisible.isEmpty() && invisible.element().position <= readPosition) {
      var seen = invisible.remove();
      seen.call.answeredSince(seen.nanos, 1);
    }
  }

  @Override
  public void onError(Throwable thrown) {
    if (!over) {
      over = true;
      tally.wrong("the watch ended: " + Status.fromThrowable(thrown));
      invisible.forEach(waiting -> waiting.call.failed());
      invisible.clear();
    }
  }

  @Override
  public void onCompleted() {
    onError(Status.UNKNOWN.withDescription("completed").asRuntimeException());
  }

  private record Acknowledged(long position, long nanos, Call call) {}

  private final class Receipt implements StreamObserver<CommandReceipt> {
    private final Question<DepositRequest, CommandReceipt> question;
    private final Call call;

    Receipt(Question<DepositRequest, CommandReceipt> question, Call call) {
      this.question = question;
      this.call = call;
    }

    @Override
    public void onNext(CommandReceipt receipt) {
      question.wrong().apply(receipt).ifPresent(tally::wrong);
      var nowNanos = System.nanoTime();
      if (over) {
        call.failed();
      } else if (receipt.getPosition() <= readPosition) {
        call.answeredSince(nowNanos, 1);
      } else {
        invisible.add(new Acknowledged(receipt.getPosition(), nowNanos, call));
      }
    }

    @Override
    public void onError(Throwable thrown) {
      tally.failed(Status.fromThrowable(thrown).toString(), 1);
      call.failed();
    }

    @Override
    public void onCompleted() {
      // Over when it is visible.
    }
  }
}
