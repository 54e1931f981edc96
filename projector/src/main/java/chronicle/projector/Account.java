package chronicle.projector;

import java.math.BigInteger;
import java.time.Instant;
import java.util.OptionalLong;

/**
 * An account's row in the read model as of the account's last event. An external account, {@code
 * external:<CUR>}, is the other side of what crosses the ledger's border: it has version 0 and no
 * limits, and its sums may leave 64 bits.
 */
record Account(
    String accountId,
    String currencyCode,
    Status status,
    BigInteger posted,
    long held,
    Limits limits,
    Totals totals,
    long version,
    long position,
    Instant updateTime) {
  private static final String EXTERNAL = "external:";

  /** Whether it takes postings; a frozen one bars those named. */
  enum Status {
    ACTIVE,
    FROZEN_DEBITS,
    FROZEN_CREDITS,
    FROZEN_ALL,
    CLOSED
  }

  /** How far below zero the balance may go, and how high; an empty maximum means no limit. */
  record Limits(long overdraftLimit, OptionalLong balanceMax) {
    static final Limits NONE = new Limits(0, OptionalLong.empty());
  }

  /** The sums of all that came in and of all that went out, and the number of postings. */
  record Totals(BigInteger deposits, BigInteger withdrawals, long count) {
    static final Totals NONE = new Totals(BigInteger.ZERO, BigInteger.ZERO, 0);

    Totals plus(long amount) {
      if (amount == 0) {
        return this;
      }
      var size = BigInteger.valueOf(amount).abs();
      return amount > 0
          ? new Totals(deposits.add(size), withdrawals, count + 1)
          : new Totals(deposits, withdrawals.add(size), count + 1);
    }
  }

  /** The id of a currency's external account. */
  static String external(String currencyCode) {
    return EXTERNAL + currencyCode;
  }

  /** An account before its first event. */
  static Account unopened(String accountId, String currencyCode) {
    return new Account(
        accountId,
        currencyCode,
        Status.ACTIVE,
        BigInteger.ZERO,
        0,
        Limits.NONE,
        Totals.NONE,
        0,
        0,
        Instant.EPOCH);
  }

  BigInteger available() {
    return posted
        .subtract(BigInteger.valueOf(held))
        .add(BigInteger.valueOf(limits.overdraftLimit()));
  }

  /** Whether an id is that of an external account. */
  static boolean isExternal(String accountId) {
    return accountId.startsWith(EXTERNAL);
  }

  /**
   * The account after an event that moved its balances; throws ArithmeticException where the holds
   * leave 64 bits.
   */
  Account move(long postedDelta, long heldDelta, long version, long position, Instant time) {
    return new Account(
        accountId,
        currencyCode,
        status,
        posted.add(BigInteger.valueOf(postedDelta)),
        Math.addExact(held, heldDelta),
        limits,
        totals.plus(postedDelta),
        version,
        position,
        time);
  }

  Account with(Status status) {
    return new Account(
        accountId,
        currencyCode,
        status,
        posted,
        held,
        limits,
        totals,
        version,
        position,
        updateTime);
  }

  Account with(Limits limits) {
    return new Account(
        accountId,
        currencyCode,
        status,
        posted,
        held,
        limits,
        totals,
        version,
        position,
        updateTime);
  }
}
