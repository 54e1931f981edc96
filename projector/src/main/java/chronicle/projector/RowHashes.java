package chronicle.projector;

import chronicle.runtime.Digest;
import chronicle.runtime.RowHash;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;

/**
 * Hashes of a generation's rows, the sum of which is its digest: the fields of each kind in the
 * order that docs/PROJECTION.md writes down. What becomes of a row later has a hash of its own, so
 * that each follows from one event. Belongs to one thread.
 */
final class RowHashes {
  private final RowHash hash = new RowHash();

  /**
   * What a batch adds to the digest, but for accounts, and for labels of those that were there
   * before.
   */
  Digest added(Stored before, Rows rows) {
    var sum = Digest.ZERO;
    for (var opening : rows.openings().entrySet()) {
      sum = sum.plus(opening(opening.getKey(), opening.getValue()));
    }
    for (var entry : rows.entries()) {
      sum = sum.plus(entry(entry));
      sum = sum.plus(entry.otherSide().map(this::entry).orElse(Digest.ZERO));
    }
    for (var made : rows.transactions().values()) {
      var old = Optional.ofNullable(before.transactions().get(made.transactionId()));
      sum = sum.plus(transaction(made)).minus(old.map(this::transaction).orElse(Digest.ZERO));
    }
    for (var hold : rows.holds().values()) {
      var old = Optional.ofNullable(before.holds().get(hold.key()));
      sum = sum.plus(hold(hold)).minus(old.map(this::hold).orElse(Digest.ZERO));
    }
    for (var change : rows.changes()) {
      sum = sum.plus(change(change));
    }
    for (var backdated : rows.backdated()) {
      sum = sum.plus(backdated(backdated));
    }
    return sum;
  }

  Digest account(Account account) {
    hash.row("account")
        .text(account.accountId())
        .text(account.currencyCode())
        .text(account.status().name())
        .number(account.posted())
        .number(account.held())
        .number(account.limits().overdraftLimit());
    if (account.limits().balanceMax().isPresent()) {
      hash.number(account.limits().balanceMax().getAsLong());
    } else {
      hash.absent();
    }
    return hash.number(account.totals().deposits())
        .number(account.totals().withdrawals())
        .number(account.totals().count())
        .number(account.version())
        .number(account.position())
        .time(account.updateTime())
        .digest();
  }

  /** Of what an account was opened with, and its labels as they are. */
  Digest opening(String accountId, Rows.Opening opening) {
    return hash.row("account.opening")
        .text(accountId)
        .time(opening.createTime())
        .number(opening.createPosition())
        .text(opening.reference())
        .pairs(opening.metadata())
        .digest();
  }

  Digest entry(Entry entry) {
    hash.row("entry")
        .number(entry.position())
        .text(entry.accountId())
        .number(entry.accountVersion())
        .text(entry.eventType())
        .text(entry.currencyCode());
    if (entry.amount() == 0) {
      hash.absent();
    } else {
      hash.number(entry.amount());
    }
    return hash.number(entry.postedAfter())
        .number(entry.heldAfter())
        .number(entry.availableAfter())
        .text(entry.commandId())
        .text(entry.transactionId())
        .number(entry.transactionIndex())
        .number(entry.transactionSize())
        .text(entry.counterpartyAccount())
        .time(entry.recordTime())
        .time(entry.effectiveTime())
        .text(entry.reference())
        .pairs(entry.metadata())
        .digest();
  }

  Digest transaction(Transaction transaction) {
    var sum = new Digest[] {Digest.ZERO};
    parts(transaction, (_, hash) -> sum[0] = sum[0].plus(hash));
    return sum[0];
  }

  /** Takes the hash of what one event did, and the event's position. */
  interface Part {
    void take(long position, Digest hash);
  }

  /** The hashes of how it was made, of its end and of its reversal. */
  void parts(Transaction transaction, Part part) {
    part.take(transaction.position(), made(transaction));
    transaction.end().ifPresent(position -> part.take(position, end(transaction, position)));
    transaction
        .reversal()
        .ifPresent(reversal -> part.take(reversal.position(), reversal(transaction, reversal)));
  }

  private Digest end(Transaction transaction, long position) {
    return hash.row("transaction.end")
        .text(transaction.transactionId())
        .text(transaction.status().name())
        .number(position)
        .digest();
  }

  private Digest reversal(Transaction transaction, Transaction.Reversal reversal) {
    return hash.row("transaction.reversal")
        .text(transaction.transactionId())
        .text(reversal.transactionId())
        .number(reversal.position())
        .digest();
  }

  private Digest made(Transaction transaction) {
    var pending =
        transaction.status() == Transaction.Status.PENDING || transaction.end().isPresent();
    hash.row("transaction")
        .text(transaction.transactionId())
        .number(transaction.position())
        .number(transaction.lastPosition())
        .text(pending ? "PENDING" : transaction.status().name());
    optional(transaction.expireTime());
    transaction.reverses().ifPresentOrElse(hash::text, hash::absent);
    return hash.time(transaction.recordTime())
        .time(transaction.effectiveTime())
        .text(transaction.reference())
        .pairs(transaction.metadata())
        .digest();
  }

  Digest hold(Hold hold) {
    hash.row("hold")
        .text(hold.key().transactionId())
        .number(hold.key().postingIndex())
        .text(hold.accountId())
        .text(hold.destinationAccount())
        .text(hold.currencyCode())
        .number(hold.amount());
    optional(hold.expireTime());
    var made =
        hash.number(hold.position()).time(hold.recordTime()).time(hold.effectiveTime()).digest();
    return hold.end().isPresent() ? made.plus(end(hold, hold.end().get())) : made;
  }

  private Digest end(Hold hold, Hold.End end) {
    return hash.row("hold.end")
        .text(hold.key().transactionId())
        .number(hold.key().postingIndex())
        .text(end.eventType())
        .number(end.posted())
        .number(end.position())
        .time(end.recordTime())
        .time(end.effectiveTime())
        .digest();
  }

  Digest change(AccountChange change) {
    hash.row("account_change")
        .text(change.accountId())
        .number(change.position())
        .time(change.recordTime())
        .time(change.effectiveTime());
    change.status().map(Enum::name).ifPresentOrElse(hash::text, hash::absent);
    optional(change.limits().map(limits -> BigInteger.valueOf(limits.overdraftLimit())), hash);
    optional(change.limits().flatMap(RowHashes::balanceMax), hash);
    change.reference().ifPresentOrElse(hash::text, hash::absent);
    change.metadata().ifPresentOrElse(hash::pairs, hash::absent);
    return hash.digest();
  }

  private static Optional<BigInteger> balanceMax(Account.Limits limits) {
    return limits.balanceMax().isPresent()
        ? Optional.of(BigInteger.valueOf(limits.balanceMax().getAsLong()))
        : Optional.empty();
  }

  private static void optional(Optional<BigInteger> number, RowHash hash) {
    number.ifPresentOrElse(hash::number, hash::absent);
  }

  private void optional(Optional<Instant> time) {
    time.ifPresentOrElse(hash::time, hash::absent);
  }

  Digest backdated(Backdated backdated) {
    return hash.row("backdated")
        .text(backdated.accountId())
        .number(backdated.total().number())
        .number(backdated.position())
        .time(backdated.effectiveTime())
        .number(backdated.posted())
        .number(backdated.held())
        .number(backdated.total().posted())
        .number(backdated.total().held())
        .digest();
  }
}
