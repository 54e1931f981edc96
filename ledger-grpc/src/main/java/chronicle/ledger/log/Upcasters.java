package chronicle.ledger.log;

import chronicle.event.v1.Event;
import chronicle.event.v1.Event.PayloadCase;
import chronicle.type.v1.Money;
import java.util.List;
import java.util.function.UnaryOperator;

/**
 * The versions of every event type, and the steps that lead from each to the next: the one place
 * that knows them. A chain of n steps makes n + 1 the newest version, so that it can't have a gap,
 * and a type without a chain does not compile.
 */
public final class Upcasters {
  private static final List<UnaryOperator<Event>> NONE = List.of();
  private static final List<UnaryOperator<Event>> MONEY_DEPOSITED =
      List.of(Upcasters::depositInDollars);

  private Upcasters() {}

  /** Returns the type's newest version, the one that is written. */
  static int newestVersion(PayloadCase type) {
    return chain(type).size() + 1;
  }

  /**
   * Returns the event as it would be written today; one that is current already as it is. A type or
   * version that is not known throws {@link UnreadableEventException}.
   */
  public static Event upcast(Event stored) {
    if (stored.getPayloadCase() == PayloadCase.PAYLOAD_NOT_SET) {
      throw unreadable(stored, "this version does not know its type");
    }
    int version = stored.getSchemaVersion();
    int newest = newestVersion(stored.getPayloadCase());
    if (version < 1 || version > newest) {
      throw unreadable(
          stored,
          "%s of schema version %d, where 1 to %d are known"
              .formatted(stored.getPayloadCase(), version, newest));
    }
    return version == newest ? stored : upcast(stored, version, newest);
  }

  private static Event upcast(Event stored, int version, int newest) {
    Event event = stored;
    for (UnaryOperator<Event> step :
        chain(stored.getPayloadCase()).subList(version - 1, newest - 1)) {
      event = step.apply(event);
    }
    return event.toBuilder().setSchemaVersion(newest).build();
  }

  private static List<UnaryOperator<Event>> chain(PayloadCase type) {
    return switch (type) {
      case MONEY_DEPOSITED -> MONEY_DEPOSITED;
      case LEDGER_CREATED,
          ASSET_REGISTERED,
          ACCOUNT_CREATED,
          ACCOUNT_UPDATED,
          ACCOUNT_FROZEN,
          ACCOUNT_UNFROZEN,
          ACCOUNT_CLOSED,
          ACCOUNT_REOPENED,
          MONEY_WITHDRAWN,
          MONEY_TRANSFERRED_OUT,
          MONEY_TRANSFERRED_IN,
          FUNDS_HELD,
          HOLD_POSTED,
          HOLD_VOIDED,
          HOLD_EXPIRED ->
          NONE;
      case PAYLOAD_NOT_SET -> throw new IllegalArgumentException("not a type");
    };
  }

  /**
   * Version 1 knew no currencies and meant US dollars: neither the amount nor the balances after it
   * had to name one. A message that is missing altogether stays so, for the fold to refuse.
   */
  private static Event depositInDollars(Event deposit) {
    Event.Builder event = deposit.toBuilder();
    Money amount = deposit.getMoneyDeposited().getAmount();
    if (deposit.getMoneyDeposited().hasAmount() && amount.getCurrencyCode().isEmpty()) {
      event.getMoneyDepositedBuilder().getAmountBuilder().setCurrencyCode("USD");
    }
    if (deposit.hasBalancesAfter() && deposit.getBalancesAfter().getCurrencyCode().isEmpty()) {
      event.getBalancesAfterBuilder().setCurrencyCode("USD");
    }
    return event.build();
  }

  private static UnreadableEventException unreadable(Event stored, String what) {
    return new UnreadableEventException(stored.getLedger(), stored.getPosition(), what);
  }
}
