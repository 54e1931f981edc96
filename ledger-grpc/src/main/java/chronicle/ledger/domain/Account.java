package chronicle.ledger.domain;

import chronicle.ledger.domain.Event.AccountClosed;
import chronicle.ledger.domain.Event.AccountCreated;
import chronicle.ledger.domain.Event.AccountFrozen;
import chronicle.ledger.domain.Event.AccountReopened;
import chronicle.ledger.domain.Event.AccountUnfrozen;
import chronicle.ledger.domain.Event.AccountUpdated;
import chronicle.ledger.domain.Event.FundsHeld;
import chronicle.ledger.domain.Event.HoldExpired;
import chronicle.ledger.domain.Event.HoldPosted;
import chronicle.ledger.domain.Event.HoldVoided;
import chronicle.ledger.domain.Event.LedgerEvent;
import chronicle.ledger.domain.Event.Limits;
import chronicle.ledger.domain.Event.MoneyDeposited;
import chronicle.ledger.domain.Event.MoneyTransferredIn;
import chronicle.ledger.domain.Event.MoneyTransferredOut;
import chronicle.ledger.domain.Event.MoneyWithdrawn;
import chronicle.ledger.domain.Event.TransactionEvent;

/** The state of an account: a fold of its events, immutable. */
public sealed interface Account {
  /** The state before the first event. */
  Account UNOPENED = new Unopened();

  /** The number of events folded so far. */
  long version();

  /**
   * Returns the state after one more event; an event that can't follow this state is a broken
   * invariant and throws {@link IllegalStateException}.
   */
  Account evolve(Event event);

  /** No account yet. */
  record Unopened() implements Account {
    @Override
    public long version() {
      return 0;
    }

    @Override
    public Account evolve(Event event) {
      return switch (event) {
        case AccountCreated(var currency, var limits) ->
            new Open(currency, 1, 0, 0, limits, Freeze.NONE);
        case LedgerEvent _,
            AccountUpdated _,
            AccountFrozen _,
            AccountUnfrozen _,
            AccountClosed _,
            AccountReopened _,
            TransactionEvent _ ->
            throw new IllegalStateException("no account to apply " + event + " to");
      };
    }
  }

  /** An open account, frozen or not; all amounts are in minor units of its currency. */
  record Open(
      String currency, long version, long postedMinor, long heldMinor, Limits limits, Freeze freeze)
      implements Account {
    /** Refuses a state that no history leads to: it would be a bug, not a business matter. */
    public Open {
      Math.addExact(postedMinor, limits.overdraftMinor());
      if (heldMinor < 0 || available(postedMinor, heldMinor, limits) < 0) {
        throw new IllegalStateException("a balance below its limit, or a negative hold");
      }
      if (limits.balanceMaxMinor().isPresent()
          && postedMinor > limits.balanceMaxMinor().getAsLong()) {
        throw new IllegalStateException("a balance above its limit");
      }
    }

    /** Returns what may be spent: posted - held + overdraft limit; never negative. */
    public long availableMinor() {
      return available(postedMinor, heldMinor, limits);
    }

    @Override
    public Account evolve(Event event) {
      return switch (event) {
        case AccountUpdated(var newLimits, _, _) -> with(postedMinor, heldMinor, newLimits, freeze);
        case AccountFrozen(var newFreeze) -> with(postedMinor, heldMinor, limits, newFreeze);
        case AccountUnfrozen() -> with(postedMinor, heldMinor, limits, Freeze.NONE);
        case AccountClosed() -> close();
        case MoneyDeposited(var amount) -> move(amount, amount.minorUnits(), 0);
        case MoneyWithdrawn(var amount) -> move(amount, -amount.minorUnits(), 0);
        case MoneyTransferredOut(var amount, _) -> move(amount, -amount.minorUnits(), 0);
        case MoneyTransferredIn(var amount, _) -> move(amount, amount.minorUnits(), 0);
        case FundsHeld(var amount, _, _, _) -> move(amount, 0, amount.minorUnits());
        case HoldPosted(var amount, var held, _, _) ->
            move(amount, -amount.minorUnits(), -held.minorUnits());
        case HoldVoided(var amount, _) -> move(amount, 0, -amount.minorUnits());
        case HoldExpired(var amount, _) -> move(amount, 0, -amount.minorUnits());
        case LedgerEvent _, AccountCreated _, AccountReopened _ ->
            throw new IllegalStateException("an open account can't take " + event);
      };
    }

    /**
     * Whether the balance can grow by so much under these limits without leaving 64 bits, now or
     * when every hold is released.
     */
    boolean fits(long creditMinor, Limits newLimits) {
      try {
        Math.addExact(Math.addExact(postedMinor, creditMinor), newLimits.overdraftMinor());
        return true;
      } catch (ArithmeticException _) {
        return false;
      }
    }

    private Open move(Money amount, long postedDelta, long heldDelta) {
      if (!amount.currency().equals(currency)) {
        throw new IllegalStateException("a posting of " + amount + " to an account in " + currency);
      }
      return with(
          Math.addExact(postedMinor, postedDelta),
          Math.addExact(heldMinor, heldDelta),
          limits,
          freeze);
    }

    private Closed close() {
      if (postedMinor != 0 || heldMinor != 0 || freeze != Freeze.NONE) {
        throw new IllegalStateException("an account closed with money, with holds or while frozen");
      }
      return new Closed(currency, version + 1, limits);
    }

    private Open with(long posted, long held, Limits newLimits, Freeze newFreeze) {
      return new Open(currency, version + 1, posted, held, newLimits, newFreeze);
    }

    private static long available(long posted, long held, Limits limits) {
      return Math.addExact(Math.subtractExact(posted, held), limits.overdraftMinor());
    }
  }

  /** A closed account: it is empty, and has the limits it had. */
  record Closed(String currency, long version, Limits limits) implements Account {
    @Override
    public Account evolve(Event event) {
      return switch (event) {
        case AccountReopened() -> new Open(currency, version + 1, 0, 0, limits, Freeze.NONE);
        case LedgerEvent _,
            AccountCreated _,
            AccountUpdated _,
            AccountFrozen _,
            AccountUnfrozen _,
            AccountClosed _,
            TransactionEvent _ ->
            throw new IllegalStateException("a closed account can't take " + event);
      };
    }
  }
}
