package chronicle.query;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A ledger's log in memory: what the read model is filled from, and what its answers are checked
 * against.
 */
final class History {
  static final String CURRENCY = "USD";

  private static final Instant START = Instant.parse("2026-01-31T12:00:00Z");

  private final String ledger;
  private final List<Fact> facts = new ArrayList<>();
  private final TreeMap<String, Replayed> accounts = new TreeMap<>();
  private Instant clock = START;

  /** A log with the event of its creation. */
  History(String ledger) {
    this.ledger = ledger;
    facts.add(
        new Fact(1, "", 0, "LedgerCreated", Optional.empty(), 0, "", 0, 1, clock, Replayed.NONE));
  }

  /** One event; {@code heldChange} is what it added to the holds. */
  record Fact(
      long position,
      String account,
      long version,
      String type,
      Optional<Long> amount,
      long heldChange,
      String counterparty,
      int index,
      int size,
      Instant recordTime,
      Replayed after) {}

  /** An account's state by a fold of its events. */
  record Replayed(
      long posted, long held, long version, long position, long deposits, long postings) {
    static final Replayed NONE = new Replayed(0, 0, 0, 0, 0, 0);

    Replayed with(Optional<Long> amount, long heldChange, long at) {
      var change = amount.orElse(0L);
      return new Replayed(
          posted + change,
          held + heldChange,
          version + 1,
          at,
          deposits + Math.max(change, 0),
          postings + (amount.isPresent() ? 1 : 0));
    }

    long available() {
      return posted - held;
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

  /** Ends the batch: what comes next is recorded later. */
  synchronized void tick(long micros) {
    clock = clock.plusNanos(micros * 1_000);
  }

  synchronized Instant clock() {
    return clock;
  }

  synchronized long open(String account) {
    append(account, "AccountCreated", Optional.empty(), 0, "", 0, 1);
    return head();
  }

  synchronized long deposit(String account, long amount) {
    append(account, "MoneyDeposited", Optional.of(amount), 0, "external:" + CURRENCY, 0, 1);
    return head();
  }

  synchronized long transfer(String from, String to, long amount) {
    append(from, "MoneyTransferredOut", Optional.of(-amount), 0, to, 0, 2);
    append(to, "MoneyTransferredIn", Optional.of(amount), 0, from, 1, 2);
    return head();
  }

  synchronized long hold(String account, long amount) {
    append(account, "FundsHeld", Optional.empty(), amount, "", 0, 1);
    return head();
  }

  /** So many random commands, with batches of random length between them. */
  synchronized void grow(RandomGenerator random, int commands) {
    for (var i = 0; i < commands; i++) {
      if (random.nextInt(3) > 0) {
        tick(1 + random.nextInt(5));
      }
      var some = accounts();
      switch (some.size() < 2 ? 0 : random.nextInt(8)) {
        case 0 -> open("account-" + some.size());
        case 1, 2, 3 -> deposit(some.get(random.nextInt(some.size())), 1 + random.nextInt(1000));
        case 4 -> hold(some.get(random.nextInt(some.size())), 1 + random.nextInt(100));
        default -> {
          var from = random.nextInt(some.size());
          var to = (from + 1 + random.nextInt(some.size() - 1)) % some.size();
          transfer(some.get(from), some.get(to), 1 + random.nextInt(1000));
        }
      }
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
        state = state.with(fact.amount(), fact.heldChange(), fact.position());
      }
    }
    return state.version() == 0 ? Optional.empty() : Optional.of(state);
  }

  private void append(
      String account,
      String type,
      Optional<Long> amount,
      long heldChange,
      String counterparty,
      int index,
      int size) {
    var position = facts.size() + 1;
    var after = accounts.getOrDefault(account, Replayed.NONE).with(amount, heldChange, position);
    accounts.put(account, after);
    facts.add(
        new Fact(
            position,
            account,
            after.version(),
            type,
            amount,
            heldChange,
            counterparty,
            index,
            size,
            clock,
            after));
  }
}
