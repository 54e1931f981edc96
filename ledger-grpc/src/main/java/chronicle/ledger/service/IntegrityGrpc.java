package chronicle.ledger.service;

import chronicle.ledger.digest.AccountDigests;
import chronicle.ledger.digest.LogDigest;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.log.EventStore;
import chronicle.ledger.log.History;
import chronicle.ledger.v1.AccountDigest;
import chronicle.ledger.v1.FoldDigest;
import chronicle.ledger.v1.GetFoldDigestRequest;
import chronicle.ledger.v1.GetFoldDigestResponse;
import chronicle.ledger.v1.IntegrityServiceGrpc.IntegrityServiceImplBase;
import chronicle.ledger.v1.TransactionDigest;
import chronicle.ledger.v1.TransactionDigests;
import chronicle.runtime.Digest;
import com.google.protobuf.ByteString;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.util.List;
import java.util.SortedMap;

/** What a copy of the log is held against. */
public final class IntegrityGrpc extends IntegrityServiceImplBase {
  private final EventStore store;
  private final History history;

  /** The service over a log. */
  public IntegrityGrpc(EventStore store, History history) {
    this.store = store;
    this.history = history;
  }

  @Override
  public void getFoldDigest(
      GetFoldDigestRequest message, StreamObserver<GetFoldDigestResponse> observer) {
    LedgerId ledger = Fields.ledger(message.getLedger());
    var paced = new PacedObserver<>((ServerCallStreamObserver<GetFoldDigestResponse>) observer);
    Call.blocking(observer, () -> fold(ledger, message.getPosition(), paced));
  }

  private void fold(LedgerId ledger, long asked, PacedObserver<GetFoldDigestResponse> observer) {
    var head = history.head(ledger);
    var position = history.commandEnd(ledger, asked == 0 ? head.position() : asked);
    LogDigest.fold(store, ledger, position, new Answer(position, head.incarnation(), observer));
    observer.complete();
  }

  private record Answer(
      long position, String incarnation, PacedObserver<GetFoldDigestResponse> observer)
      implements LogDigest.Sink {
    @Override
    public boolean accounts(List<AccountDigests> digests) {
      var accounts = chronicle.ledger.v1.AccountDigests.newBuilder();
      digests.forEach(account -> accounts.addAccounts(message(account)));
      return observer.send(GetFoldDigestResponse.newBuilder().setAccounts(accounts).build());
    }

    @Override
    public boolean transactions(SortedMap<Long, Digest> stretches) {
      var transactions = TransactionDigests.newBuilder();
      stretches.forEach((from, digest) ->
          transactions.addStretches(
              TransactionDigest.newBuilder().setFromPosition(from).setDigest(bytes(digest))));
      return observer.send(
          GetFoldDigestResponse.newBuilder().setTransactions(transactions).build());
    }

    @Override
    public void total(Digest sum, long accountCount, long transactionCount) {
      var fold =
          FoldDigest.newBuilder()
              .setPosition(position)
              .setIncarnation(incarnation)
              .setDigest(bytes(sum))
              .setAccountCount(accountCount)
              .setTransactionCount(transactionCount);
      var _ = observer.send(GetFoldDigestResponse.newBuilder().setFold(fold).build());
    }
  }

  private static AccountDigest message(AccountDigests account) {
    return AccountDigest.newBuilder()
        .setAccount(account.account())
        .setRow(bytes(account.row()))
        .setEntries(bytes(account.entries()))
        .setHolds(bytes(account.holds()))
        .setChanges(bytes(account.changes()))
        .setBackdated(bytes(account.backdated()))
        .setEntryCount(account.entries().count())
        .setHoldCount(account.holds().count())
        .setChangeCount(account.changes().count())
        .setBackdatedCount(account.backdated().count())
        .build();
  }

  private static ByteString bytes(AccountDigests.Part part) {
    return part.count() == 0 ? ByteString.EMPTY : bytes(part.digest());
  }

  private static ByteString bytes(Digest digest) {
    return ByteString.copyFrom(digest.bytes());
  }
}
