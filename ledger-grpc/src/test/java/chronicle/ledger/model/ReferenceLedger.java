package chronicle.ledger.model;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.Command.UpdateAccount.Field;
import chronicle.ledger.domain.Freeze;
import chronicle.ledger.domain.Money;
import chronicle.ledger.domain.Movement;
import chronicle.ledger.model.Verdict.No;
import chronicle.ledger.model.Verdict.Taken;
import chronicle.ledger.model.Verdict.Yes;
import chronicle.ledger.model.Verdict.YesToAll;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A ledger after the contract in proto/chronicle/ledger/v1, made in every respect otherwise than
 * the product: tables that are changed in place, numbers without an upper bound, a refusal that is
 * thrown and a log of what to undo then, and no event from which a state would follow.
 *
 * <p>Of several reasons to refuse it gives the first in this order: the time, the transaction, the
 * account's existence, its being closed, its version, the currency, a freeze, the range of 64 bits,
 * the limits; and of several postings the first, the source before the destination.
 */
public final class ReferenceLedger {
  private static final BigInteger MAX = BigInteger.valueOf(Long.MAX_VALUE);
  private static final Set<String> WORLD = Set.of("USD", "EUR", "JPY");

  private final Map<String, AccountRow> accounts = new TreeMap<>();
  private final Map<String, TransactionRow> transactions = new LinkedHashMap<>();
  private final Set<String> pending = new TreeSet<>();
  private final Map<String, Integer> assets = new HashMap<>();
  private final Map<String, BigInteger> outside = new TreeMap<>();
  private final Map<String, Answered> answered = new HashMap<>();
  private final Deque<Runnable> undo = new ArrayDeque<>();
  private final List<Fact> facts = new ArrayList<>();
  private long version;

  /** A command of a batch under its own id. */
  public record Part(String id, Command command) {}

  /** What an account is; balances in words. */
  public record AccountView(long version, String status, String balances) {}

  /** What a transaction is: its standing, and its money in words where that is held or moved. */
  public record TransactionView(String standing, List<String> movements, String reversedBy) {}

  private record Answered(Map<String, Object> asked, Verdict verdict) {}

  /** Everything about an account. */
  private static final class AccountRow {
    private String currency = "";
    private BigInteger posted = BigInteger.ZERO;
    private BigInteger held = BigInteger.ZERO;
    private BigInteger overdraft = BigInteger.ZERO;
    private Optional<BigInteger> max = Optional.empty();
    private String frozen = "";
    private boolean closed;
    private long version;

    BigInteger available() {
      return posted.subtract(held).add(overdraft);
    }

    String balances() {
      return Fact.balances(currency, posted, held, available());
    }

    String status() {
      return closed ? "CLOSED" : frozen.isEmpty() ? "ACTIVE" : "FROZEN " + frozen;
    }
  }

  private enum Leg {
    HELD,
    MOVED,
    RELEASED,
    EXPIRED
  }

  /** Everything about one posting of a transaction; an empty side is the outside. */
  private static final class LegRow {
    private final String source;
    private final String destination;
    private final String currency;
    private BigInteger amount;
    private Leg leg;

    LegRow(String source, String destination, Money amount, Leg leg) {
      this.source = source;
      this.destination = destination;
      this.currency = amount.currency();
      this.amount = big(amount);
      this.leg = leg;
    }

    @Override
    public String toString() {
      return "%d %s from %s to %s".formatted(amount, currency, side(source), side(destination));
    }
  }

  /** Everything about a transaction. */
  private static final class TransactionRow {
    private final List<LegRow> legs = new ArrayList<>();
    private boolean wasPending;
    private Optional<Instant> expireTime = Optional.empty();
    private Instant effectiveTime = Instant.EPOCH;
    private String reversedBy = "";

    boolean has(Leg leg) {
      return legs.stream().anyMatch(row -> row.leg == leg);
    }

    boolean isDue(Instant now) {
      return expireTime.isPresent() && !now.isBefore(expireTime.get());
    }
  }

  /** Why not. */
  private static final class Refusal extends RuntimeException {
    private static final long serialVersionUID = 1;
    private final String reason;

    Refusal(String reason) {
      super(reason, null, false, false);
      this.reason = reason;
    }
  }

  /** Answers a command, for ever: the same again for the same command, whenever it is. */
  public Verdict ask(String id, String actor, Command command, Instant now) {
    var asked = CommandFields.of(actor, command);
    Answered before = answered.get(id);
    if (before != null) {
      return again(id, before, asked);
    }
    boolean remembers = version > 0 || command instanceof Command.CreateLedger;
    Verdict verdict = attempt(id, command, now);
    if (verdict instanceof No) {
      undoAll();
    }
    undo.clear();
    if (remembers) {
      answered.put(id, new Answered(asked, verdict));
    }
    return verdict;
  }

  /** Answers a batch of which all or nothing happens. */
  public Verdict askAll(String id, String actor, List<Part> parts, Instant now) {
    var asked = CommandFields.of(actor, parts);
    Answered before = answered.get(id);
    if (before != null) {
      return again(id, before, asked);
    }
    for (int i = 0; i < parts.size(); i++) {
      if (answered.containsKey(parts.get(i).id())) {
        return new Taken(parts.get(i).id(), "commands[%d].command_id".formatted(i));
      }
    }
    Verdict verdict = attempt(parts, now);
    if (verdict instanceof No) {
      undoAll();
    }
    undo.clear();
    if (verdict instanceof YesToAll(var answers)) {
      for (int i = 0; i < parts.size(); i++) {
        Part part = parts.get(i);
        answered.put(
            part.id(), new Answered(CommandFields.of(actor, part.command()), answers.get(i)));
      }
    }
    answered.put(id, new Answered(asked, verdict));
    return verdict;
  }

  /** What would be answered to a new command; nothing happens. */
  public Verdict askWhetherAll(List<Part> parts, Instant now) {
    Verdict verdict = attempt(parts, now);
    undoAll();
    return verdict;
  }

  /** Whether an id has been answered. */
  public boolean knows(String id) {
    return answered.containsKey(id);
  }

  /** The pending transactions whose time is up. */
  public Set<String> due(Instant now) {
    var due = new TreeSet<String>();
    for (String id : pending) {
      if (transaction(id).isDue(now)) {
        due.add(id);
      }
    }
    return due;
  }

  /** Ends a pending transaction whose time is up. */
  public List<Fact> expire(String id) {
    facts.clear();
    TransactionRow row = transaction(id);
    for (int i = 0; i < row.legs.size(); i++) {
      LegRow leg = row.legs.get(i);
      leg.leg = Leg.EXPIRED;
      release(leg, "HoldExpired", i);
    }
    pending.remove(id);
    undo.clear();
    return List.copyOf(facts);
  }

  /** The ids of all accounts. */
  public Set<String> accounts() {
    return accounts.keySet();
  }

  /** The account of that id, if there is one. */
  public Optional<AccountView> account(String id) {
    return Optional.ofNullable(accounts.get(id))
        .map(row -> new AccountView(row.version, row.status(), row.balances()));
  }

  /** The ids of all transactions. */
  public Set<String> transactions() {
    return transactions.keySet();
  }

  /** The transaction of that id, which need not exist. */
  public TransactionView transactionView(String id) {
    TransactionRow row = transactions.get(id);
    return row == null
        ? new TransactionView("UNKNOWN", List.of(), "")
        : new TransactionView(
            standing(row),
            row.legs.stream()
                .filter(leg -> leg.leg == Leg.HELD || leg.leg == Leg.MOVED)
                .map(LegRow::toString)
                .toList(),
            row.reversedBy);
  }

  /** What is outside the ledger, by currency: what left, less what came in. */
  public Map<String, BigInteger> outside() {
    return outside;
  }

  /** Throws where the model itself has lost money, or let a limit be passed. */
  public void requireSound() {
    var sums = new HashMap<>(outside);
    var holds = new HashMap<String, BigInteger>();
    for (String id : pending) {
      for (LegRow leg : transaction(id).legs) {
        holds.merge(leg.source, leg.amount, BigInteger::add);
      }
    }
    accounts.forEach((id, row) -> {
      sums.merge(row.currency, row.posted, BigInteger::add);
      boolean isWithin =
          row.available().signum() >= 0
              && row.posted.compareTo(row.max.orElse(MAX)) <= 0
              && row.posted.add(row.overdraft).compareTo(MAX) <= 0
              && row.held.equals(holds.getOrDefault(id, BigInteger.ZERO));
      if (!isWithin) {
        throw new IllegalStateException("the model's account %s is unsound".formatted(id));
      }
    });
    if (sums.values().stream().anyMatch(sum -> sum.signum() != 0)) {
      throw new IllegalStateException("the model lost money: " + sums);
    }
  }

  private static Verdict again(String id, Answered before, Map<String, Object> asked) {
    return CommandFields.firstDifference(before.asked(), asked)
        .<Verdict>map(field -> new Taken(id, field))
        .orElse(before.verdict());
  }

  private Verdict attempt(List<Part> parts, Instant now) {
    var answers = new ArrayList<Yes>();
    for (Part part : parts) {
      switch (attempt(part.id(), part.command(), now)) {
        case Yes yes -> answers.add(yes);
        case No(var reason, _) -> {
          return new No(reason, answers.size());
        }
        case YesToAll _, Taken _ -> throw new IllegalStateException("not of one command");
      }
    }
    return new YesToAll(answers);
  }

  private Verdict attempt(String id, Command command, Instant now) {
    facts.clear();
    try {
      require(version > 0 || command instanceof Command.CreateLedger, "LEDGER_NOT_FOUND");
      Instant effective = command.details().effectiveTime().orElse(now);
      require(!effective.isAfter(now), "TIME_IN_FUTURE");
      return switch (command) {
        case Command.CreateLedger _ -> {
          require(version == 0, "LEDGER_ALREADY_EXISTS");
          yield ofLedger("LedgerCreated", effective);
        }
        case Command.RegisterAsset(var currency, var scale, _) -> {
          require(!isKnown(currency), "ASSET_ALREADY_EXISTS");
          put(assets, currency, scale);
          yield ofLedger("AssetRegistered %s scale %d".formatted(currency, scale), effective);
        }
        case Command.CreateAccount create -> yes("", "", effective, () -> open(create));
        case Command.UpdateAccount update -> yes("", "", effective, () -> update(update));
        case Command.FreezeAccount freeze ->
            yes("", "", effective, () -> freeze(freeze, freeze.freeze().name()));
        case Command.UnfreezeAccount unfreeze -> yes("", "", effective, () -> unfreeze(unfreeze));
        case Command.CloseAccount close -> yes("", "", effective, () -> close(close));
        case Command.ReopenAccount reopen -> yes("", "", effective, () -> reopen(reopen));
        case Command.Deposit(var account, var amount, var details) ->
            yes(
                id,
                "",
                effective,
                () -> {
                  expect(account.value(), details.expectedVersion());
                  moveNow(id, "", account.value(), amount, effective);
                });
        case Command.Withdraw(var account, var amount, var details) ->
            yes(
                id,
                "",
                effective,
                () -> {
                  expect(account.value(), details.expectedVersion());
                  moveNow(id, account.value(), "", amount, effective);
                });
        case Command.Transfer(var source, var destination, var amount, var details) ->
            yes(
                id,
                "",
                effective,
                () -> {
                  expect(source.value(), details.expectedVersion());
                  moveNow(id, source.value(), destination.value(), amount, effective);
                });
        case Command.CreateTransaction create ->
            yes(id, "", effective, () -> create(id, create, effective, now));
        case Command.PostTransaction post ->
            yes(post.transaction().value(), "", effective, () -> post(post, effective));
        case Command.VoidTransaction release ->
            yes(
                release.transaction().value(),
                "",
                effective,
                () -> release(release.transaction().value()));
        case Command.ReverseTransaction reverse -> reverse(id, reverse, effective);
      };
    } catch (Refusal refusal) {
      return new No(refusal.reason, -1);
    }
  }

  private Yes yes(String transaction, String reverses, Instant effective, Runnable effects) {
    effects.run();
    return new Yes(List.copyOf(facts), transaction, reverses, effective);
  }

  private Yes ofLedger(String event, Instant effective) {
    version++;
    undo.push(() -> version--);
    facts.add(new Fact("", event, version, Fact.NO_BALANCES));
    return new Yes(List.copyOf(facts), "", "", effective);
  }

  private boolean isKnown(String currency) {
    return WORLD.contains(currency) || assets.containsKey(currency);
  }

  private void open(Command.CreateAccount create) {
    String id = create.account().value();
    require(isKnown(create.currency()), "ASSET_UNKNOWN");
    require(!accounts.containsKey(id), "ACCOUNT_ALREADY_EXISTS");
    var row = new AccountRow();
    row.currency = create.currency();
    row.overdraft = BigInteger.valueOf(create.limits().overdraftMinor());
    row.max = big(create.limits().balanceMaxMinor());
    put(accounts, id, row);
    note(id, "AccountCreated %s %s".formatted(row.currency, Fact.limits(row.overdraft, row.max)));
  }

  private void update(Command.UpdateAccount update) {
    String id = update.account().value();
    AccountRow row = usable(id);
    expect(id, update.details().expectedVersion());
    update.overdraftLimit().ifPresent(limit -> requireCurrency(row, limit));
    update.balanceMax().ifPresent(limit -> requireCurrency(row, limit));
    BigInteger overdraft = row.overdraft;
    if (update.fields().contains(Field.OVERDRAFT_LIMIT)) {
      overdraft = update.overdraftLimit().map(ReferenceLedger::big).orElse(BigInteger.ZERO);
    }
    Optional<BigInteger> max = row.max;
    if (update.fields().contains(Field.BALANCE_MAX)) {
      max = update.balanceMax().map(ReferenceLedger::big);
    }
    require(row.posted.add(overdraft).compareTo(MAX) <= 0, "AMOUNT_OVERFLOW");
    require(row.posted.subtract(row.held).compareTo(overdraft.negate()) >= 0, "LIMIT_EXCEEDED");
    require(max.isEmpty() || row.posted.compareTo(max.get()) <= 0, "LIMIT_EXCEEDED");
    remember(row);
    row.overdraft = overdraft;
    row.max = max;
    note(
        id,
        "AccountUpdated %s reference %s metadata %s"
            .formatted(
                Fact.limits(overdraft, max),
                update.fields().contains(Field.REFERENCE),
                update.fields().contains(Field.METADATA)));
  }

  private void freeze(Command.FreezeAccount command, String what) {
    String id = command.account().value();
    AccountRow row = usable(id);
    expect(id, command.details().expectedVersion());
    remember(row);
    row.frozen = what;
    note(id, "AccountFrozen " + what);
  }

  private void unfreeze(Command.UnfreezeAccount command) {
    String id = command.account().value();
    AccountRow row = usable(id);
    expect(id, command.details().expectedVersion());
    require(!row.frozen.isEmpty(), "ACCOUNT_NOT_FROZEN");
    remember(row);
    row.frozen = "";
    note(id, "AccountUnfrozen");
  }

  private void close(Command.CloseAccount command) {
    String id = command.account().value();
    AccountRow row = usable(id);
    expect(id, command.details().expectedVersion());
    require(row.frozen.isEmpty(), "ACCOUNT_FROZEN");
    require(row.posted.signum() == 0 && row.held.signum() == 0, "ACCOUNT_NOT_EMPTY");
    remember(row);
    row.closed = true;
    note(id, "AccountClosed");
  }

  private void reopen(Command.ReopenAccount command) {
    String id = command.account().value();
    AccountRow row = existing(id);
    require(!isOther(command.details().expectedVersion(), row.version), "VERSION_CONFLICT");
    require(row.closed, "ACCOUNT_NOT_CLOSED");
    remember(row);
    row.closed = false;
    note(id, "AccountReopened");
  }

  private void create(String id, Command.CreateTransaction create, Instant effective, Instant now) {
    require(create.expireTime().stream().allMatch(now::isBefore), "TRANSACTION_EXPIRED");
    if (!create.pending()) {
      for (Movement posting : create.postings()) {
        moveNow(id, id(posting.source()), id(posting.destination()), posting.amount(), effective);
      }
      return;
    }
    TransactionRow row = transactionOf(id, effective);
    row.wasPending = true;
    row.expireTime = create.expireTime();
    for (Movement posting : create.postings()) {
      hold(row, id(posting.source()), id(posting.destination()), posting.amount());
    }
    pending.add(id);
    undo.push(() -> pending.remove(id));
  }

  private void hold(TransactionRow row, String source, String destination, Money amount) {
    if (!destination.isEmpty()) {
      requireCurrency(usable(destination), amount);
    }
    AccountRow from = debitable(source, amount);
    remember(from);
    from.held = from.held.add(big(amount));
    int posting = row.legs.size();
    row.legs.add(new LegRow(source, destination, amount, Leg.HELD));
    note(
        source,
        "FundsHeld %d %s to %s until %s posting %d"
            .formatted(
                amount.minorUnits(),
                amount.currency(),
                side(destination),
                row.expireTime.map(Instant::toString).orElse("told"),
                posting));
  }

  private void post(Command.PostTransaction command, Instant effective) {
    String id = command.transaction().value();
    TransactionRow row = pending(id);
    List<Money> amounts = command.amounts();
    require(amounts.isEmpty() || amounts.size() == row.legs.size(), "AMOUNTS_MISMATCH");
    for (int i = 0; i < row.legs.size(); i++) {
      LegRow leg = row.legs.get(i);
      BigInteger amount = leg.amount;
      if (!amounts.isEmpty()) {
        require(leg.currency.equals(amounts.get(i).currency()), "CURRENCY_MISMATCH");
        amount = big(amounts.get(i));
      }
      require(amount.compareTo(leg.amount) <= 0, "POST_AMOUNT_EXCEEDS_PENDING");
      if (amount.signum() == 0) {
        become(leg, Leg.RELEASED, leg.amount);
        release(leg, "HoldVoided", i);
      } else {
        post(leg, amount, i);
      }
    }
    Instant before = row.effectiveTime;
    row.effectiveTime = effective;
    pending.remove(id);
    undo.push(() -> {
      row.effectiveTime = before;
      pending.add(id);
    });
  }

  private void post(LegRow leg, BigInteger amount, int posting) {
    AccountRow from = existing(leg.source);
    require(!bars(from, "DEBITS"), "ACCOUNT_FROZEN");
    remember(from);
    BigInteger held = leg.amount;
    from.held = from.held.subtract(held);
    from.posted = from.posted.subtract(amount);
    become(leg, Leg.MOVED, amount);
    note(
        leg.source,
        "HoldPosted %d %s of %d %s to %s posting %d"
            .formatted(amount, leg.currency, held, leg.currency, side(leg.destination), posting));
    if (leg.destination.isEmpty()) {
      addOutside(leg.currency, amount);
    } else {
      credit(leg.destination, leg.currency, amount, "MoneyTransferredIn", " from " + leg.source);
    }
  }

  private void release(String id) {
    TransactionRow row = pending(id);
    for (int i = 0; i < row.legs.size(); i++) {
      LegRow leg = row.legs.get(i);
      become(leg, Leg.RELEASED, leg.amount);
      release(leg, "HoldVoided", i);
    }
    pending.remove(id);
    undo.push(() -> pending.add(id));
  }

  private void release(LegRow leg, String type, int posting) {
    AccountRow from = existing(leg.source);
    remember(from);
    from.held = from.held.subtract(leg.amount);
    note(leg.source, "%s %d %s posting %d".formatted(type, leg.amount, leg.currency, posting));
  }

  private Verdict reverse(String id, Command.ReverseTransaction command, Instant asked) {
    String reversed = command.transaction().value();
    TransactionRow row = transaction(reversed);
    require(!row.has(Leg.HELD), "TRANSACTION_NOT_POSTED");
    if (!row.has(Leg.MOVED)) {
      throw new Refusal(standingReason(row));
    }
    require(row.reversedBy.isEmpty(), "TRANSACTION_ALREADY_REVERSED");
    Instant effective = command.atOriginalTime() ? row.effectiveTime : asked;
    return yes(
        id,
        reversed,
        effective,
        () -> {
          for (LegRow leg : row.legs.reversed()) {
            if (leg.leg == Leg.MOVED) {
              var amount = new Money(leg.currency, leg.amount.longValueExact());
              moveNow(id, leg.destination, leg.source, amount, effective);
            }
          }
          row.reversedBy = id;
          undo.push(() -> row.reversedBy = "");
        });
  }

  /** Moves money as a posting of a transaction that is not pending. */
  private void moveNow(
      String id, String source, String destination, Money amount, Instant effective) {
    String what = " %d %s".formatted(amount.minorUnits(), amount.currency());
    if (source.isEmpty()) {
      addOutside(amount.currency(), big(amount).negate());
      credit(destination, amount.currency(), big(amount), "MoneyDeposited", "");
    } else {
      AccountRow from = debitable(source, amount);
      remember(from);
      from.posted = from.posted.subtract(big(amount));
      note(
          source,
          destination.isEmpty()
              ? "MoneyWithdrawn" + what
              : "MoneyTransferredOut%s to %s".formatted(what, destination));
      if (destination.isEmpty()) {
        addOutside(amount.currency(), big(amount));
      } else {
        credit(
            destination, amount.currency(), big(amount), "MoneyTransferredIn", " from " + source);
      }
    }
    TransactionRow row =
        transactions.containsKey(id) ? transaction(id) : transactionOf(id, effective);
    row.legs.add(new LegRow(source, destination, amount, Leg.MOVED));
  }

  private void credit(String id, String currency, BigInteger amount, String type, String origin) {
    AccountRow row = usable(id);
    require(row.currency.equals(currency), "CURRENCY_MISMATCH");
    require(!bars(row, "CREDITS"), "ACCOUNT_FROZEN");
    BigInteger after = row.posted.add(amount);
    // Also when every hold is released, all of it must be countable.
    require(after.add(row.overdraft).compareTo(MAX) <= 0, "AMOUNT_OVERFLOW");
    require(row.max.isEmpty() || after.compareTo(row.max.get()) <= 0, "LIMIT_EXCEEDED");
    remember(row);
    row.posted = after;
    note(id, "%s %d %s%s".formatted(type, amount, currency, origin));
  }

  private AccountRow debitable(String id, Money amount) {
    AccountRow row = usable(id);
    requireCurrency(row, amount);
    require(!bars(row, "DEBITS"), "ACCOUNT_FROZEN");
    require(row.available().compareTo(big(amount)) >= 0, "INSUFFICIENT_FUNDS");
    return row;
  }

  private AccountRow existing(String id) {
    AccountRow row = accounts.get(id);
    if (row == null) {
      throw new Refusal("ACCOUNT_NOT_FOUND");
    }
    return row;
  }

  private AccountRow usable(String id) {
    AccountRow row = existing(id);
    require(!row.closed, "ACCOUNT_CLOSED");
    return row;
  }

  private void expect(String id, OptionalLong expected) {
    require(!isOther(expected, usable(id).version), "VERSION_CONFLICT");
  }

  private static boolean isOther(OptionalLong expected, long version) {
    return expected.isPresent() && expected.getAsLong() != version;
  }

  private static boolean bars(AccountRow row, String direction) {
    return row.frozen.equals(direction) || row.frozen.equals(Freeze.ALL.name());
  }

  private static void requireCurrency(AccountRow row, Money amount) {
    require(row.currency.equals(amount.currency()), "CURRENCY_MISMATCH");
  }

  private TransactionRow transaction(String id) {
    TransactionRow row = transactions.get(id);
    if (row == null) {
      throw new Refusal("TRANSACTION_NOT_FOUND");
    }
    return row;
  }

  private TransactionRow pending(String id) {
    TransactionRow row = transaction(id);
    if (!row.has(Leg.HELD)) {
      throw new Refusal(standingReason(row));
    }
    return row;
  }

  private static String standing(TransactionRow row) {
    return row.has(Leg.HELD)
        ? "PENDING"
        : row.has(Leg.MOVED) ? "POSTED" : row.has(Leg.EXPIRED) ? "EXPIRED" : "VOIDED";
  }

  /** Why one that is not pending can't be posted, voided, or reversed. */
  private static String standingReason(TransactionRow row) {
    return switch (standing(row)) {
      case "POSTED" -> row.wasPending ? "TRANSACTION_ALREADY_POSTED" : "TRANSACTION_NOT_PENDING";
      case "VOIDED" -> "TRANSACTION_ALREADY_VOIDED";
      case "EXPIRED" -> "TRANSACTION_EXPIRED";
      default -> throw new IllegalStateException("pending");
    };
  }

  private TransactionRow transactionOf(String id, Instant effective) {
    var row = new TransactionRow();
    row.effectiveTime = effective;
    put(transactions, id, row);
    return row;
  }

  private void become(LegRow row, Leg leg, BigInteger amount) {
    Leg legBefore = row.leg;
    BigInteger amountBefore = row.amount;
    row.leg = leg;
    row.amount = amount;
    undo.push(() -> {
      row.leg = legBefore;
      row.amount = amountBefore;
    });
  }

  private void remember(AccountRow row) {
    var before = new AccountRow();
    copy(row, before);
    undo.push(() -> copy(before, row));
  }

  private static void copy(AccountRow from, AccountRow to) {
    to.currency = from.currency;
    to.posted = from.posted;
    to.held = from.held;
    to.overdraft = from.overdraft;
    to.max = from.max;
    to.frozen = from.frozen;
    to.closed = from.closed;
    to.version = from.version;
  }

  private void note(String id, String event) {
    AccountRow row = Objects.requireNonNull(accounts.get(id));
    row.version++;
    facts.add(new Fact(id, event, row.version, row.balances()));
  }

  private void addOutside(String currency, BigInteger amount) {
    BigInteger before = outside.getOrDefault(currency, BigInteger.ZERO);
    outside.put(currency, before.add(amount));
    undo.push(() -> outside.put(currency, before));
  }

  private <V> void put(Map<String, V> table, String key, V value) {
    table.put(key, value);
    undo.push(() -> table.remove(key));
  }

  private void undoAll() {
    while (!undo.isEmpty()) {
      undo.pop().run();
    }
  }

  private static void require(boolean condition, String reason) {
    if (!condition) {
      throw new Refusal(reason);
    }
  }

  private static String id(Optional<AccountId> side) {
    return side.map(AccountId::value).orElse("");
  }

  private static String side(String id) {
    return id.isEmpty() ? "outside" : id;
  }

  private static BigInteger big(Money amount) {
    return BigInteger.valueOf(amount.minorUnits());
  }

  private static Optional<BigInteger> big(OptionalLong amount) {
    return amount.isPresent()
        ? Optional.of(BigInteger.valueOf(amount.getAsLong()))
        : Optional.empty();
  }
}
