package chronicle.ledger.domain;

import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/** What has happened to one account, or to the ledger itself. */
public sealed interface Event {
  /** Something about the ledger itself. */
  sealed interface LedgerEvent extends Event {}

  /** Something in the life of an account, which moves no money. */
  sealed interface AccountEvent extends Event {}

  /** A part of a transaction: money that moves, or is held for it. */
  sealed interface TransactionEvent extends Event {}

  /** The ledger came to be; the incarnation tells this log from any other of its name. */
  record LedgerCreated(String incarnation) implements LedgerEvent {}

  /** A currency beyond ISO 4217 may be used; one minor unit is {@code 10^-scale}. */
  record AssetRegistered(String currency, int scale) implements LedgerEvent {}

  /** An account was opened with zero balances. */
  record AccountCreated(String currency, Limits limits) implements AccountEvent {}

  /**
   * An account has these limits from now on; and the command's reference or metadata, where it says
   * so.
   */
  record AccountUpdated(Limits limits, boolean setsReference, boolean setsMetadata)
      implements AccountEvent {}

  /** An account was barred from these postings, and from no others. */
  record AccountFrozen(Freeze freeze) implements AccountEvent {}

  /** An account may post again. */
  record AccountUnfrozen() implements AccountEvent {}

  /** An empty account was closed. */
  record AccountClosed() implements AccountEvent {}

  /** A closed account was opened again. */
  record AccountReopened() implements AccountEvent {}

  /** Money came in from outside the ledger. */
  record MoneyDeposited(Money amount) implements TransactionEvent {}

  /** Money left the ledger. */
  record MoneyWithdrawn(Money amount) implements TransactionEvent {}

  /** Money left for another account. */
  record MoneyTransferredOut(Money amount, AccountId destination) implements TransactionEvent {}

  /** Money arrived from another account. */
  record MoneyTransferredIn(Money amount, AccountId source) implements TransactionEvent {}

  /**
   * Money was set aside for one posting of a pending transaction; without a destination it will
   * leave the ledger.
   */
  record FundsHeld(
      Money amount, Optional<AccountId> destination, Optional<Instant> expireTime, int posting)
      implements TransactionEvent {}

  /** What was held for a posting was moved, or a part of it, and the rest released. */
  record HoldPosted(Money amount, Money held, Optional<AccountId> destination, int posting)
      implements TransactionEvent {}

  /** What was held for a posting was released by a command. */
  record HoldVoided(Money amount, int posting) implements TransactionEvent {}

  /** What was held for a posting was released because its time was up. */
  record HoldExpired(Money amount, int posting) implements TransactionEvent {}

  /**
   * How far below zero a balance may go and how high, in minor units and not negative; an empty
   * maximum means no limit.
   */
  record Limits(long overdraftMinor, OptionalLong balanceMaxMinor) {
    /** Not below zero, and as high as it may. */
    public static final Limits NONE = new Limits(0, OptionalLong.empty());

    /** Refuses negative limits. */
    public Limits {
      if (overdraftMinor < 0) {
        throw new IllegalArgumentException("overdraft_limit must not be negative");
      }
      if (balanceMaxMinor.isPresent() && balanceMaxMinor.getAsLong() < 0) {
        throw new IllegalArgumentException("balance_max must not be negative");
      }
    }
  }
}
