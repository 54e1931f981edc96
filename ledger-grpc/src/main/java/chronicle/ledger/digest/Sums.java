package chronicle.ledger.digest;

import chronicle.ledger.digest.AccountDigests.Part;
import chronicle.ledger.log.RecordedEvent;
import chronicle.runtime.Digest;
import java.math.BigInteger;
import java.time.Instant;

/** Adds the hashes of one account's rows up. */
final class Sums {
  private final String account;
  private final Rows rows;
  private Part row = Part.NONE;
  private Part entries = Part.NONE;
  private Part holds = Part.NONE;
  private Part changes = Part.NONE;
  private Part backdated = Part.NONE;
  private BigInteger postedTotal = BigInteger.ZERO;
  private BigInteger heldTotal = BigInteger.ZERO;

  Sums(String account, Rows rows) {
    this.account = account;
    this.rows = rows;
  }

  String account() {
    return account;
  }

  void row(Digest hash) {
    row = row.plus(hash);
  }

  void entry(Digest hash) {
    entries = entries.plus(hash);
  }

  void hold(Digest hash) {
    holds = holds.plus(hash);
  }

  void holdEnd(Digest hash) {
    holds = holds.more(hash);
  }

  void change(Digest hash) {
    changes = changes.plus(hash);
  }

  /**
   * What took effect before it was recorded is backdated: in one row where all of an event did at
   * the same time, else in two.
   */
  void backdated(RecordedEvent event, Change change, Instant heldTime) {
    var postedTime = event.cause().effectiveTime();
    if (postedTime.equals(heldTime)) {
      backdated(event, postedTime, change.posted(), change.held());
    } else {
      backdated(event, postedTime, change.posted(), 0);
      backdated(event, heldTime, 0, change.held());
    }
  }

  private void backdated(RecordedEvent event, Instant effectiveTime, long posted, long held) {
    if ((posted == 0 && held == 0) || !effectiveTime.isBefore(event.cause().recordTime())) {
      return;
    }
    postedTotal = postedTotal.add(BigInteger.valueOf(posted));
    heldTotal = heldTotal.add(BigInteger.valueOf(held));
    backdated =
        backdated.plus(
            rows.backdated(
                account,
                backdated.count() + 1,
                event.position(),
                effectiveTime,
                posted,
                held,
                postedTotal,
                heldTotal));
  }

  AccountDigests digests() {
    return new AccountDigests(account, row, entries, holds, changes, backdated);
  }
}
