package chronicle.ledger.log;

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
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What must hold of a command's events before they are written: what leaves accounts of the ledger
 * arrives at others, in each currency. Versions and limits are asserted where the events are
 * folded.
 */
final class Soundness {
  private Soundness() {}

  /** Throws {@link IllegalStateException}, and then nothing may be written. */
  static void require(List<RecordedEvent> events) {
    if (events.size() == 1) {
      requireNothing(events.getFirst());
      return;
    }
    var inTransit = new HashMap<String, Long>();
    for (RecordedEvent event : events) {
      add(inTransit, event);
    }
    if (inTransit.values().stream().anyMatch(sum -> sum != 0)) {
      throw new IllegalStateException("debits do not equal credits: " + inTransit);
    }
  }

  private static void requireNothing(RecordedEvent event) {
    boolean isInTransit =
        event.event() instanceof MoneyTransferredOut || event.event() instanceof MoneyTransferredIn;
    if (isInTransit) {
      throw new IllegalStateException("one side of a transfer alone: " + event.event());
    }
  }

  private static void add(Map<String, Long> inTransit, RecordedEvent event) {
    switch (event.event()) {
      case MoneyTransferredOut(var amount, _) -> add(inTransit, amount, amount.minorUnits());
      case MoneyTransferredIn(var amount, _) -> add(inTransit, amount, -amount.minorUnits());
      case HoldPosted(var amount, _, var destination, _) when destination.isPresent() ->
          add(inTransit, amount, amount.minorUnits());
      case HoldPosted _,
          LedgerEvent _,
          AccountEvent _,
          MoneyDeposited _,
          MoneyWithdrawn _,
          FundsHeld _,
          HoldVoided _,
          HoldExpired _ -> {}
    }
  }

  private static void add(Map<String, Long> inTransit, Money amount, long minorUnits) {
    inTransit.merge(amount.currency(), minorUnits, Math::addExact);
  }
}
