package chronicle.projector;

import chronicle.event.v1.Event;
import chronicle.ledger.v1.AccountDigest;
import chronicle.ledger.v1.AccountDigests;
import chronicle.ledger.v1.FoldDigest;
import chronicle.ledger.v1.GetFoldDigestResponse;
import chronicle.ledger.v1.TransactionDigest;
import chronicle.ledger.v1.TransactionDigests;
import chronicle.runtime.Digest;
import com.google.protobuf.ByteString;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/** The digests of a log's fold in the form in which the ledger service gives them. */
final class FoldDigests {
  private final Map<String, AccountDigest.Builder> accounts = new LinkedHashMap<>();
  private final Map<Long, Digest> stretches = new TreeMap<>();
  private final RowHashes hashes = new RowHashes();

  private FoldDigests() {}

  static List<GetFoldDigestResponse> of(List<Event> events, String incarnation) {
    var rows = Fold.fold(events.getFirst().getLedger(), 0, Stored.NOTHING, events);
    return new FoldDigests().parts(rows, incarnation);
  }

  private void add(Entry entry) {
    var account = of(entry.accountId());
    account
        .setEntries(plus(account.getEntries(), hashes.entry(entry)))
        .setEntryCount(account.getEntryCount() + 1);
  }

  private List<GetFoldDigestResponse> parts(Rows rows, String incarnation) {
    StoredModel.labelled(rows)
        .forEach((id, opening) -> {
          var account = Objects.requireNonNull(rows.accounts().get(id));
          var row = hashes.account(account).plus(hashes.opening(id, opening));
          of(id).setRow(bytes(row));
        });
    for (var entry : rows.entries()) {
      add(entry);
      entry.otherSide().ifPresent(this::add);
    }
    for (var hold : rows.holds().values()) {
      var account = of(hold.accountId());
      account
          .setHolds(plus(account.getHolds(), hashes.hold(hold)))
          .setHoldCount(account.getHoldCount() + 1);
    }
    for (var change : rows.changes()) {
      var account = of(change.accountId());
      account
          .setChanges(plus(account.getChanges(), hashes.change(change)))
          .setChangeCount(account.getChangeCount() + 1);
    }
    for (var backdated : rows.backdated()) {
      var account = of(backdated.accountId());
      account
          .setBackdated(plus(account.getBackdated(), hashes.backdated(backdated)))
          .setBackdatedCount(account.getBackdatedCount() + 1);
    }
    for (var transaction : rows.transactions().values()) {
      hashes.parts(
          transaction,
          (position, hash) ->
              stretches.merge((position - 1) / 1_000 * 1_000 + 1, hash, Digest::plus));
    }
    return messages(rows, incarnation);
  }

  private List<GetFoldDigestResponse> messages(Rows rows, String incarnation) {
    var messages = new ArrayList<GetFoldDigestResponse>();
    for (var account : accounts.values()) {
      messages.add(
          GetFoldDigestResponse.newBuilder()
              .setAccounts(AccountDigests.newBuilder().addAccounts(account))
              .build());
    }
    var transactions = TransactionDigests.newBuilder();
    stretches.forEach((from, digest) ->
        transactions.addStretches(
            TransactionDigest.newBuilder().setFromPosition(from).setDigest(bytes(digest))));
    messages.add(GetFoldDigestResponse.newBuilder().setTransactions(transactions).build());
    messages.add(
        GetFoldDigestResponse.newBuilder()
            .setFold(
                FoldDigest.newBuilder()
                    .setPosition(rows.position())
                    .setIncarnation(incarnation)
                    .setDigest(bytes(StoredModel.digest(rows))))
            .build());
    return messages;
  }

  private AccountDigest.Builder of(String account) {
    return accounts.computeIfAbsent(account, id -> AccountDigest.newBuilder().setAccount(id));
  }

  private static ByteString plus(ByteString sum, Digest hash) {
    return bytes(sum.isEmpty() ? hash : Digest.of(sum.toByteArray()).plus(hash));
  }

  private static ByteString bytes(Digest digest) {
    return ByteString.copyFrom(digest.bytes());
  }
}
