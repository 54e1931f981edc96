package chronicle.query;

import static chronicle.error.v1.ErrorReason.EVENT_STORE_UNAVAILABLE;

import chronicle.ledger.v1.AccountState;
import chronicle.ledger.v1.Asset;
import chronicle.ledger.v1.EventLogServiceGrpc;
import chronicle.ledger.v1.GetAccountStateRequest;
import chronicle.ledger.v1.GetLedgerRequest;
import chronicle.ledger.v1.Ledger;
import chronicle.ledger.v1.LedgerServiceGrpc;
import chronicle.ledger.v1.ListLedgersRequest;
import chronicle.ledger.v1.ResolvePositionRequest;
import chronicle.runtime.Failure;
import chronicle.runtime.ReadChannel;
import chronicle.runtime.TraceForwarding;
import com.google.protobuf.Any;
import com.google.rpc.ErrorInfo;
import io.grpc.Context;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.protobuf.StatusProto;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Asks the ledger what only the log itself can tell. Its calls end with the call they are made for;
 * an error that the ledger explains passes through as it is, any other is EVENT_STORE_UNAVAILABLE.
 */
final class LedgerClient implements AutoCloseable {
  private static final long CALL_SECONDS_MAX = 10;
  private static final int PAGE_SIZE = 1_000;
  private static final long RECONNECT_NANOS_MIN = TimeUnit.SECONDS.toNanos(1);
  private static final Duration RETRY_DELAY = Duration.ofSeconds(1);

  private final ManagedChannel channel;
  private final AtomicLong reconnectNanos = new AtomicLong(System.nanoTime());

  private LedgerClient(ManagedChannel channel) {
    this.channel = channel;
  }

  /**
   * A client of the ledgers at a gRPC target or a comma list of {@code host:port}; connects when
   * first asked.
   */
  static LedgerClient to(String target) {
    return new LedgerClient(ReadChannel.to(target, new TraceForwarding()));
  }

  /** The account's state, linearizably or as of the moment asked for. */
  AccountState accountState(GetAccountStateRequest request) {
    return call(() -> ledgerStub().getAccountState(request));
  }

  /** The last position of a ledger, linearizably; throws LEDGER_NOT_FOUND. */
  long head(String ledger) {
    return ledger(ledger).getPosition();
  }

  /** The assets that a ledger has beside the currencies of ISO 4217; throws LEDGER_NOT_FOUND. */
  List<Asset> assets(String ledger) {
    return ledger(ledger).getAssetsList();
  }

  private Ledger ledger(String ledger) {
    var request = GetLedgerRequest.newBuilder().setLedger(ledger).build();
    return call(() -> ledgerStub().getLedger(request));
  }

  /** All ledgers and where they stand. */
  List<Ledger> ledgers() {
    var all = new ArrayList<Ledger>();
    var token = "";
    do {
      var request = ListLedgersRequest.newBuilder().setPageSize(PAGE_SIZE).setPageToken(token);
      var page = call(() -> ledgerStub().listLedgers(request.build()));
      all.addAll(page.getLedgersList());
      token = page.getNextPageToken();
    } while (!token.isEmpty());
    return all;
  }

  /**
   * The last position recorded at or before a time, settled for ever; 0 for none. Throws
   * TIME_IN_FUTURE, LEDGER_NOT_FOUND.
   */
  long resolve(String ledger, Instant time) {
    var request =
        ResolvePositionRequest.newBuilder()
            .setLedger(ledger)
            .setTime(Times.timestamp(time))
            .build();
    return call(() -> logs().resolvePosition(request)).getPosition();
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private LedgerServiceGrpc.LedgerServiceBlockingStub ledgerStub() {
    return LedgerServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(CALL_SECONDS_MAX, TimeUnit.SECONDS);
  }

  private EventLogServiceGrpc.EventLogServiceBlockingStub logs() {
    return EventLogServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(CALL_SECONDS_MAX, TimeUnit.SECONDS);
  }

  private <T> T call(Supplier<T> call) {
    try {
      return call.get();
    } catch (StatusRuntimeException e) {
      if (explained(e) || Context.current().isCancelled()) {
        throw e;
      }
      reconnectSoon();
      throw Failure.of(EVENT_STORE_UNAVAILABLE, "The ledger can't be reached")
          .retryAfter(RETRY_DELAY)
          .causedBy(e);
    }
  }

  private static boolean explained(StatusRuntimeException thrown) {
    var status = StatusProto.fromThrowable(thrown);
    return status != null && status.getDetailsList().stream().anyMatch(LedgerClient::isErrorInfo);
  }

  private static boolean isErrorInfo(Any detail) {
    return detail.is(ErrorInfo.class);
  }

  /** Keeps gRPC's own back-off, which grows to two minutes, at a second while calls come in. */
  private void reconnectSoon() {
    var now = System.nanoTime();
    var last = reconnectNanos.get();
    if (now - last > RECONNECT_NANOS_MIN && reconnectNanos.compareAndSet(last, now)) {
      channel.resetConnectBackoff();
    }
  }
}
