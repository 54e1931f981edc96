package chronicle.chaos.bench;

import chronicle.ledger.v1.CommandReceipt;
import chronicle.ledger.v1.CommandRequest;
import chronicle.ledger.v1.DepositRequest;
import chronicle.ledger.v1.LedgerServiceGrpc;
import chronicle.ledger.v1.StreamCommandsRequest;
import chronicle.ledger.v1.StreamCommandsResponse;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.netty.shaded.io.netty.channel.IoHandlerFactory;
import io.grpc.netty.shaded.io.netty.channel.MultiThreadIoEventLoopGroup;
import io.grpc.netty.shaded.io.netty.channel.epoll.Epoll;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollIoHandler;
import io.grpc.netty.shaded.io.netty.channel.epoll.EpollSocketChannel;
import io.grpc.netty.shaded.io.netty.channel.nio.NioIoHandler;
import io.grpc.netty.shaded.io.netty.channel.socket.nio.NioSocketChannel;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.StreamObserver;
import java.util.ArrayDeque;
import java.util.SplittableRandom;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/**
 * One connection, on an event loop of its own, with its share of the commands in flight. Every
 * command's answer, on the event loop, makes the next one: no other thread takes part, and no lock.
 */
final class Lane implements AutoCloseable {
  private static final long DEADLINE_SECONDS = 10;
  private static final long PAUSE_AFTER_FAILURE_MILLIS = 10;

  private final MultiThreadIoEventLoopGroup eventLoop =
      new MultiThreadIoEventLoopGroup(1, handler());
  private final ManagedChannel channel;
  private final DepositRequest[] requests;
  private final CommandIds ids;
  private final SplittableRandom random;
  private final Tally tally;

  private Run run = new Run(Scenario.SPREAD, 0, 0);

  /** A lane that sends copies of these requests, each under an id of its own. */
  Lane(String target, int number, DepositRequest[] requests) {
    this.requests = requests;
    this.ids = new CommandIds(number);
    this.random = new SplittableRandom(number);
    this.tally = new Tally(requests.length);
    this.channel =
        NettyChannelBuilder.forTarget(target)
            .usePlaintext()
            .eventLoopGroup(eventLoop)
            .channelType(Epoll.isAvailable() ? EpollSocketChannel.class : NioSocketChannel.class)
            .directExecutor()
            .build();
  }

  Channel channel() {
    return channel;
  }

  Tally tally() {
    return tally;
  }

  /** Keeps that many calls in flight until then; completes once the last of them has ended. */
  CompletableFuture<Run> run(Scenario scenario, int inFlight, long endNanos) {
    var next = new Run(scenario, inFlight, endNanos);
    eventLoop.execute(() -> {
      run = next;
      if (scenario.isStreamed()) {
        new CommandStream().begin(inFlight);
      } else {
        for (int i = 0; i < inFlight; i++) {
          call();
        }
      }
    });
    return next.ended;
  }

  @Override
  public void close() {
    channel.shutdownNow();
    var _ = eventLoop.shutdownGracefully(0, 1, TimeUnit.SECONDS);
  }

  private void call() {
    var startNanos = System.nanoTime();
    if (startNanos - run.endNanos >= 0) {
      run.callEnded();
      return;
    }
    var account = nextAccount();
    var request = request(account);
    var options = CallOptions.DEFAULT.withDeadlineAfter(DEADLINE_SECONDS, TimeUnit.SECONDS);
    ClientCalls.asyncUnaryCall(
        channel.newCall(LedgerServiceGrpc.getDepositMethod(), options),
        request,
        new Answer(account, startNanos));
  }

  private int nextAccount() {
    return run.scenario.account(random, requests.length - 1);
  }

  private DepositRequest request(int account) {
    return requests[account].toBuilder().setCommandId(ids.next()).build();
  }

  private void acknowledged(int account, long startNanos, CommandReceipt receipt) {
    if (receipt.getStatus() != CommandReceipt.Status.PENDING_MATERIALIZATION
        || receipt.getPosition() <= 0
        || receipt.getReplayed()) {
      tally.failed("wrong receipt: " + receipt);
      return;
    }
    tally.acknowledged[account]++;
    var nowNanos = System.nanoTime();
    if (nowNanos - run.endNanos < 0) {
      Measurement.record(run.latencyMicros, nowNanos - startNanos);
    }
  }

  private static IoHandlerFactory handler() {
    return Epoll.isAvailable() ? EpollIoHandler.newFactory() : NioIoHandler.newFactory();
  }

  /** One run's share of this lane. */
  static final class Run {
    final Histogram latencyMicros = Measurement.histogram();
    private final CompletableFuture<Run> ended = new CompletableFuture<>();
    private final Scenario scenario;
    private final long endNanos;
    private int inFlight;

    private Run(Scenario scenario, int inFlight, long endNanos) {
      this.scenario = scenario;
      this.inFlight = inFlight;
      this.endNanos = endNanos;
    }

    private void callEnded() {
      if (--inFlight == 0) {
        ended.complete(this);
      }
    }
  }

  private final class Answer implements StreamObserver<CommandReceipt> {
    private final int account;
    private final long startNanos;

    Answer(int account, long startNanos) {
      this.account = account;
      this.startNanos = startNanos;
    }

    @Override
    public void onNext(CommandReceipt receipt) {
      acknowledged(account, startNanos, receipt);
    }

    @Override
    public void onError(Throwable thrown) {
      tally.failed(Status.fromThrowable(thrown).toString());
      var _ =
          eventLoop.schedule(Lane.this::call, PAUSE_AFTER_FAILURE_MILLIS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void onCompleted() {
      call();
    }
  }

  /** One stream of commands for a whole run; its answers come in the order of the commands. */
  private final class CommandStream implements StreamObserver<StreamCommandsResponse> {
    private final ArrayDeque<Sent> underWay = new ArrayDeque<>();
    private final StreamObserver<StreamCommandsRequest> commands =
        ClientCalls.asyncBidiStreamingCall(
            channel.newCall(LedgerServiceGrpc.getStreamCommandsMethod(), CallOptions.DEFAULT),
            this);

    private record Sent(int account, long startNanos) {}

    void begin(int inFlight) {
      for (int i = 0; i < inFlight; i++) {
        send();
      }
    }

    private void send() {
      var startNanos = System.nanoTime();
      if (startNanos - run.endNanos >= 0) {
        run.callEnded();
        if (underWay.isEmpty()) {
          commands.onCompleted();
        }
        return;
      }
      var account = nextAccount();
      underWay.add(new Sent(account, startNanos));
      commands.onNext(
          StreamCommandsRequest.newBuilder()
              .setCommand(CommandRequest.newBuilder().setDeposit(request(account)))
              .build());
    }

    @Override
    public void onNext(StreamCommandsResponse response) {
      var sent = underWay.remove();
      var outcome = response.getOutcome();
      if (outcome.hasReceipt()) {
        acknowledged(sent.account, sent.startNanos, outcome.getReceipt());
      } else {
        tally.failed(outcome.getError().getMessage());
      }
      send();
    }

    @Override
    public void onError(Throwable thrown) {
      for (; !underWay.isEmpty(); underWay.remove()) {
        tally.failed(Status.fromThrowable(thrown).toString());
        run.callEnded();
      }
    }

    @Override
    public void onCompleted() {
      // The run has ended with its last answer.
    }
  }
}
