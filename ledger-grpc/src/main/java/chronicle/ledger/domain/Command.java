package chronicle.ledger.domain;

import java.util.List;
import java.util.OptionalLong;

/**
 * What a client can ask a ledger to do. Amounts are positive, limits not negative: anything else
 * can't be built.
 */
public sealed interface Command {
  /** The client's reference, metadata, effective time and expected version. */
  Details details();

  /** The accounts whose state decides. */
  default List<AccountId> accounts() {
    return switch (this) {
      case CreateLedger _ -> List.of();
      case CreateAccount create -> List.of(create.account());
      case Deposit deposit -> List.of(deposit.account());
      case Withdraw withdraw -> List.of(withdraw.account());
      case Transfer transfer -> List.of(transfer.source(), transfer.destination());
    };
  }

  /** Whether it makes a transaction. */
  default boolean movesMoney() {
    return switch (this) {
      case CreateLedger _, CreateAccount _ -> false;
      case Deposit _, Withdraw _, Transfer _ -> true;
    };
  }

  /** Asks that the ledger be created. */
  record CreateLedger(Details details) implements Command {}

  /** Asks for an account of one currency; limits are in its minor units. */
  record CreateAccount(
      AccountId account,
      String currency,
      long overdraftLimitMinor,
      OptionalLong balanceMaxMinor,
      Details details)
      implements Command {
    /** Refuses a malformed currency and negative limits. */
    public CreateAccount {
      Assets.requireCode(currency);
      requireNotNegative(overdraftLimitMinor, "overdraft_limit");
      balanceMaxMinor.ifPresent(max -> requireNotNegative(max, "balance_max"));
    }
  }

  /** Asks for money to come in from outside the ledger. */
  record Deposit(AccountId account, Money amount, Details details) implements Command {
    /** Refuses an amount that is not positive. */
    public Deposit {
      requirePositive(amount);
    }
  }

  /** Asks for money to leave the ledger. */
  record Withdraw(AccountId account, Money amount, Details details) implements Command {
    /** Refuses an amount that is not positive. */
    public Withdraw {
      requirePositive(amount);
    }
  }

  /** Asks for money to move between two accounts. */
  record Transfer(AccountId source, AccountId destination, Money amount, Details details)
      implements Command {
    /** Refuses an amount that is not positive, and equal accounts. */
    public Transfer {
      requirePositive(amount);
      if (source.equals(destination)) {
        throw new IllegalArgumentException("source_account and destination_account must differ");
      }
    }
  }

  private static void requirePositive(Money amount) {
    if (amount.minorUnits() <= 0) {
      throw new IllegalArgumentException("amount must be positive");
    }
  }

  private static void requireNotNegative(long minorUnits, String what) {
    if (minorUnits < 0) {
      throw new IllegalArgumentException(what + " must not be negative");
    }
  }
}
