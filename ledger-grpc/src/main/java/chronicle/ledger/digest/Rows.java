package chronicle.ledger.digest;

import chronicle.ledger.domain.Event.Limits;
import chronicle.ledger.log.Cause;
import chronicle.ledger.log.RecordedEvent;
import chronicle.runtime.Digest;
import chronicle.runtime.RowHash;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Hashes the rows that a read model has to have, as docs/PROJECTION.md writes them down. Belongs to
 * one thread.
 */
final class Rows {
  private final RowHash hash = new RowHash();

  /** An account's balances, and what was posted to it. */
  record Tally(
      BigInteger posted, long held, BigInteger deposits, BigInteger withdrawals, long count) {
    static final Tally NONE = new Tally(BigInteger.ZERO, 0, BigInteger.ZERO, BigInteger.ZERO, 0);

    Tally plus(Change change) {
      var amount = BigInteger.valueOf(change.posted());
      return new Tally(
          posted.add(amount),
          Math.addExact(held, change.held()),
          change.posted() > 0 ? deposits.add(amount) : deposits,
          change.posted() < 0 ? withdrawals.subtract(amount) : withdrawals,
          change.posted() == 0 ? count : count + 1);
    }
  }

  /** An account as its last event left it. */
  record AccountRow(
      String id,
      String currency,
      String status,
      Limits limits,
      Tally tally,
      long version,
      long position,
      Instant updateTime) {}

  /** What an account was opened with, and its labels as they were said last. */
  record Opening(Instant time, long position, String reference, Map<String, String> metadata) {}

  /** An account's row: as it is, and what it was opened with. */
  Digest account(AccountRow row, Opening opening) {
    hash.row("account")
        .text(row.id())
        .text(row.currency())
        .text(row.status())
        .number(row.tally().posted())
        .number(row.tally().held())
        .number(row.limits().overdraftMinor());
    number(row.limits().balanceMaxMinor());
    var state =
        hash.number(row.tally().deposits())
            .number(row.tally().withdrawals())
            .number(row.tally().count())
            .number(row.version())
            .number(row.position())
            .time(row.updateTime())
            .digest();
    return state.plus(
        hash.row("account.opening")
            .text(row.id())
            .time(opening.time())
            .number(opening.position())
            .text(opening.reference())
            .pairs(opening.metadata())
            .digest());
  }

  /** The entry of an event on one account. */
  Digest entry(
      RecordedEvent event,
      String account,
      long version,
      String currency,
      Change change,
      Tally after,
      long overdraftMinor) {
    Cause cause = event.cause();
    hash.row("entry")
        .number(event.position())
        .text(account)
        .number(version)
        .text(event.type())
        .text(currency);
    if (change.posted() == 0) {
      hash.absent();
    } else {
      hash.number(change.posted());
    }
    var available =
        after
            .posted()
            .subtract(BigInteger.valueOf(after.held()))
            .add(BigInteger.valueOf(overdraftMinor));
    return hash.number(after.posted())
        .number(after.held())
        .number(available)
        .text(cause.commandId().value())
        .text(cause.transactionId())
        .number(event.index())
        .number(cause.size())
        .text(change.counterparty())
        .time(cause.recordTime())
        .time(cause.effectiveTime())
        .text(cause.details().reference())
        .pairs(cause.details().metadata())
        .digest();
  }

  /** What was said about an account beside its balances. */
  Digest change(
      RecordedEvent event,
      Optional<String> status,
      Optional<Limits> limits,
      Optional<String> reference,
      Optional<Map<String, String>> metadata) {
    hash.row("account_change")
        .text(event.account().value())
        .number(event.position())
        .time(event.cause().recordTime())
        .time(event.cause().effectiveTime());
    status.ifPresentOrElse(hash::text, hash::absent);
    limits.ifPresentOrElse(said -> hash.number(said.overdraftMinor()), hash::absent);
    number(limits.map(Limits::balanceMaxMinor).orElse(OptionalLong.empty()));
    reference.ifPresentOrElse(hash::text, hash::absent);
    metadata.ifPresentOrElse(hash::pairs, hash::absent);
    return hash.digest();
  }

  /** The n-th change that took effect before it was recorded; the totals include it. */
  Digest backdated(
      String account,
      long number,
      long position,
      Instant effectiveTime,
      long posted,
      long held,
      BigInteger postedTotal,
      BigInteger heldTotal) {
    return hash.row("backdated")
        .text(account)
        .number(number)
        .number(position)
        .time(effectiveTime)
        .number(posted)
        .number(held)
        .number(postedTotal)
        .number(heldTotal)
        .digest();
  }

  /** A hold as it was made. */
  Digest hold(
      RecordedEvent event,
      int posting,
      String destination,
      String currency,
      long amount,
      Optional<Instant> expireTime) {
    hash.row("hold")
        .text(event.cause().transactionId())
        .number(posting)
        .text(event.account().value())
        .text(destination)
        .text(currency)
        .number(amount);
    expireTime.ifPresentOrElse(hash::time, hash::absent);
    return hash.number(event.position())
        .time(event.cause().recordTime())
        .time(event.cause().effectiveTime())
        .digest();
  }

  /** How a hold ended, when that took effect. */
  Digest holdEnd(RecordedEvent event, int posting, long posted, Instant effectiveTime) {
    return hash.row("hold.end")
        .text(event.cause().transactionId())
        .number(posting)
        .text(event.type())
        .number(posted)
        .number(event.position())
        .time(event.cause().recordTime())
        .time(effectiveTime)
        .digest();
  }

  /** A transaction as the events from {@code first} to a last position made it. */
  Digest transaction(
      RecordedEvent first, long lastPosition, boolean pending, Optional<Instant> expireTime) {
    Cause cause = first.cause();
    hash.row("transaction")
        .text(cause.transactionId())
        .number(first.position())
        .number(lastPosition)
        .text(pending ? "PENDING" : "POSTED");
    expireTime.ifPresentOrElse(hash::time, hash::absent);
    Optional.of(cause.reversesTransactionId())
        .filter(id -> !id.isEmpty())
        .ifPresentOrElse(hash::text, hash::absent);
    return hash.time(cause.recordTime())
        .time(cause.effectiveTime())
        .text(cause.details().reference())
        .pairs(cause.details().metadata())
        .digest();
  }

  /** How a pending transaction ended, by the first event of its end. */
  Digest transactionEnd(String id, String status, long position) {
    return hash.row("transaction.end").text(id).text(status).number(position).digest();
  }

  /** By which transaction another was reversed, and where that begins. */
  Digest transactionReversal(String id, String by, long position) {
    return hash.row("transaction.reversal").text(id).text(by).number(position).digest();
  }

  private void number(OptionalLong number) {
    if (number.isPresent()) {
      hash.number(number.getAsLong());
    } else {
      hash.absent();
    }
  }
}
