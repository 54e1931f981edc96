package chronicle.query;

import chronicle.error.v1.ErrorReason;
import chronicle.ledger.v1.AccountState;
import chronicle.ledger.v1.EventLogServiceGrpc;
import chronicle.ledger.v1.GetAccountStateRequest;
import chronicle.ledger.v1.GetLedgerRequest;
import chronicle.ledger.v1.Ledger;
import chronicle.ledger.v1.LedgerServiceGrpc;
import chronicle.ledger.v1.ResolvePositionRequest;
import chronicle.ledger.v1.ResolvePositionResponse;
import chronicle.runtime.Failure;
import chronicle.runtime.GrpcServer;
import chronicle.runtime.GrpcSettings;
import chronicle.runtime.GrpcSettings.Threading;
import chronicle.runtime.Telemetry;
import io.grpc.stub.StreamObserver;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The ledger's side of the protocol, answered by replays of histories. */
final class LedgerFake implements AutoCloseable {
  private final Map<String, History> histories = new ConcurrentHashMap<>();
  private final Telemetry telemetry;
  private final int port;
  private GrpcServer server;

  LedgerFake(Telemetry telemetry) {
    this.telemetry = telemetry;
    this.server = listen(0);
    this.port = server.port();
  }

  String target() {
    return "127.0.0.1:" + port;
  }

  void serve(History history) {
    histories.put(history.ledger(), history);
  }

  void stop() {
    server.close();
  }

  void restart() {
    server = listen(port);
  }

  @Override
  public void close() {
    server.close();
  }

  private GrpcServer listen(int at) {
    var listening =
        GrpcServer.start(
            GrpcSettings.of("127.0.0.1", at, Threading.VIRTUAL_THREADS),
            telemetry,
            List.of(new Ledgers(), new Logs()));
    listening.serving(true);
    return listening;
  }

  private History history(String ledger) {
    var history = histories.get(ledger);
    if (history == null) {
      throw Failure.of(ErrorReason.LEDGER_NOT_FOUND, "There is no ledger " + ledger);
    }
    return history;
  }

  private static long positionAt(History history, com.google.protobuf.Timestamp time) {
    var at = Instant.ofEpochSecond(time.getSeconds(), time.getNanos());
    if (at.isAfter(history.clock())) {
      throw Failure.of(ErrorReason.TIME_IN_FUTURE, "Not yet").with("clock", "" + history.clock());
    }
    return history.positionAt(at);
  }

  private static long commandEnd(History history, long position) {
    if (position > history.head()) {
      throw Failure.of(ErrorReason.POSITION_UNKNOWN, "Beyond the log").with("by", "ledger");
    }
    return history.commandEnd(position);
  }

  private static <T> void reply(T answer, StreamObserver<T> observer) {
    observer.onNext(answer);
    observer.onCompleted();
  }

  private final class Ledgers extends LedgerServiceGrpc.LedgerServiceImplBase {
    @Override
    public void getLedger(GetLedgerRequest request, StreamObserver<Ledger> observer) {
      var history = history(request.getLedger());
      reply(
          Ledger.newBuilder().setLedger(history.ledger()).setPosition(history.head()).build(),
          observer);
    }

    @Override
    public void getAccountState(
        GetAccountStateRequest request, StreamObserver<AccountState> observer) {
      var history = history(request.getLedger());
      var position =
          switch (request.getAsOfCase()) {
            case AT -> positionAt(history, request.getAt());
            case AT_POSITION -> commandEnd(history, request.getAtPosition());
            case ASOF_NOT_SET -> history.head();
          };
      var state =
          history
              .replay(request.getAccount(), position)
              .orElseThrow(() ->
                  Failure.of(ErrorReason.ACCOUNT_NOT_FOUND, "No account by the ledger")
                      .with("by", "ledger"));
      reply(
          AccountState.newBuilder()
              .setAccount(request.getAccount())
              .setPosted(Columns.money(History.CURRENCY, state.posted()))
              .setHeld(Columns.money(History.CURRENCY, state.held()))
              .setAvailable(Columns.money(History.CURRENCY, state.available()))
              .setAccountVersion(state.version())
              .setPosition(state.position())
              .setReadPosition(position)
              .setUpdateTime(Times.timestamp(history.fact(state.position()).recordTime()))
              .build(),
          observer);
    }
  }

  private final class Logs extends EventLogServiceGrpc.EventLogServiceImplBase {
    @Override
    public void resolvePosition(
        ResolvePositionRequest request, StreamObserver<ResolvePositionResponse> observer) {
      var position = positionAt(history(request.getLedger()), request.getTime());
      reply(ResolvePositionResponse.newBuilder().setPosition(position).build(), observer);
    }
  }
}
