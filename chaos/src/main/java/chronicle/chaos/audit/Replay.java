package chronicle.chaos.audit;

import static chronicle.chaos.audit.AccountFold.money;

import chronicle.event.v1.Event;
import chronicle.query.v1.Account;
import chronicle.query.v1.Entry;
import chronicle.query.v1.Transaction;
import chronicle.query.v1.TrialBalance;
import chronicle.type.v1.Money;
import chronicle.type.v1.Total;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Timestamps;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.ToLongFunction;

/**
 * Every state that a ledger has had: a fold of its log from the first event on. What does not
 * follow from what was before is left out of the fold, and told.
 */
final class Replay {
  private final List<Event> events;
  private final Map<String, List<Account>> accounts = new TreeMap<>();
  private final Map<String, List<Changed>> transactions = new HashMap<>();
  private final Map<String, List<Entry>> entries = new HashMap<>();
  private final Map<String, List<External>> externals = new TreeMap<>();
  private final List<Long> ends = new ArrayList<>();

  /** A transaction after the event at the position. */
  private record Changed(long position, Transaction transaction) {}

  /** What is outside the ledger after the event at the position. */
  private record External(long position, BigInteger minorUnits) {}

  private Replay(List<Event> events) {
    this.events = events;
    for (Event event : events) {
      apply(event);
    }
  }

  /** Folds the events, whose positions are 1, 2, 3, … */
  static Replay of(List<Event> events) {
    return new Replay(events);
  }

  List<Event> events() {
    return events;
  }

  /** The position of the last event. */
  long head() {
    return events.size();
  }

  /** The states as of a position. */
  States at(long position) {
    return new States() {
      @Override
      public Optional<Account> account(String id) {
        return Replay.this.account(id, position);
      }

      @Override
      public Optional<Transaction> transaction(String id) {
        return Replay.this.transaction(id, position);
      }
    };
  }

  Optional<Account> account(String id, long position) {
    return last(accounts.getOrDefault(id, List.of()), position, Account::getPosition);
  }

  Optional<Transaction> transaction(String id, long position) {
    return last(transactions.getOrDefault(id, List.of()), position, Changed::position)
        .map(Changed::transaction);
  }

  /** The ids of the accounts that were open by a position, in order; without external ones. */
  List<String> accounts(long position) {
    return accounts.entrySet().stream()
        .filter(entry -> entry.getValue().getFirst().getPosition() <= position)
        .map(Map.Entry::getKey)
        .toList();
  }

  /** The transactions as of a position, the newest first. */
  List<Transaction> transactions(long position) {
    return transactions.keySet().stream()
        .flatMap(id -> transaction(id, position).stream())
        .sorted((a, b) -> Long.compare(b.getPosition(), a.getPosition()))
        .toList();
  }

  /** An account's entries up to a position, the newest first. */
  List<Entry> entries(String account, long position) {
    return entries.getOrDefault(account, List.of()).stream()
        .filter(entry -> entry.getPosition() <= position)
        .toList()
        .reversed();
  }

  /** The sums of all balances as of a position. */
  List<TrialBalance.Row> trialBalance(long position) {
    var debits = new TreeMap<String, BigInteger>();
    var credits = new TreeMap<String, BigInteger>();
    var counts = new TreeMap<String, Long>();
    for (String id : accounts(position)) {
      var posted = account(id, position).orElseThrow().getPosted();
      count(debits, credits, counts, posted.getCurrencyCode(), big(posted));
    }
    externals.forEach((currency, sums) ->
        last(sums, position, External::position)
            .ifPresent(it -> count(debits, credits, counts, currency, it.minorUnits())));
    return counts.keySet().stream()
        .map(currency -> row(currency, counts, debits, credits))
        .toList();
  }

  /** The end of the last command at or before a position; 0 if there is none. */
  long endAtOrBefore(long position) {
    return last(ends, position, it -> it).orElse(0L);
  }

  /** The ends of commands from a position on to another, in order. */
  List<Long> ends(long from, long to) {
    return from > to
        ? List.of()
        : ends.subList(index(ends, from - 1, it -> it), index(ends, to, it -> it));
  }

  /** The last position recorded at or before a time; 0 if there is none. */
  long positionAt(Timestamp time) {
    int low = 0;
    int high = events.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (Timestamps.compare(events.get(middle).getRecordTime(), time) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  private void apply(Event event) {
    if (!event.getAccount().isEmpty()) {
      var states = accounts.computeIfAbsent(event.getAccount(), _ -> new ArrayList<>());
      var before = states.isEmpty() ? Optional.<Account>empty() : Optional.of(states.getLast());
      var after = AccountFold.next(before, event);
      after.ifPresent(states::add);
      if (states.isEmpty()) {
        accounts.remove(event.getAccount());
      }
      after.ifPresent(it -> enter(event, before, it));
    }
    if (TransactionFold.isOfTransaction(event)) {
      follow(event);
    }
    if (event.getTransactionIndex() == event.getTransactionSize() - 1) {
      ends.add(event.getPosition());
    }
  }

  private void follow(Event event) {
    var id = event.getTransactionId();
    var states = transactions.computeIfAbsent(id, _ -> new ArrayList<>());
    var before =
        states.isEmpty()
            ? Optional.<Transaction>empty()
            : Optional.of(states.getLast().transaction());
    TransactionFold.next(before, event)
        .ifPresent(it -> states.add(new Changed(event.getPosition(), it)));
    if (states.isEmpty()) {
      transactions.remove(id);
    }
    var reversed = transactions.get(event.getReversesTransactionId());
    if (reversed != null
        && reversed.getLast().transaction().getReversedByTransactionId().isEmpty()) {
      reversed.add(
          new Changed(
              event.getPosition(),
              reversed.getLast().transaction().toBuilder().setReversedByTransactionId(id).build()));
    }
  }

  /** Books what an event moved, and its other side where that is outside. */
  private void enter(Event event, Optional<Account> before, Account after) {
    long amount =
        after.getPosted().getMinorUnits()
            - before.map(it -> it.getPosted().getMinorUnits()).orElse(0L);
    if (amount == 0) {
      return;
    }
    var currency = after.getPosted().getCurrencyCode();
    var counterparty = counterparty(event);
    entries
        .computeIfAbsent(after.getAccount(), _ -> new ArrayList<>())
        .add(
            Entry.newBuilder()
                .setEventId(event.getLedger() + "-" + event.getPosition())
                .setPosition(event.getPosition())
                .setAccount(after.getAccount())
                .setAccountVersion(after.getAccountVersion())
                .setType(type(event))
                .setAmount(money(currency, amount))
                .setPostedAfter(after.getPosted())
                .setTransactionId(event.getTransactionId())
                .setCounterpartyAccount(
                    counterparty.isEmpty()
                        ? TransactionFold.external(after.getPosted())
                        : counterparty)
                .setRecordTime(event.getRecordTime())
                .setEffectiveTime(event.getEffectiveTime())
                .setReference(event.getReference())
                .putAllMetadata(event.getMetadataMap())
                .build());
    if (counterparty.isEmpty()) {
      var sums = externals.computeIfAbsent(currency, _ -> new ArrayList<>());
      var sum = sums.isEmpty() ? BigInteger.ZERO : sums.getLast().minorUnits();
      sums.add(new External(event.getPosition(), sum.subtract(BigInteger.valueOf(amount))));
    }
  }

  /** The account on the other side of what an event moved; empty for the outside. */
  static String counterparty(Event event) {
    return switch (event.getPayloadCase()) {
      case MONEY_TRANSFERRED_OUT -> event.getMoneyTransferredOut().getDestinationAccount();
      case MONEY_TRANSFERRED_IN -> event.getMoneyTransferredIn().getSourceAccount();
      case HOLD_POSTED -> event.getHoldPosted().getDestinationAccount();
      case MONEY_DEPOSITED,
          MONEY_WITHDRAWN,
          FUNDS_HELD,
          HOLD_VOIDED,
          HOLD_EXPIRED,
          LEDGER_CREATED,
          ASSET_REGISTERED,
          ACCOUNT_CREATED,
          ACCOUNT_UPDATED,
          ACCOUNT_FROZEN,
          ACCOUNT_UNFROZEN,
          ACCOUNT_CLOSED,
          ACCOUNT_REOPENED,
          PAYLOAD_NOT_SET ->
          "";
    };
  }

  /** The event's type as the API names it. */
  static String type(Event event) {
    var field = Event.getDescriptor().findFieldByNumber(event.getPayloadCase().getNumber());
    return field == null ? "" : field.getMessageType().getName();
  }

  private static void count(
      Map<String, BigInteger> debits,
      Map<String, BigInteger> credits,
      Map<String, Long> counts,
      String currency,
      BigInteger sum) {
    counts.merge(currency, 1L, Long::sum);
    (sum.signum() < 0 ? debits : credits).merge(currency, sum.abs(), BigInteger::add);
  }

  private static TrialBalance.Row row(
      String currency,
      Map<String, Long> counts,
      Map<String, BigInteger> debits,
      Map<String, BigInteger> credits) {
    var debit = debits.getOrDefault(currency, BigInteger.ZERO);
    var credit = credits.getOrDefault(currency, BigInteger.ZERO);
    return TrialBalance.Row.newBuilder()
        .setCurrencyCode(currency)
        .setAccounts(counts.getOrDefault(currency, 0L))
        .setDebits(total(currency, debit))
        .setCredits(total(currency, credit))
        .setDifference(total(currency, credit.subtract(debit)))
        .build();
  }

  private static Total total(String currency, BigInteger sum) {
    return Total.newBuilder().setCurrencyCode(currency).setMinorUnits(sum.toString()).build();
  }

  private static BigInteger big(Money money) {
    return BigInteger.valueOf(money.getMinorUnits());
  }

  private static <T> Optional<T> last(List<T> states, long position, ToLongFunction<T> of) {
    int index = index(states, position, of);
    return index == 0 ? Optional.empty() : Optional.of(states.get(index - 1));
  }

  /** How many of the states are at or before a position. */
  private static <T> int index(List<T> states, long position, ToLongFunction<T> of) {
    int low = 0;
    int high = states.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (of.applyAsLong(states.get(middle)) <= position) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
