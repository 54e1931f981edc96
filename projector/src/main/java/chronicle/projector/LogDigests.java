package chronicle.projector;

import chronicle.ledger.v1.GetFoldDigestRequest;
import chronicle.ledger.v1.GetFoldDigestResponse;
import chronicle.ledger.v1.IntegrityServiceGrpc;
import io.grpc.Channel;
import io.grpc.Context;
import java.util.Iterator;
import java.util.concurrent.TimeUnit;

/** The ledger service's own fold of a log, as digests. */
final class LogDigests implements AutoCloseable {
  private static final long MINUTES_MAX = 60;

  private final Context.CancellableContext context = Context.current().withCancellation();
  private final Iterator<GetFoldDigestResponse> parts;

  /** Has the ledger service fold a log to a position. */
  LogDigests(Channel channel, String ledger, long position) {
    var request = GetFoldDigestRequest.newBuilder().setLedger(ledger).setPosition(position).build();
    var stub =
        IntegrityServiceGrpc.newBlockingStub(channel)
            .withDeadlineAfter(MINUTES_MAX, TimeUnit.MINUTES);
    var before = context.attach();
    try {
      parts = stub.getFoldDigest(request);
    } finally {
      context.detach(before);
    }
  }

  /** Throws StatusRuntimeException where the service does not answer. */
  Iterator<GetFoldDigestResponse> parts() {
    return parts;
  }

  /** Ends the call, wherever it is. */
  @Override
  public void close() {
    context.cancel(null);
  }
}
