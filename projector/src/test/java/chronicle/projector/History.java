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
import java.util.LinkedHashMap;
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
  private final Map<String, List<Hold>> pending = new LinkedHashMap<>();
  private final List<String> posted = new ArrayList<>();
  private final Map<String, List<Movement>> movements = new HashMap<>();
  private int commands;
  private long backdatedSeconds;

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

  /** From an account to another; an empty one is outside. */
  record Movement(String source, String destination, long amount) {
    Movement reversed() {
      return new Movement(destination, source, amount);
    }
  }

  private record Hold(Movement movement, int index) {}

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
    backdatedSeconds = random.nextInt(4) == 0 ? random.nextInt(100) : 0;
    if (holders.size() < 3 || random.nextInt(20) == 0) {
      open(
          "account-" + holders.size(),
          random.nextBoolean() ? "USD" : "EUR",
          random.nextInt(3) * 500L);
      return;
    }
    var account = account(random);
    var amount = 1 + random.nextInt(1_000);
    switch (random.nextInt(15)) {
      case 0, 1, 2, 3 -> deposit(account, amount);
      case 4 -> withdraw(account, amount);
      case 5, 6, 7 -> transfer(account, account(random), amount);
      case 8 -> hold(movements(random));
      case 9, 10 -> endHold(random);
      case 11 -> post(movements(random));
      case 12 -> reverse(random);
      case 13 -> batch(random);
      default -> change(account, random);
    }
    backdatedSeconds = 0;
  }

  private String account(Random random) {
    return "account-" + random.nextInt(holders.size());
  }

  private List<Movement> movements(Random random) {
    var movements = new ArrayList<Movement>();
    for (var i = random.nextInt(3); i >= 0; i--) {
      var destination = random.nextInt(4) == 0 ? "" : account(random);
      movements.add(new Movement(account(random), destination, 1 + random.nextInt(300)));
    }
    return movements;
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
    post(List.of(new Movement("", account, amount)));
  }

  void withdraw(String account, long amount) {
    post(List.of(new Movement(account, "", amount)));
  }

  void transfer(String source, String destination, long amount) {
    post(List.of(new Movement(source, destination, amount)));
  }

  /** A transaction of these postings; nothing where one of them would be refused. */
  void post(List<Movement> postings) {
    if (possible(postings)) {
      command(posting(nextId(), postings));
    }
  }

  void hold(String account, long amount) {
    hold(List.of(new Movement(account, "", amount)));
  }

  /** A pending transaction of these postings; nothing where one of them would be refused. */
  void hold(List<Movement> postings) {
    if (possible(postings)) {
      command(holding(nextId(), postings));
    }
  }

  /** Posts all that a pending transaction holds. */
  void postHold(String transaction) {
    command(posting(hold(transaction), new Random(0), true));
  }

  void voidHold(String transaction) {
    command(voiding(transaction));
  }

  void expireHold(String transaction) {
    command(expiring(transaction));
  }

  /** Backdates the commands that follow. */
  void backdate(long seconds) {
    backdatedSeconds = seconds;
  }

  /** Moves back what the transaction moved. */
  void reverse(String transaction) {
    posted.remove(transaction);
    var back = movements(transaction).reversed().stream().map(Movement::reversed).toList();
    var id = nextId();
    var reversal = posting(id, back);
    reversal.forEach(event -> event.setReversesTransactionId(transaction));
    posted.remove(id);
    command(reversal);
  }

  /** The id of the last command. */
  String lastId() {
    return "command-" + commands;
  }

  void update(String account, String reference, Map<String, String> metadata) {
    command(
        event(account)
            .setReference(reference)
            .putAllMetadata(metadata)
            .setAccountUpdated(
                AccountUpdated.newBuilder()
                    .setOverdraftLimitMinorUnits(holder(account).overdraftLimit)
                    .setSetsReference(true)
                    .setSetsMetadata(true)));
  }

  private void endHold(Random random) {
    if (pending.isEmpty()) {
      return;
    }
    var transaction = List.copyOf(pending.keySet()).get(random.nextInt(pending.size()));
    switch (random.nextInt(4)) {
      case 0 -> voidHold(transaction);
      case 1 -> expireHold(transaction);
      case 2 -> postHold(transaction);
      default -> {
        if (pending(transaction).stream().anyMatch(hold -> hold.movement.amount > 1)) {
          command(posting(hold(transaction), random, false));
        }
      }
    }
  }

  private void reverse(Random random) {
    if (!posted.isEmpty()) {
      var transaction = posted.get(random.nextInt(posted.size()));
      if (possible(movements(transaction).stream().map(Movement::reversed).toList())) {
        reverse(transaction);
      }
    }
  }

  /** Several transactions at once, one of which may be made and voided. */
  private void batch(Random random) {
    var changes = new ArrayList<Event.Builder>();
    var first = movements(random).subList(0, 1);
    var second = List.of(new Movement("", account(random), 1 + random.nextInt(100)));
    if (possible(first)) {
      var id = nextId();
      changes.addAll(holding(id + ".0", first));
      changes.addAll(posting(id + ".1", second));
      if (random.nextBoolean()) {
        changes.addAll(voiding(id + ".0"));
      }
      command(changes);
    }
  }

  private List<Event.Builder> posting(String transaction, List<Movement> postings) {
    var changes = new ArrayList<Event.Builder>();
    for (var posting : postings) {
      changes.addAll(moving(posting));
    }
    changes.forEach(change -> change.setTransactionId(transaction).setCommandId(transaction));
    posted.add(transaction);
    movements.put(transaction, postings);
    return changes;
  }

  private List<Event.Builder> moving(Movement movement) {
    if (movement.source.isEmpty()) {
      var to = moved(movement.destination, movement.amount, 0);
      return List.of(
          stamped(movement.destination)
              .setSchemaVersion(2)
              .setMoneyDeposited(
                  MoneyDeposited.newBuilder().setAmount(money(to, movement.amount))));
    }
    var from = moved(movement.source, -movement.amount, 0);
    if (movement.destination.isEmpty()) {
      return List.of(
          stamped(movement.source)
              .setMoneyWithdrawn(
                  MoneyWithdrawn.newBuilder().setAmount(money(from, movement.amount))));
    }
    var out =
        stamped(movement.source)
            .setMoneyTransferredOut(
                MoneyTransferredOut.newBuilder()
                    .setAmount(money(from, movement.amount))
                    .setDestinationAccount(movement.destination));
    return List.of(out, arriving(movement));
  }

  private Event.Builder arriving(Movement movement) {
    var to = moved(movement.destination, movement.amount, 0);
    return stamped(movement.destination)
        .setMoneyTransferredIn(
            MoneyTransferredIn.newBuilder()
                .setAmount(money(to, movement.amount))
                .setSourceAccount(movement.source));
  }

  private List<Event.Builder> holding(String transaction, List<Movement> postings) {
    var changes = new ArrayList<Event.Builder>();
    var holds = new ArrayList<Hold>();
    for (var posting : postings) {
      var holder = moved(posting.source, 0, posting.amount);
      var held =
          FundsHeld.newBuilder()
              .setAmount(money(holder, posting.amount))
              .setDestinationAccount(posting.destination)
              .setExpireTime(Timestamp.newBuilder().setSeconds(START_SECONDS + 1_000_000))
              .setPostingIndex(holds.size());
      changes.add(
          stamped(posting.source)
              .setTransactionId(transaction)
              .setCommandId(transaction)
              .setFundsHeld(held));
      holds.add(new Hold(posting, holds.size()));
    }
    pending.put(transaction, holds);
    return changes;
  }

  private Map.Entry<String, List<Hold>> hold(String transaction) {
    return Map.entry(transaction, pending(transaction));
  }

  /** Each hold wholly, or else in part or not at all, but some of some. */
  private List<Event.Builder> posting(
      Map.Entry<String, List<Hold>> transaction, Random random, boolean wholly) {
    pending.remove(transaction.getKey());
    var changes = new ArrayList<Event.Builder>();
    var moved = new ArrayList<Movement>();
    for (var hold : transaction.getValue()) {
      var amount = hold.movement.amount;
      var last = hold.index == transaction.getValue().size() - 1;
      var part =
          wholly
              ? amount
              : last && moved.isEmpty() ? (amount + 1) / 2 : random.nextLong(amount + 1);
      if (part == 0) {
        changes.add(voiding(hold));
      } else {
        changes.addAll(postingHold(hold, part));
        moved.add(new Movement(hold.movement.source, hold.movement.destination, part));
      }
    }
    changes.forEach(change -> change.setTransactionId(transaction.getKey()));
    posted.add(transaction.getKey());
    movements.put(transaction.getKey(), moved);
    return changes;
  }

  private List<Event.Builder> postingHold(Hold hold, long amount) {
    var movement = hold.movement;
    var from = moved(movement.source, -amount, -movement.amount);
    var changes = new ArrayList<Event.Builder>();
    changes.add(
        stamped(movement.source)
            .setHoldPosted(
                HoldPosted.newBuilder()
                    .setAmount(money(from, amount))
                    .setHeld(money(from, movement.amount))
                    .setDestinationAccount(movement.destination)
                    .setPostingIndex(hold.index)));
    if (!movement.destination.isEmpty()) {
      changes.add(arriving(new Movement(movement.source, movement.destination, amount)));
    }
    return changes;
  }

  private List<Event.Builder> voiding(String transaction) {
    var changes = pending(transaction).stream().map(this::voiding).toList();
    pending.remove(transaction);
    changes.forEach(change -> change.setTransactionId(transaction));
    return changes;
  }

  private Event.Builder voiding(Hold hold) {
    var holder = moved(hold.movement.source, 0, -hold.movement.amount);
    return stamped(hold.movement.source)
        .setHoldVoided(
            HoldVoided.newBuilder()
                .setAmount(money(holder, hold.movement.amount))
                .setPostingIndex(hold.index));
  }

  private List<Event.Builder> expiring(String transaction) {
    var changes = new ArrayList<Event.Builder>();
    for (var hold : pending(transaction)) {
      var holder = moved(hold.movement.source, 0, -hold.movement.amount);
      changes.add(
          stamped(hold.movement.source)
              .setTransactionId(transaction)
              .setCommandId("~" + transaction)
              .setHoldExpired(
                  HoldExpired.newBuilder()
                      .setAmount(money(holder, hold.movement.amount))
                      .setPostingIndex(hold.index)));
    }
    pending.remove(transaction);
    return changes;
  }

  private void change(String account, Random random) {
    var holder = holder(account);
    switch (random.nextInt(4)) {
      case 0 -> {
        var scopes = AccountFrozen.Scope.values();
        var frozen =
            AccountFrozen.newBuilder()
                .setScope(scopes[1 + random.nextInt(AccountFrozen.Scope.ALL_VALUE)]);
        command(
            stamped(account).setAccountFrozen(frozen),
            stamped(account).setAccountUnfrozen(AccountUnfrozen.getDefaultInstance()));
      }
      case 1 -> {
        holder.overdraftLimit += 100;
        command(
            stamped(account)
                .setAccountUpdated(
                    AccountUpdated.newBuilder()
                        .setOverdraftLimitMinorUnits(holder.overdraftLimit)
                        .setBalanceMaxMinorUnits(Long.MAX_VALUE)));
      }
      case 2 -> update(account, "label-" + commands, Map.of("n", "" + commands));
      default -> {
        if (holder.posted == 0 && holder.held == 0) {
          command(
              stamped(account).setAccountClosed(AccountClosed.getDefaultInstance()),
              stamped(account).setAccountReopened(AccountReopened.getDefaultInstance()));
        }
      }
    }
  }

  private List<Hold> pending(String transaction) {
    var holds = pending.get(transaction);
    if (holds == null) {
      throw new IllegalArgumentException("not pending: " + transaction);
    }
    return holds;
  }

  private List<Movement> movements(String transaction) {
    return movements.getOrDefault(transaction, List.of());
  }

  private boolean possible(List<Movement> postings) {
    return postings.stream().allMatch(posting -> possible(posting, postings.size()));
  }

  /** Also where all of so many postings have the same source. */
  private boolean possible(Movement movement, int postings) {
    if (movement.source.equals(movement.destination)) {
      return false;
    }
    if (movement.source.isEmpty()) {
      return true;
    }
    var source = holder(movement.source);
    var sameCurrency =
        movement.destination.isEmpty()
            || source.currency.equals(holder(movement.destination).currency);
    return sameCurrency && movement.amount * postings <= available(source);
  }

  private Holder moved(String account, long posted, long held) {
    var holder = holder(account);
    holder.posted += posted;
    holder.held += held;
    return holder;
  }

  private static Event.Builder event(String account) {
    return Event.newBuilder().setAccount(account).setSchemaVersion(1);
  }

  /** With version and balances as they are now. */
  private Event.Builder stamped(String account) {
    var holder = holder(account);
    return event(account)
        .setAccountVersion(++holder.version)
        .setBalancesAfter(
            BalancesAfter.newBuilder()
                .setCurrencyCode(holder.currency)
                .setPostedMinorUnits(holder.posted)
                .setHeldMinorUnits(holder.held)
                .setAvailableMinorUnits(available(holder)));
  }

  private String nextId() {
    return "command-" + (commands + 1);
  }

  private void command(Event.Builder... changes) {
    command(List.of(changes));
  }

  private void command(List<Event.Builder> changes) {
    var id = nextId();
    commands++;
    var time = Timestamp.newBuilder().setSeconds(START_SECONDS).setNanos(commands * 1_000);
    var effective = time.clone().setSeconds(START_SECONDS - backdatedSeconds);
    for (var i = 0; i < changes.size(); i++) {
      var event =
          complete(changes.get(i))
              .setLedger(ledger)
              .setPosition(events.size() + 1L)
              .setTransactionIndex(i)
              .setTransactionSize(changes.size())
              .setRecordTime(time)
              .setEffectiveTime(effective)
              .setActor("anonymous");
      if (event.getCommandId().isEmpty()) {
        event.setCommandId(id);
      }
      events.add(event.build());
    }
  }

  /** An event that is the only one of its account needs no stamp before. */
  private Event.Builder complete(Event.Builder event) {
    if (event.getAccount().isEmpty() || event.hasBalancesAfter()) {
      return event;
    }
    var stamp = stamped(event.getAccount());
    return event
        .setAccountVersion(stamp.getAccountVersion())
        .setBalancesAfter(stamp.getBalancesAfter());
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
