package chronicle.ledger.digest;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Event;
import chronicle.ledger.domain.Event.AccountEvent;
import chronicle.ledger.domain.Event.FundsHeld;
import chronicle.ledger.domain.Event.HoldExpired;
import chronicle.ledger.domain.Event.HoldPosted;
import chronicle.ledger.domain.Event.HoldVoided;
import chronicle.ledger.domain.Event.LedgerEvent;
import chronicle.ledger.domain.Event.MoneyDeposited;
import chronicle.ledger.domain.Event.MoneyTransferredIn;
import chronicle.ledger.domain.Event.MoneyTransferredOut;
import chronicle.ledger.domain.Event.MoneyWithdrawn;
import chronicle.ledger.domain.Money;
import java.util.Optional;

/**
 * What an event does to its account's sums.
 *
 * @param counterparty the other account; empty where there is none
 * @param externalCurrency in which the other side, where that is outside the ledger, is posted the
 *     opposite
 */
record Change(long posted, long held, String counterparty, Optional<String> externalCurrency) {
  private static final Change NONE = new Change(0, 0, "", Optional.empty());

  static Change of(Event event) {
    return switch (event) {
      case LedgerEvent _, AccountEvent _ -> NONE;
      case MoneyDeposited(var amount) -> outside(amount, amount.minorUnits(), 0);
      case MoneyWithdrawn(var amount) -> outside(amount, -amount.minorUnits(), 0);
      case MoneyTransferredOut(var amount, var to) -> inside(-amount.minorUnits(), 0, to);
      case MoneyTransferredIn(var amount, var from) -> inside(amount.minorUnits(), 0, from);
      case FundsHeld(var amount, var to, _, _) ->
          new Change(0, amount.minorUnits(), to.map(AccountId::value).orElse(""), Optional.empty());
      case HoldPosted(var amount, var held, var to, _) ->
          to.isPresent()
              ? inside(-amount.minorUnits(), -held.minorUnits(), to.get())
              : outside(amount, -amount.minorUnits(), -held.minorUnits());
      case HoldVoided(var amount, _) -> released(amount);
      case HoldExpired(var amount, _) -> released(amount);
    };
  }

  /** The id of the account that stands for all outside the ledger. */
  static String external(String currency) {
    return "external:" + currency;
  }

  private static Change outside(Money amount, long posted, long held) {
    return new Change(posted, held, external(amount.currency()), Optional.of(amount.currency()));
  }

  private static Change inside(long posted, long held, AccountId counterparty) {
    return new Change(posted, held, counterparty.value(), Optional.empty());
  }

  private static Change released(Money amount) {
    return new Change(0, -amount.minorUnits(), "", Optional.empty());
  }
}
