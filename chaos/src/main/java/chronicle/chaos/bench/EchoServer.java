package chronicle.chaos.bench;

import chronicle.query.v1.Balance;
import chronicle.query.v1.GetBalanceRequest;
import chronicle.query.v1.QueryServiceGrpc;
import chronicle.type.v1.Money;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/**
 * A gRPC server that answers GetBalance from nowhere, by the same grpc-java and Netty as the query
 * service, on the event loop like it and with an answer of the same size, but without metrics,
 * traces or validation: what the stack can do at most. Prints its port, and runs until its input
 * ends.
 */
final class EchoServer extends QueryServiceGrpc.QueryServiceImplBase {
  private static final Money MONEY =
      Money.newBuilder().setCurrencyCode("EUR").setMinorUnits(123_456).build();

  private static final Balance ANSWER =
      Balance.newBuilder()
          .setPosted(MONEY)
          .setHeld(Money.newBuilder().setCurrencyCode("EUR"))
          .setAvailable(MONEY)
          .setAccountVersion(1_234)
          .setPosition(1_234_567)
          .setReadPosition(1_234_567)
          .setAsOf(Timestamp.newBuilder().setSeconds(1_700_000_000).setNanos(123_456_000))
          .setLag(Duration.getDefaultInstance())
          .build();

  private EchoServer() {}

  static void main() throws IOException {
    var server =
        NettyServerBuilder.forAddress(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))
            .directExecutor()
            .addService(new EchoServer())
            .build()
            .start();
    IO.println(server.getPort());
    while (System.in.read() >= 0) {
      // Whoever started it is still there.
    }
    server.shutdownNow();
  }

  @Override
  public void getBalance(GetBalanceRequest request, StreamObserver<Balance> answer) {
    answer.onNext(ANSWER.toBuilder().setAccount(request.getAccount()).build());
    answer.onCompleted();
  }
}
