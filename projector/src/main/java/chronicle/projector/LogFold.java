package chronicle.projector;

import chronicle.ledger.v1.AccountDigest;
import chronicle.ledger.v1.FoldDigest;
import chronicle.ledger.v1.GetFoldDigestRequest;
import chronicle.ledger.v1.GetFoldDigestResponse;
import chronicle.ledger.v1.IntegrityServiceGrpc;
import io.grpc.Channel;
import io.grpc.Context;
import io.grpc.StatusRuntimeException;
import java.sql.SQLException;
import java.util.Iterator;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** The ledger service's own fold of a log to a position, as digests. */
final class LogFold implements AutoCloseable {
  static final String CANCELLED = "it was cancelled";

  private static final long MINUTES_MAX = 60;

  private final Context.CancellableContext context = Context.current().withCancellation();
  private final Iterator<GetFoldDigestResponse> parts;

  /** Takes the parts of a fold, and how many accounts have been gone through with it. */
  @FunctionalInterface
  interface Parts {
    void take(GetFoldDigestResponse part, long accounts) throws SQLException;
  }

  /**
   * What came of it.
   *
   * @param digest of all, empty where it did not come to its end
   * @param accounts how many were gone through
   * @param incomplete why it did not come to its end, or nothing
   */
  record Outcome(Optional<FoldDigest> digest, long accounts, String incomplete) {}

  /** Has the ledger service begin. */
  LogFold(Channel channel, String ledger, long position) {
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

  /** Follows it to its end, once. */
  Outcome follow(Parts taker, BooleanSupplier cancelled) throws SQLException {
    var accounts = 0L;
    try {
      while (parts.hasNext()) {
        if (cancelled.getAsBoolean()) {
          return incomplete(accounts, CANCELLED);
        }
        var part = parts.next();
        accounts += count(part.getAccounts().getAccountsList());
        taker.take(part, accounts);
        switch (part.getPartCase()) {
          case ACCOUNTS, TRANSACTIONS -> {}
          case FOLD -> {
            return new Outcome(Optional.of(part.getFold()), accounts, "");
          }
          case PART_NOT_SET -> {
            return incomplete(accounts, "the ledger sent a part that this version does not know");
          }
        }
      }
      return incomplete(accounts, "the ledger ended its fold early");
    } catch (StatusRuntimeException e) {
      return incomplete(accounts, "the ledger's fold failed: " + e.getStatus());
    }
  }

  private static Outcome incomplete(long accounts, String reason) {
    return new Outcome(Optional.empty(), accounts, reason);
  }

  /** Not the ledger itself, which has entries. */
  private static long count(Iterable<AccountDigest> digests) {
    var count = 0;
    for (var digest : digests) {
      count += digest.getRow().isEmpty() ? 0 : 1;
    }
    return count;
  }

  /** Ends the call, wherever it is. */
  @Override
  public void close() {
    context.cancel(null);
  }
}
