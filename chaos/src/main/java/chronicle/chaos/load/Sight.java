package chronicle.chaos.load;

import chronicle.query.v1.GetBalanceRequest;
import chronicle.query.v1.QueryServiceGrpc;
import com.google.protobuf.Duration;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.TimeUnit;

/** What readers see of a ledger. */
record Sight(Channel query, String ledger, String account) {
  private static final java.time.Duration CATCH_UP_MAX = java.time.Duration.ofMinutes(30);
  private static final long WAIT_SECONDS = 10;
  private static final long PAUSE_MILLIS = 20;

  /** Returns once they see the position; throws if they do not in half an hour. */
  void await(long position) throws InterruptedException {
    var startNanos = System.nanoTime();
    for (; ; ) {
      try {
        ask(position);
        return;
      } catch (StatusRuntimeException e) {
        // Behind, or does not know the ledger yet.
        if (System.nanoTime() - startNanos > CATCH_UP_MAX.toNanos()) {
          throw e;
        }
        Thread.sleep(PAUSE_MILLIS);
      }
    }
  }

  private void ask(long position) {
    var _ =
        QueryServiceGrpc.newBlockingStub(query)
            .withDeadlineAfter(2 * WAIT_SECONDS, TimeUnit.SECONDS)
            .getBalance(
                GetBalanceRequest.newBuilder()
                    .setLedger(ledger)
                    .setAccount(account)
                    .setMinPosition(position)
                    .setMaxWait(Duration.newBuilder().setSeconds(WAIT_SECONDS))
                    .build());
  }
}
