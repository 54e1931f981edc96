package chronicle.chaos;

import static chronicle.chaos.RunningMesh.GATEWAY;

import chronicle.query.v1.GetTrialBalanceRequest;
import java.time.Duration;
import org.awaitility.Awaitility;

/** The read model of the ledger main, which follows the log when it has time. */
final class ReadModel {
  private static final Duration WAIT_MAX = Duration.ofSeconds(90);

  private ReadModel() {}

  /** Waits until it reflects a position. */
  static void await(long position) {
    var request = GetTrialBalanceRequest.newBuilder().setMinPosition(position).build();
    Awaitility.await("the read model to reach position " + position)
        .atMost(WAIT_MAX)
        .ignoreExceptionsMatching(e -> Refusals.info(e).getReason().equals("PROJECTION_BEHIND"))
        .until(() -> GATEWAY.query().getTrialBalance(request).getReadPosition() >= position);
  }
}
