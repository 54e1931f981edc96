package chronicle.ledger.log;

import chronicle.ledger.domain.Account;
import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Event;

/**
 * An event at its place in the log: its position, its account and the account's version after it,
 * its index among its command's events, and the account's balances after it.
 */
public record RecordedEvent(
    long position,
    AccountId account,
    long accountVersion,
    int index,
    Cause cause,
    Balances balancesAfter,
    Event event) {

  /**
   * The type's name as it stands in the log, in subjects and in receipts, such as {@code
   * MoneyDeposited}.
   */
  public String type() {
    return event.getClass().getSimpleName();
  }

  /** Whether this is the last event of its command. */
  public boolean endsCommand() {
    return index == cause.size() - 1;
  }

  /** The position of the last event of the same command. */
  public long commandEnd() {
    return position - index + cause.size() - 1;
  }

  /**
   * An account's balances in minor units of its currency; the ledger itself has none, and an empty
   * currency.
   */
  public record Balances(String currency, long postedMinor, long heldMinor, long availableMinor) {
    /** What an event of the ledger itself carries. */
    public static final Balances NONE = new Balances("", 0, 0, 0);

    /** Returns the balances of a state; none of an account that was never opened. */
    public static Balances of(Account account) {
      return switch (account) {
        case Account.Unopened _ -> NONE;
        case Account.Open open ->
            new Balances(
                open.currency(), open.postedMinor(), open.heldMinor(), open.availableMinor());
        case Account.Closed closed ->
            new Balances(closed.currency(), 0, 0, closed.limits().overdraftMinor());
      };
    }
  }
}
