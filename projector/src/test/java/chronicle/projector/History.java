package chronicle.projector;

import chronicle.event.v1.AccountClosed;
import chronicle.event.v1.AccountCreated;
import chronicle.event.v1.AccountFrozen;
import chronicle.event.v1.AccountReopened;
import chronicle.event.v1.AccountUnfrozen;
import chronicle.event.v1.AccountUpdated;
import chronicle.event.v1.AssetRegistered;
import chronicle.event.v1.BalancesAfter;
import chronicle.event.v1.Event;
import chronicle.event.v1.FundsHeld;
import chronicle.event.v1.HoldExpired;
import chronicle.event.v1.HoldPosted;
import chronicle.event.v1.HoldVoided;
import chronicle.event.v1.LedgerCreated;
import chronicle.event.v1.MoneyDeposited;
import chronicle.event.v1.MoneyTransferredIn;
import chronicle.event.v1.MoneyTransferredOut;
import chronicle.event.v1.MoneyWithdrawn;
import chronicle.type.v1.Money;
import com.google.protobuf.Timestamp;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A log as a ledger would write it, by commands; every event is right in itself. */
final class History {
  static final String LEDGER = "main";
  static final String INCARNATION = "6f1c6c1e-54a6-4d0e-9c7e-0d6a54e3a001";
  private static final long START_SECONDS = 1_767_225_600;

  private final String ledger;
  private final List<Event> events = Collections.synchronizedList(new ArrayList<>());
  private final Map<String, Holder> holders = new HashMap<>();
  private final List<Hold> holds = new ArrayList<>();
  private int commands;

  private static final class Holder {
    final String currency;
    long version;
    long posted;
    long held;
    long overdraftLimit;

    Holder(String currency, long overdraftLimit) {
      this.currency = currency;
      this.overdraftLimit = overdraftLimit;
    }
  }

  private record Hold(String account, long amount) {}

  History() {
    this(LEDGER);
  }

  History(String ledger) {
    this.ledger = ledger;
    command(event("").setLedgerCreated(LedgerCreated.newBuilder().setIncarnation(INCARNATION)));
  }

  /** A history of that many commands more or less, drawn from the seed. */
  static History random(long seed, int commands) {
    var history = new History();
    history.grow(new Random(seed), commands);
    return history;
  }

  List<Event> events() {
    synchronized (events) {
      return List.copyOf(events);
    }
  }

  long head() {
    return events.size();
  }

  void grow(Random random, int commands) {
    for (var i = 0; i < commands; i++) {
      step(random);
    }
  }

  private void step(Random random) {
    if (holders.size() < 3 || random.nextInt(20) == 0) {
      open(
          "account-" + holders.size(),
          random.nextBoolean() ? "USD" : "EUR",
          random.nextInt(3) * 500L);
      return;
    }
    var account = "account-" + random.nextInt(holders.size());
    var amount = 1 + random.nextInt(1_000);
    switch (random.nextInt(12)) {
      case 0, 1, 2, 3 -> deposit(account, amount);
      case 4 -> withdraw(account, amount);
      case 5, 6, 7 -> transfer(account, "account-" + random.nextInt(holders.size()), amount);
      case 8 -> hold(account, amount);
      case 9, 10 -> endHold(random);
      default -> change(account, random);
    }
  }

  void registerAsset(String currency, int scale) {
    command(
        event("")
            .setAssetRegistered(
                AssetRegistered.newBuilder().setCurrencyCode(currency).setScale(scale)));
  }

  void open(String account, String currency, long overdraftLimit) {
    holders.put(account, new Holder(currency, overdraftLimit));
    command(
        event(account)
            .setReference("opens \"" + account + "\"")
            .putMetadata("kind", "te\\st\n")
            .setAccountCreated(
                AccountCreated.newBuilder()
                    .setCurrencyCode(currency)
                    .setOverdraftLimitMinorUnits(overdraftLimit)));
  }

  void deposit(String account, long amount) {
    var holder = holder(account);
    holder.posted += amount;
    command(
        event(account)
            .setSchemaVersion(2)
            .setMoneyDeposited(MoneyDeposited.newBuilder().setAmount(money(holder, amount))));
  }

  void withdraw(String account, long amount) {
    var holder = holder(account);
    if (amount > available(holder)) {
      return;
    }
    holder.posted -= amount;
    command(
        event(account)
            .setMoneyWithdrawn(MoneyWithdrawn.newBuilder().setAmount(money(holder, amount))));
  }

  void transfer(String source, String destination, long amount) {
    var from = holder(source);
    var to = holder(destination);
    if (source.equals(destination)
        || !from.currency.equals(to.currency)
        || amount > available(from)) {
      return;
    }
    from.posted -= amount;
    to.posted += amount;
    command(
        event(source)
            .setMoneyTransferredOut(
                MoneyTransferredOut.newBuilder()
                    .setAmount(money(from, amount))
                    .setDestinationAccount(destination)),
        event(destination)
            .setMoneyTransferredIn(
                MoneyTransferredIn.newBuilder()
                    .setAmount(money(to, amount))
                    .setSourceAccount(source)));
  }

  void hold(String account, long amount) {
    var holder = holder(account);
    if (amount > available(holder)) {
      return;
    }
    holder.held += amount;
    holds.add(new Hold(account, amount));
    command(event(account).setFundsHeld(FundsHeld.newBuilder().setAmount(money(holder, amount))));
  }

  private void endHold(Random random) {
    if (holds.isEmpty()) {
      return;
    }
    var hold = holds.remove(random.nextInt(holds.size()));
    var holder = holder(hold.account);
    holder.held -= hold.amount;
    var amount = money(holder, hold.amount);
    switch (random.nextInt(4)) {
      case 0 ->
          command(event(hold.account).setHoldVoided(HoldVoided.newBuilder().setAmount(amount)));
      case 1 ->
          command(event(hold.account).setHoldExpired(HoldExpired.newBuilder().setAmount(amount)));
      case 2 -> postHold(hold, holder, 1 + random.nextInt((int) hold.amount), "");
      default -> postHold(hold, holder, hold.amount, other(hold.account, holder.currency));
    }
  }

  private void postHold(Hold hold, Holder holder, long amount, String destination) {
    holder.posted -= amount;
    var posted =
        event(hold.account)
            .setHoldPosted(
                HoldPosted.newBuilder()
                    .setAmount(money(holder, amount))
                    .setHeld(money(holder, hold.amount))
                    .setDestinationAccount(destination));
    if (destination.isEmpty()) {
      command(posted);
      return;
    }
    var to = holder(destination);
    to.posted += amount;
    command(
        posted,
        event(destination)
            .setMoneyTransferredIn(
                MoneyTransferredIn.newBuilder()
                    .setAmount(money(to, amount))
                    .setSourceAccount(hold.account)));
  }

  private String other(String account, String currency) {
    return holders.keySet().stream()
        .sorted()
        .filter(id -> !id.equals(account) && holder(id).currency.equals(currency))
        .findFirst()
        .orElse("");
  }

  private void change(String account, Random random) {
    var holder = holder(account);
    switch (random.nextInt(3)) {
      case 0 ->
          command(
              event(account)
                  .setAccountFrozen(AccountFrozen.newBuilder().setScope(AccountFrozen.Scope.ALL)),
              event(account).setAccountUnfrozen(AccountUnfrozen.getDefaultInstance()));
      case 1 -> {
        holder.overdraftLimit += 100;
        command(
            event(account)
                .setAccountUpdated(
                    AccountUpdated.newBuilder()
                        .setOverdraftLimitMinorUnits(holder.overdraftLimit)
                        .setBalanceMaxMinorUnits(Long.MAX_VALUE)));
      }
      default -> {
        if (holder.posted == 0 && holder.held == 0) {
          command(
              event(account).setAccountClosed(AccountClosed.getDefaultInstance()),
              event(account).setAccountReopened(AccountReopened.getDefaultInstance()));
        }
      }
    }
  }

  private Event.Builder event(String account) {
    return Event.newBuilder().setAccount(account).setSchemaVersion(1);
  }

  private void command(Event.Builder... changes) {
    var id = "command-" + ++commands;
    var time = Timestamp.newBuilder().setSeconds(START_SECONDS).setNanos(commands * 1_000).build();
    for (var i = 0; i < changes.length; i++) {
      var event =
          changes[i]
              .setLedger(ledger)
              .setPosition(events.size() + 1L)
              .setCommandId(id)
              .setTransactionIndex(i)
              .setTransactionSize(changes.length)
              .setRecordTime(time)
              .setEffectiveTime(time)
              .setActor("anonymous");
      if (!event.getAccount().isEmpty()) {
        var holder = holder(event.getAccount());
        event
            .setTransactionId(id)
            .setAccountVersion(++holder.version)
            .setBalancesAfter(
                BalancesAfter.newBuilder()
                    .setCurrencyCode(holder.currency)
                    .setPostedMinorUnits(holder.posted)
                    .setHeldMinorUnits(holder.held)
                    .setAvailableMinorUnits(available(holder)));
      }
      events.add(event.build());
    }
  }

  private Holder holder(String account) {
    var holder = holders.get(account);
    if (holder == null) {
      throw new IllegalArgumentException("no account " + account);
    }
    return holder;
  }

  private static long available(Holder holder) {
    return holder.posted - holder.held + holder.overdraftLimit;
  }

  private static Money money(Holder holder, long amount) {
    return Money.newBuilder().setCurrencyCode(holder.currency).setMinorUnits(amount).build();
  }
}
