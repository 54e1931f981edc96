package chronicle.query;

import static chronicle.error.v1.ErrorReason.AMOUNT_OVERFLOW;
import static chronicle.query.Columns.money;

import chronicle.query.v1.StatementEntry;
import chronicle.query.v1.StatementHeader;
import chronicle.query.v1.StatementHeader.Axis;
import chronicle.query.v1.StatementSummary;
import chronicle.runtime.Failure;
import chronicle.type.v1.Total;
import java.math.BigInteger;

/**
 * Sums a statement up, and checks it against what is known without summing: a statement that does
 * not reconcile is a bug, and not sent to its end.
 */
final class StatementSums {
  private final StatementHeader header;
  private long balance;
  private long entries;
  private BigInteger in = BigInteger.ZERO;
  private BigInteger out = BigInteger.ZERO;

  StatementSums(StatementHeader header) {
    this.header = header;
    this.balance = header.getOpeningBalance().getMinorUnits();
  }

  /** How many entries were added. */
  long entries() {
    return entries;
  }

  /** The next entry, with the balance after it; AMOUNT_OVERFLOW where that leaves 64 bits. */
  StatementEntry add(StatementRow row) {
    var amount = row.entry().getAmount().getMinorUnits();
    balance = sum(balance, amount);
    if (header.getAxis() == Axis.RECORD_TIME && balance != row.postedAfter()) {
      throw new IllegalStateException(
          "the balance after position %d is %d and not %d"
              .formatted(row.entry().getPosition(), row.postedAfter(), balance));
    }
    entries++;
    in = amount > 0 ? in.add(BigInteger.valueOf(amount)) : in;
    out = amount < 0 ? out.subtract(BigInteger.valueOf(amount)) : out;
    return row.entry().toBuilder()
        .setBalanceAfter(money(header.getCurrencyCode(), balance))
        .build();
  }

  /** What all entries come to. */
  StatementSummary summary() {
    var closing = header.getClosingBalance();
    if (closing.getMinorUnits() != balance) {
      throw new IllegalStateException(
          "the closing balance is %d and not %d".formatted(closing.getMinorUnits(), balance));
    }
    return StatementSummary.newBuilder()
        .setEntryCount(entries)
        .setTotalIn(total(in))
        .setTotalOut(total(out))
        .setClosingBalance(closing)
        .build();
  }

  private Total total(BigInteger minorUnits) {
    return Total.newBuilder()
        .setCurrencyCode(header.getCurrencyCode())
        .setMinorUnits(minorUnits.toString())
        .build();
  }

  private static long sum(long balance, long amount) {
    try {
      return Math.addExact(balance, amount);
    } catch (ArithmeticException _) {
      throw Failure.of(AMOUNT_OVERFLOW, "A balance of the statement leaves the range of 64 bits");
    }
  }
}
