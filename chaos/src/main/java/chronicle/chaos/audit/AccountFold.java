package chronicle.chaos.audit;

import chronicle.event.v1.AccountFrozen.Scope;
import chronicle.event.v1.Event;
import chronicle.query.v1.Account;
import chronicle.query.v1.Account.Status;
import chronicle.type.v1.Money;
import java.util.Optional;

/**
 * An account as a fold of its events, in the words of the read model; without the position that an
 * answer reflects. Sums wrap around rather than throw: what is out of range breaks a limit.
 */
final class AccountFold {
  private AccountFold() {}

  /** The state after the event; empty where the event can't follow the state. */
  static Optional<Account> next(Optional<Account> before, Event event) {
    if (event.hasAccountCreated()) {
      return before.isEmpty() ? Optional.of(stamped(created(event), event)) : Optional.empty();
    }
    return before
        .filter(account -> (account.getStatus() == Status.CLOSED) == event.hasAccountReopened())
        .map(account -> stamped(changed(account, event), event));
  }

  static Money money(String currency, long minorUnits) {
    return Money.newBuilder().setCurrencyCode(currency).setMinorUnits(minorUnits).build();
  }

  /** Whether its balances are within its limits. */
  static boolean isWithinLimits(Account account) {
    return account.getAvailable().getMinorUnits() >= 0
        && account.getHeld().getMinorUnits() >= 0
        && (!account.hasBalanceMax()
            || account.getPosted().getMinorUnits() <= account.getBalanceMax().getMinorUnits());
  }

  private static Account.Builder created(Event event) {
    var created = event.getAccountCreated();
    var currency = created.getCurrencyCode();
    var account =
        Account.newBuilder()
            .setAccount(event.getAccount())
            .setStatus(Status.ACTIVE)
            .setPosted(money(currency, 0))
            .setHeld(money(currency, 0))
            .setOverdraftLimit(money(currency, created.getOverdraftLimitMinorUnits()))
            .setCreateTime(event.getRecordTime())
            .setReference(event.getReference())
            .putAllMetadata(event.getMetadataMap());
    if (created.hasBalanceMaxMinorUnits()) {
      account.setBalanceMax(money(currency, created.getBalanceMaxMinorUnits()));
    }
    return account;
  }

  private static Account.Builder changed(Account before, Event event) {
    var account = before.toBuilder();
    return switch (event.getPayloadCase()) {
      case ACCOUNT_UPDATED -> updated(account, event);
      case ACCOUNT_FROZEN ->
          account.setStatus(Status.FROZEN).setFrozen(event.getAccountFrozen().getScope());
      case ACCOUNT_UNFROZEN -> account.setStatus(Status.ACTIVE).setFrozen(Scope.SCOPE_UNSPECIFIED);
      case ACCOUNT_CLOSED -> account.setStatus(Status.CLOSED);
      case ACCOUNT_REOPENED -> account.setStatus(Status.ACTIVE);
      case MONEY_DEPOSITED -> move(account, minor(event.getMoneyDeposited().getAmount()), 0);
      case MONEY_WITHDRAWN -> move(account, -minor(event.getMoneyWithdrawn().getAmount()), 0);
      case MONEY_TRANSFERRED_OUT ->
          move(account, -minor(event.getMoneyTransferredOut().getAmount()), 0);
      case MONEY_TRANSFERRED_IN ->
          move(account, minor(event.getMoneyTransferredIn().getAmount()), 0);
      case FUNDS_HELD -> move(account, 0, minor(event.getFundsHeld().getAmount()));
      case HOLD_POSTED ->
          move(
              account,
              -minor(event.getHoldPosted().getAmount()),
              -minor(event.getHoldPosted().getHeld()));
      case HOLD_VOIDED -> move(account, 0, -minor(event.getHoldVoided().getAmount()));
      case HOLD_EXPIRED -> move(account, 0, -minor(event.getHoldExpired().getAmount()));
      case LEDGER_CREATED, ASSET_REGISTERED, ACCOUNT_CREATED, PAYLOAD_NOT_SET -> account;
    };
  }

  private static Account.Builder updated(Account.Builder account, Event event) {
    var updated = event.getAccountUpdated();
    var currency = account.getPosted().getCurrencyCode();
    account.setOverdraftLimit(money(currency, updated.getOverdraftLimitMinorUnits()));
    if (updated.hasBalanceMaxMinorUnits()) {
      account.setBalanceMax(money(currency, updated.getBalanceMaxMinorUnits()));
    } else {
      account.clearBalanceMax();
    }
    if (updated.getSetsReference()) {
      account.setReference(event.getReference());
    }
    if (updated.getSetsMetadata()) {
      account.clearMetadata().putAllMetadata(event.getMetadataMap());
    }
    return account;
  }

  private static Account.Builder move(Account.Builder account, long posted, long held) {
    account.getPostedBuilder().setMinorUnits(account.getPosted().getMinorUnits() + posted);
    account.getHeldBuilder().setMinorUnits(account.getHeld().getMinorUnits() + held);
    return account;
  }

  private static Account stamped(Account.Builder account, Event event) {
    return account
        .setAvailable(
            money(
                account.getPosted().getCurrencyCode(),
                account.getPosted().getMinorUnits()
                    - account.getHeld().getMinorUnits()
                    + account.getOverdraftLimit().getMinorUnits()))
        .setAccountVersion(account.getAccountVersion() + 1)
        .setUpdateTime(event.getRecordTime())
        .setPosition(event.getPosition())
        .build();
  }

  private static long minor(Money money) {
    return money.getMinorUnits();
  }
}
