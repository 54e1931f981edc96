package chronicle.ledger.domain;

import java.util.OptionalLong;

/** What has happened to one account, or to the ledger itself. */
public sealed interface Event {
  /** The ledger came to be; the incarnation tells this log from any other of its name. */
  record LedgerCreated(String incarnation) implements Event {}

  /** An account was opened with zero balances. */
  record AccountCreated(String currency, long overdraftLimitMinor, OptionalLong balanceMaxMinor)
      implements Event {}

  /** Money came in from outside the ledger. */
  record MoneyDeposited(Money amount) implements Event {}

  /** Money left the ledger. */
  record MoneyWithdrawn(Money amount) implements Event {}

  /** Money left for another account. */
  record MoneyTransferredOut(Money amount, AccountId destination) implements Event {}

  /** Money arrived from another account. */
  record MoneyTransferredIn(Money amount, AccountId source) implements Event {}
}
