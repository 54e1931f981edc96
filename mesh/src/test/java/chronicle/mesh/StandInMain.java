package chronicle.mesh;

import chronicle.ledger.v1.CommandReceipt;
import chronicle.ledger.v1.DepositRequest;
import chronicle.ledger.v1.LedgerServiceGrpc;
import chronicle.ledger.v1.ListLedgersRequest;
import chronicle.ledger.v1.ListLedgersResponse;
import chronicle.query.v1.Balance;
import chronicle.query.v1.GetBalanceRequest;
import chronicle.query.v1.QueryServiceGrpc;
import com.google.protobuf.Any;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.Grpc;
import io.grpc.InsecureServerCredentials;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.protobuf.StatusProto;
import io.grpc.protobuf.services.HealthStatusManager;
import io.grpc.protobuf.services.ProtoReflectionServiceV1;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Stands in for every service, as a process that the mesh starts: it answers what tests of the way
 * there need.
 */
final class StandInMain {
  private static final Metadata.Key<String> IDEMPOTENCY_KEY =
      Metadata.Key.of("idempotency-key", Metadata.ASCII_STRING_MARSHALLER);

  private final AtomicReference<String> idempotencyKey = new AtomicReference<>("");

  static void main() throws IOException, InterruptedException {
    var port = Integer.parseInt(System.getenv("CHRONICLE_GRPC_PORT"));
    new StandInMain().start(port);
  }

  private void start(int port) throws IOException, InterruptedException {
    var server =
        Grpc.newServerBuilderForPort(port, InsecureServerCredentials.create())
            .addService(new Ledger())
            .addService(new Query())
            .addService(new HealthStatusManager().getHealthService())
            .addService(ProtoReflectionServiceV1.newInstance())
            .intercept(new ReadIdempotencyKey())
            .build()
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(server::shutdownNow));
    server.awaitTermination();
  }

  /**
   * A deposit to `refused` is refused; any other is answered with the idempotency key of the call.
   */
  private final class Ledger extends LedgerServiceGrpc.LedgerServiceImplBase {
    @Override
    public void listLedgers(
        ListLedgersRequest request, StreamObserver<ListLedgersResponse> response) {
      response.onNext(ListLedgersResponse.getDefaultInstance());
      response.onCompleted();
    }

    @Override
    public void deposit(DepositRequest request, StreamObserver<CommandReceipt> response) {
      if (request.getAccount().equals("refused")) {
        response.onError(StatusProto.toStatusRuntimeException(refusal()));
        return;
      }
      response.onNext(CommandReceipt.newBuilder().setCommandId(idempotencyKey.get()).build());
      response.onCompleted();
    }

    private static Status refusal() {
      var info =
          ErrorInfo.newBuilder()
              .setReason("ACCOUNT_FROZEN")
              .setDomain("chronicleledger.dev")
              .build();
      return Status.newBuilder()
          .setCode(Code.FAILED_PRECONDITION_VALUE)
          .setMessage("frozen")
          .addDetails(Any.pack(info))
          .build();
    }
  }

  /** Every balance is of position 7. */
  private static final class Query extends QueryServiceGrpc.QueryServiceImplBase {
    @Override
    public void getBalance(GetBalanceRequest request, StreamObserver<Balance> response) {
      response.onNext(Balance.newBuilder().setAccount(request.getAccount()).setPosition(7).build());
      response.onCompleted();
    }
  }

  private final class ReadIdempotencyKey implements ServerInterceptor {
    @Override
    public <ReqT, RespT> ServerCall.Listener<ReqT> interceptCall(
        ServerCall<ReqT, RespT> call, Metadata headers, ServerCallHandler<ReqT, RespT> next) {
      var key = headers.get(IDEMPOTENCY_KEY);
      idempotencyKey.set(key == null ? "" : key);
      return next.startCall(call, headers);
    }
  }
}
