package chronicle.ledger.log;

import static org.assertj.core.api.Assertions.assertThat;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.Event;
import chronicle.ledger.domain.Event.Limits;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.domain.Money;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** Reads a whole log and asserts what must hold for every log. */
final class LogChecker {
  private final EventStore store;
  private final List<RecordedEvent> events = new ArrayList<>();
  private final Map<CommandId, List<RecordedEvent>> byCommand = new HashMap<>();
  private final Set<CommandId> finished = new HashSet<>();
  private final Map<AccountId, List<AccountAt>> accounts = new HashMap<>();
  private final Map<AccountId, Limits> limits = new HashMap<>();
  private final Map<AccountId, Map<String, Long>> holds = new HashMap<>();
  private final Map<String, BigInteger> outside = new TreeMap<>();
  private final Map<String, BigInteger> inside = new TreeMap<>();
  private final Map<CommandId, Row> transactions = new HashMap<>();
  private long ledgerVersion;

  private LogChecker(EventStore store) {
    this.store = store;
  }

  /**
   * What a sound log says: its events by command, each account's states in order, and what is
   * outside the ledger by currency.
   */
  record Checked(
      List<RecordedEvent> events,
      Map<CommandId, List<RecordedEvent>> byCommand,
      Map<AccountId, List<AccountAt>> accounts,
      Map<String, BigInteger> outside) {

    /** The account's state as of a position. */
    AccountAt accountAt(AccountId id, long position) {
      AccountAt last = AccountAt.UNOPENED;
      for (AccountAt state : accounts.getOrDefault(id, List.of())) {
        if (state.position() <= position) {
          last = state;
        }
      }
      return last;
    }
  }

  /** What the events of a transaction say that its row must say. */
  private static final class Row {
    private boolean wasPending;
    private Optional<Instant> expireTime = Optional.empty();
    private boolean hasMoved;
    private boolean hasExpired;
    private long closingPosition;
    private int closingCount;
    private Optional<CommandId> reversedBy = Optional.empty();

    Optional<TransactionRow> row(CommandId id) {
      boolean isPending = wasPending && closingCount == 0;
      TransactionRow.Status status =
          isPending
              ? TransactionRow.Status.PENDING
              : hasMoved
                  ? TransactionRow.Status.POSTED
                  : hasExpired ? TransactionRow.Status.EXPIRED : TransactionRow.Status.VOIDED;
      return wasPending || reversedBy.isPresent()
          ? Optional.of(
              new TransactionRow(
                  id,
                  status,
                  isPending ? expireTime : Optional.empty(),
                  closingPosition,
                  closingCount,
                  reversedBy))
          : Optional.empty();
    }
  }

  static Checked check(EventStore store) {
    var checker = new LogChecker(store);
    checker.readAll();
    for (RecordedEvent event : checker.events) {
      checker.check(event);
    }
    assertThat(checker.finished)
        .as("G5: every command is whole")
        .isEqualTo(checker.byCommand.keySet());
    checker.requireRows();
    checker.requireSnapshots();
    return new Checked(checker.events, checker.byCommand, checker.accounts, checker.outside);
  }

  private void readAll() {
    long head = store.head(LedgerId.MAIN).orElseThrow().position();
    for (EncodedEvent encoded : store.read(LedgerId.MAIN, 1, head, Integer.MAX_VALUE)) {
      events.add(EventCodec.decode(LedgerId.MAIN, encoded.position(), encoded.bytes()));
    }
    assertThat(events).hasSize((int) head);
  }

  private void check(RecordedEvent event) {
    requireOrder(event);
    requireWholeCommands(event);
    if (event.account().isLedger()) {
      assertThat(event.accountVersion()).isEqualTo(++ledgerVersion);
    } else {
      fold(event);
    }
    book(event);
    follow(event);
    if (event.endsCommand()) {
      requireConserved(event);
    }
  }

  private void requireOrder(RecordedEvent event) {
    Optional<RecordedEvent> before = before(event);
    assertThat(event.position())
        .as("G2: positions have no gap")
        .isEqualTo(before.map(RecordedEvent::position).orElse(0L) + 1);
    assertThat(event.cause().recordTime())
        .as("times do not go back")
        .isAfterOrEqualTo(before.map(it -> it.cause().recordTime()).orElse(Instant.EPOCH));
    assertThat(event.cause().effectiveTime()).isBeforeOrEqualTo(event.cause().recordTime());
  }

  /** The events of a command, or of an atomic batch, stand beside each other under its one id. */
  private void requireWholeCommands(RecordedEvent event) {
    CommandId id = event.cause().commandId();
    before(event)
        .filter(before -> !before.endsCommand())
        .ifPresent(before -> {
          assertThat(id).as("G5: nothing stands between").isEqualTo(before.cause().commandId());
          assertThat(event.cause().size()).isEqualTo(before.cause().size());
          assertThat(event.cause().recordTime()).isEqualTo(before.cause().recordTime());
        });
    var ofCommand = byCommand.computeIfAbsent(id, _ -> new ArrayList<>());
    assertThat(event.index()).as("G5: a command's events in order").isEqualTo(ofCommand.size());
    ofCommand.add(event);
    if (event.endsCommand()) {
      assertThat(finished.add(id)).as("G3: a command happens once: %s", id).isTrue();
    }
    boolean isOfTheLedger = event.event() instanceof Event.HoldExpired;
    if (isOfTheLedger || (id.value().startsWith("~") && event.position() > 1)) {
      assertThat(event.event()).isInstanceOf(Event.HoldExpired.class);
      assertThat(id.value()).isEqualTo("~" + event.cause().transactionId());
    }
  }

  /** Asserts versions, balances and limits: of the product's own fold, and counted apart. */
  private void fold(RecordedEvent event) {
    AccountId id = event.account();
    var states = accounts.computeIfAbsent(id, _ -> new ArrayList<>());
    AccountAt before = states.isEmpty() ? AccountAt.UNOPENED : states.getLast();
    states.add(before.evolve(event));
    assertThat(event.accountVersion()).as("G2: versions of %s", id).isEqualTo(states.size());
    switch (event.event()) {
      case Event.AccountCreated(_, var of) -> limits.put(id, of);
      case Event.AccountUpdated(var of, _, _) -> limits.put(id, of);
      default -> {}
    }
    Limits of = limits.getOrDefault(id, Limits.NONE);
    var after = event.balancesAfter();
    assertThat(after.availableMinor())
        .isEqualTo(after.postedMinor() - after.heldMinor() + of.overdraftMinor())
        .as("G4: limits hold")
        .isNotNegative();
    assertThat(after.postedMinor())
        .isLessThanOrEqualTo(of.balanceMaxMinor().orElse(Long.MAX_VALUE));
  }

  /** Counts the money again. */
  private void book(RecordedEvent event) {
    switch (event.event()) {
      case Event.MoneyDeposited(var amount) -> {
        add(outside, amount, -1);
        add(inside, amount, 1);
      }
      case Event.MoneyWithdrawn(var amount) -> {
        add(outside, amount, 1);
        add(inside, amount, -1);
      }
      case Event.MoneyTransferredOut(var amount, _) -> add(inside, amount, -1);
      case Event.MoneyTransferredIn(var amount, _) -> add(inside, amount, 1);
      case Event.FundsHeld(var amount, _, _, var posting) ->
          holds(event).put(hold(event, posting), amount.minorUnits());
      case Event.HoldPosted(var amount, var held, var destination, var posting) -> {
        release(event, posting, held);
        assertThat(amount.minorUnits()).isBetween(1L, held.minorUnits());
        add(inside, amount, -1);
        if (destination.isEmpty()) {
          add(outside, amount, 1);
        }
      }
      case Event.HoldVoided(var amount, var posting) -> release(event, posting, amount);
      case Event.HoldExpired(var amount, var posting) -> release(event, posting, amount);
      case Event.LedgerEvent _, Event.AccountEvent _ -> {}
    }
    assertThat(event.balancesAfter().heldMinor())
        .as("held is the sum of the open holds at %d", event.position())
        .isEqualTo(holds(event).values().stream().mapToLong(Long::longValue).sum());
  }

  private Map<String, Long> holds(RecordedEvent event) {
    return holds.computeIfAbsent(event.account(), _ -> new HashMap<>());
  }

  private static String hold(RecordedEvent event, int posting) {
    return event.cause().transactionId() + "/" + posting;
  }

  private void release(RecordedEvent event, int posting, Money held) {
    assertThat(Optional.ofNullable(holds(event).remove(hold(event, posting))))
        .as("a hold ends once, whole: %d", event.position())
        .contains(held.minorUnits());
  }

  private void requireConserved(RecordedEvent event) {
    inside.forEach((currency, sum) ->
        assertThat(sum.add(outside.getOrDefault(currency, BigInteger.ZERO)))
            .as("G6: debits equal credits in %s at %d", currency, event.position())
            .isZero());
  }

  /** Follows what the rows of transactions must say. */
  private void follow(RecordedEvent event) {
    if (event.event() instanceof Event.TransactionEvent) {
      var id = new CommandId(event.cause().transactionId());
      Row row = transactions.computeIfAbsent(id, _ -> new Row());
      switch (event.event()) {
        case Event.FundsHeld(_, _, var expireTime, _) -> {
          row.wasPending = true;
          row.expireTime = expireTime;
        }
        case Event.HoldExpired _ -> row.hasExpired = true;
        case Event.HoldVoided _ -> {}
        default -> row.hasMoved = true;
      }
      if (row.wasPending && !(event.event() instanceof Event.FundsHeld)) {
        row.closingPosition = row.closingCount == 0 ? event.position() : row.closingPosition;
        row.closingCount++;
      }
      if (!event.cause().reversesTransactionId().isEmpty()) {
        var reversed = new CommandId(event.cause().reversesTransactionId());
        transactions.computeIfAbsent(reversed, _ -> new Row()).reversedBy = Optional.of(id);
      }
    }
  }

  private void requireRows() {
    try (var transaction = store.look(LedgerId.MAIN)) {
      var wanted = new HashMap<CommandId, TransactionRow>();
      transactions.forEach((id, row) -> row.row(id).ifPresent(it -> wanted.put(id, it)));
      assertThat(transaction.transactions(transactions.keySet()))
          .as("the rows of transactions follow from the log")
          .isEqualTo(wanted);
    }
  }

  private void requireSnapshots() {
    accounts.forEach((id, states) -> {
      var snapshot = store.snapshot(LedgerId.MAIN, id, events.size());
      while (snapshot.isPresent()) {
        long position = snapshot.get().position();
        RecordedEvent event = events.get((int) position - 1);
        assertThat(SnapshotCodec.decode(snapshot.get(), event))
            .as("a snapshot is a fold")
            .contains(states.get((int) event.accountVersion() - 1));
        snapshot = store.snapshot(LedgerId.MAIN, id, position - 1);
      }
    });
  }

  private Optional<RecordedEvent> before(RecordedEvent event) {
    return event.position() == 1
        ? Optional.empty()
        : Optional.of(events.get((int) event.position() - 2));
  }

  private static void add(Map<String, BigInteger> sums, Money amount, int sign) {
    var signed = BigInteger.valueOf(amount.minorUnits()).multiply(BigInteger.valueOf(sign));
    sums.merge(amount.currency(), signed, BigInteger::add);
  }
}
