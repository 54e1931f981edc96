package chronicle.query;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A ledger's log in memory: what the read model is filled from, and what its answers are checked
 * against.
 */
final class History {
  static final String CURRENCY = "USD";
  static final String EXTERNAL = "external:" + CURRENCY;

  private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");

  private final String ledger;
  private final List<Fact> facts = new ArrayList<>();
  private final TreeMap<String, Replayed> accounts = new TreeMap<>();
  private final Map<String, Made> transactions = new LinkedHashMap<>();
  private Instant clock = START;
  private Duration backdated = Duration.ZERO;
  private String label = "ref";

  /** A log with the event of its creation. */
  History(String ledger) {
    this.ledger = ledger;
    append("", "LedgerCreated", Change.NOTHING, "", 0, 1);
  }

  /** What an event changes; {@code held} is what it adds to the holds. */
  record Change(
      Optional<Long> amount, long held, Optional<String> status, Optional<Limits> limits) {
    static final Change NOTHING =
        new Change(Optional.empty(), 0, Optional.empty(), Optional.empty());

    static Change posted(long amount, long held) {
      return new Change(Optional.of(amount), held, Optional.empty(), Optional.empty());
    }

    static Change held(long held) {
      return new Change(Optional.empty(), held, Optional.empty(), Optional.empty());
    }

    static Change status(String status) {
      return new Change(Optional.empty(), 0, Optional.of(status), Optional.empty());
    }
  }

  record Limits(long overdraft, Optional<Long> balanceMax) {
    static final Limits NONE = new Limits(0, Optional.empty());
  }

  /** One event. */
  record Fact(
      long position,
      String account,
      long version,
      String type,
      Change change,
      String counterparty,
      int index,
      int size,
      Instant recordTime,
      Instant effectiveTime,
      String label,
      Replayed after) {
    Optional<Long> amount() {
      return change.amount();
    }

    String command() {
      return "c-" + (position - index);
    }
  }

  /** One posting of a transaction; what is pending has an end once its hold ended. */
  record Posting(String source, String destination, long amount, Optional<End> end) {}

  /** How a hold ended; the time is not before the hold's own. */
  record End(long position, String type, long posted, Instant effectiveTime) {}

  /** A transaction; {@code size} is the number of the events that made it. */
  record Made(
      String id, long position, int size, boolean pending, List<Posting> postings, Fact first) {
    String status(long at) {
      var ended = postings.stream().flatMap(posting -> posting.end().stream());
      var types = ended.filter(end -> end.position() <= at).map(End::type).toList();
      if (!pending || types.contains("HoldPosted")) {
        return "POSTED";
      }
      return types.isEmpty() ? "PENDING" : types.contains("HoldExpired") ? "EXPIRED" : "VOIDED";
    }
  }

  /** An account's state by a fold of its events. */
  record Replayed(
      long posted,
      long held,
      long version,
      long position,
      long deposits,
      long postings,
      String status,
      Limits limits) {
    static final Replayed NONE = new Replayed(0, 0, 0, 0, 0, 0, "ACTIVE", Limits.NONE);

    Replayed with(Change change, long at) {
      var amount = change.amount().orElse(0L);
      return new Replayed(
          posted + amount,
          held + change.held(),
          version + 1,
          at,
          deposits + Math.max(amount, 0),
          postings + (change.amount().isPresent() ? 1 : 0),
          change.status().orElse(status),
          change.limits().orElse(limits));
    }

    long available() {
      return posted - held + limits.overdraft();
    }

    long withdrawals() {
      return deposits - posted;
    }
  }

  String ledger() {
    return ledger;
  }

  synchronized long head() {
    return facts.size();
  }

  synchronized Fact fact(long position) {
    return facts.get((int) position - 1);
  }

  synchronized List<Fact> facts(long after, long to) {
    return List.copyOf(facts.subList((int) after, (int) to));
  }

  synchronized List<String> accounts() {
    return List.copyOf(accounts.keySet());
  }

  synchronized List<Made> transactions() {
    return List.copyOf(transactions.values());
  }

  /** Ends the batch: what comes next is recorded later. */
  synchronized void tick(long micros) {
    clock = clock.plusNanos(micros * 1_000);
  }

  synchronized Instant clock() {
    return clock;
  }

  /** What comes next takes effect so long before it is recorded. */
  synchronized void backdate(Duration duration) {
    backdated = duration;
  }

  /** What comes next has this reference, and metadata of this value. */
  synchronized void label(String text) {
    label = text;
  }

  synchronized long open(String account) {
    var opened = new Change(Optional.empty(), 0, Optional.of("ACTIVE"), Optional.of(Limits.NONE));
    append(account, "AccountCreated", opened, "", 0, 1);
    return head();
  }

  synchronized long limit(String account, Limits limits) {
    var change = new Change(Optional.empty(), 0, Optional.empty(), Optional.of(limits));
    append(account, "AccountUpdated", change, "", 0, 1);
    return head();
  }

  /** Freezes an account as {@code FROZEN_DEBITS} and the like, or lets it post again. */
  synchronized long freeze(String account, String status) {
    var type = status.equals("ACTIVE") ? "AccountUnfrozen" : "AccountFrozen";
    append(account, type, Change.status(status), "", 0, 1);
    return head();
  }

  synchronized long deposit(String account, long amount) {
    append(account, "MoneyDeposited", Change.posted(amount, 0), EXTERNAL, 0, 1);
    made(1, false, new Posting(EXTERNAL, account, amount, Optional.empty()));
    return head();
  }

  synchronized long transfer(String from, String to, long amount) {
    append(from, "MoneyTransferredOut", Change.posted(-amount, 0), to, 0, 2);
    append(to, "MoneyTransferredIn", Change.posted(amount, 0), from, 1, 2);
    made(2, false, new Posting(from, to, amount, Optional.empty()));
    return head();
  }

  synchronized long hold(String account, long amount) {
    append(account, "FundsHeld", Change.held(amount), "", 0, 1);
    made(1, true, new Posting(account, EXTERNAL, amount, Optional.empty()));
    return head();
  }

  /** Posts so much of what a transaction of one posting holds, and releases the rest. */
  synchronized long post(Made transaction, long amount) {
    var posting = transaction.postings().getFirst();
    append(
        posting.source(), "HoldPosted", Change.posted(-amount, -posting.amount()), EXTERNAL, 0, 1);
    end(transaction, "HoldPosted", amount);
    return head();
  }

  /** Releases what a transaction of one posting holds, by an event of this type. */
  synchronized long release(Made transaction, String type) {
    var posting = transaction.postings().getFirst();
    append(posting.source(), type, Change.held(-posting.amount()), "", 0, 1);
    end(transaction, type, 0);
    return head();
  }

  synchronized List<Made> pending() {
    return transactions.values().stream()
        .filter(made -> made.status(head()).equals("PENDING"))
        .toList();
  }

  /** So many random commands, with batches of random length between them. */
  synchronized void grow(RandomGenerator random, int commands) {
    for (var i = 0; i < commands; i++) {
      if (random.nextInt(3) > 0) {
        tick(1 + random.nextInt(5));
      }
      backdate(
          random.nextInt(3) > 0 ? Duration.ZERO : Duration.ofNanos(random.nextInt(200) * 1_000L));
      step(random);
    }
    backdate(Duration.ZERO);
  }

  private void step(RandomGenerator random) {
    var some = accounts();
    if (some.size() < 2) {
      open("account-" + some.size());
      return;
    }
    var account = some.get(random.nextInt(some.size()));
    switch (random.nextInt(12)) {
      case 0 -> open("account-" + some.size());
      case 1, 2, 3 -> deposit(account, 1 + random.nextInt(1000));
      case 4, 5 -> hold(account, 1 + random.nextInt(100));
      case 6 -> endHold(random);
      case 7 -> limit(account, new Limits(random.nextInt(50), Optional.of(1_000_000L)));
      case 8 -> freeze(account, random.nextBoolean() ? "FROZEN_ALL" : "ACTIVE");
      default -> {
        var from = random.nextInt(some.size());
        var to = (from + 1 + random.nextInt(some.size() - 1)) % some.size();
        transfer(some.get(from), some.get(to), 1 + random.nextInt(1000));
      }
    }
  }

  private void endHold(RandomGenerator random) {
    var pending = pending();
    if (pending.isEmpty()) {
      return;
    }
    var transaction = pending.get(random.nextInt(pending.size()));
    switch (random.nextInt(3)) {
      case 0 -> release(transaction, "HoldVoided");
      case 1 -> release(transaction, "HoldExpired");
      default -> post(transaction, 1 + random.nextLong(transaction.postings().getFirst().amount()));
    }
  }

  /** A position rounded down to the end of a command. */
  synchronized long commandEnd(long position) {
    var fact = fact(position);
    return fact.index() == fact.size() - 1 ? position : position - fact.index() - 1;
  }

  /** The last position recorded at or before a time. */
  synchronized long positionAt(Instant time) {
    return facts.stream().filter(fact -> !fact.recordTime().isAfter(time)).count();
  }

  /**
   * An account's state at a position, by a replay from the first event; empty before it was opened.
   */
  synchronized Optional<Replayed> replay(String account, long position) {
    var state = Replayed.NONE;
    for (var fact : facts) {
      if (fact.position() <= position && fact.account().equals(account)) {
        state = state.with(fact.change(), fact.position());
      }
    }
    return state.version() == 0 ? Optional.empty() : Optional.of(state);
  }

  /**
   * An account's state as effective at a time, as known at a position, by a replay of what was
   * recorded and in effect by then, in the order in which it took effect; empty before it was
   * opened. A hold holds from its own time to its end's.
   */
  synchronized Optional<Replayed> replay(String account, long position, Instant effective) {
    var state = Replayed.NONE;
    for (var fact :
        facts.stream()
            .filter(fact -> fact.position() <= position && fact.account().equals(account))
            .filter(fact -> !fact.effectiveTime().isAfter(effective))
            .sorted(Comparator.comparing(Fact::effectiveTime).thenComparingLong(Fact::position))
            .toList()) {
      state = state.with(fact.change(), fact.position());
    }
    var held = held(account, position, effective);
    return state.version() == 0
        ? Optional.empty()
        : Optional.of(
            new Replayed(
                state.posted(),
                held,
                state.version(),
                state.position(),
                state.deposits(),
                state.postings(),
                state.status(),
                state.limits()));
  }

  /** When what an event held or released took effect. */
  synchronized Instant heldTime(Fact fact) {
    return transactions.values().stream()
        .flatMap(made -> made.postings().stream())
        .flatMap(posting -> posting.end().stream())
        .filter(end -> end.position() == fact.position())
        .map(End::effectiveTime)
        .findFirst()
        .orElse(fact.effectiveTime());
  }

  /**
   * The transactions that hold money as effective at a time, or all that was known at a position.
   */
  synchronized List<Made> open(String account, long position, Optional<Instant> effective) {
    return transactions.values().stream()
        .filter(made -> made.pending() && made.position() <= position)
        .filter(made -> made.postings().getFirst().source().equals(account))
        .filter(made -> isBy(made.first().effectiveTime(), effective))
        .filter(made ->
            made.postings()
                .getFirst()
                .end()
                .filter(end -> end.position() <= position)
                .filter(end -> isBy(end.effectiveTime(), effective))
                .isEmpty())
        .toList();
  }

  private static boolean isBy(Instant time, Optional<Instant> limit) {
    return limit.isEmpty() || !time.isAfter(limit.get());
  }

  private long held(String account, long position, Instant effective) {
    return open(account, position, Optional.of(effective)).stream()
        .mapToLong(made -> made.postings().getFirst().amount())
        .sum();
  }

  private void made(int size, boolean pending, Posting posting) {
    var first = fact(head() - size + 1);
    transactions.put(
        first.command(),
        new Made(first.command(), first.position(), size, pending, List.of(posting), first));
  }

  private void end(Made made, String type, long posted) {
    var posting = made.postings().getFirst();
    var effective = clock.minus(backdated);
    var begun = made.first().effectiveTime();
    var end = new End(head(), type, posted, effective.isBefore(begun) ? begun : effective);
    var ended =
        new Posting(posting.source(), posting.destination(), posting.amount(), Optional.of(end));
    transactions.put(
        made.id(),
        new Made(made.id(), made.position(), made.size(), true, List.of(ended), made.first()));
  }

  private void append(
      String account, String type, Change change, String counterparty, int index, int size) {
    var position = facts.size() + 1;
    var after =
        account.isEmpty()
            ? Replayed.NONE
            : accounts.getOrDefault(account, Replayed.NONE).with(change, position);
    if (!account.isEmpty()) {
      accounts.put(account, after);
    }
    facts.add(
        new Fact(
            position,
            account,
            after.version(),
            type,
            change,
            counterparty,
            index,
            size,
            clock,
            clock.minus(backdated),
            label,
            after));
  }
}
