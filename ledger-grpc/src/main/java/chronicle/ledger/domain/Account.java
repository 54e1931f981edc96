package chronicle.ledger.domain;

import chronicle.ledger.domain.Event.AccountCreated;
import chronicle.ledger.domain.Event.LedgerCreated;
import chronicle.ledger.domain.Event.MoneyDeposited;
import chronicle.ledger.domain.Event.MoneyTransferredIn;
import chronicle.ledger.domain.Event.MoneyTransferredOut;
import chronicle.ledger.domain.Event.MoneyWithdrawn;
import java.util.OptionalLong;

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
        case AccountCreated(var currency, var overdraftLimit, var balanceMax) ->
            new Open(currency, 1, 0, 0, overdraftLimit, balanceMax);
        case LedgerCreated _,
            MoneyDeposited _,
            MoneyWithdrawn _,
            MoneyTransferredOut _,
            MoneyTransferredIn _ ->
            throw new IllegalStateException("no account to apply " + event + " to");
      };
    }
  }

  /** An open account; all amounts are in minor units of its currency. */
  record Open(
      String currency,
      long version,
      long postedMinor,
      long heldMinor,
      long overdraftLimitMinor,
      OptionalLong balanceMaxMinor)
      implements Account {
    /** Refuses a state that no history leads to: it would be a bug, not a business matter. */
    public Open {
      if (heldMinor < 0 || overdraftLimitMinor < 0) {
        throw new IllegalStateException("negative hold or overdraft limit");
      }
      available(postedMinor, heldMinor, overdraftLimitMinor);
    }

    /** Returns what may be spent: posted - held + overdraft limit. */
    public long availableMinor() {
      return available(postedMinor, heldMinor, overdraftLimitMinor);
    }

    /**
     * Whether the posted balance can take {@code minor} more without leaving the range of 64 bits
     * anywhere.
     */
    boolean canHold(long minor) {
      try {
        available(Math.addExact(postedMinor, minor), heldMinor, overdraftLimitMinor);
        return true;
      } catch (ArithmeticException _) {
        return false;
      }
    }

    @Override
    public Account evolve(Event event) {
      return switch (event) {
        case MoneyDeposited(var amount) -> post(amount, amount.minorUnits());
        case MoneyWithdrawn(var amount) -> post(amount, -amount.minorUnits());
        case MoneyTransferredOut(var amount, _) -> post(amount, -amount.minorUnits());
        case MoneyTransferredIn(var amount, _) -> post(amount, amount.minorUnits());
        case LedgerCreated _, AccountCreated _ ->
            throw new IllegalStateException("an open account can't take " + event);
      };
    }

    private Open post(Money amount, long signedMinor) {
      if (!amount.currency().equals(currency)) {
        throw new IllegalStateException("a posting of " + amount + " to an account in " + currency);
      }
      long posted = Math.addExact(postedMinor, signedMinor);
      return new Open(
          currency, version + 1, posted, heldMinor, overdraftLimitMinor, balanceMaxMinor);
    }

    private static long available(long posted, long held, long overdraftLimit) {
      return Math.addExact(Math.subtractExact(posted, held), overdraftLimit);
    }
  }
}
