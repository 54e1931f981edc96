package chronicle.ledger.log;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.log.EventStoreException.Kind;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An event store for one ledger and one thread, whose clock the test moves: so that a whole history
 * of several processes, every fault included, follows from its seed.
 */
final class MemoryEventStore implements EventStore {
  private static final String INCARNATION = "log-1";

  private final List<RecordedEvent> events = new ArrayList<>();
  private final List<EncodedEvent> encoded = new ArrayList<>();
  private final Map<CommandId, RecordedCommand> commands = new LinkedHashMap<>();
  private final Map<CommandId, TransactionRow> transactions = new LinkedHashMap<>();
  private final List<Snapshot> snapshots = new ArrayList<>();
  private Instant lastRecordTime = Instant.EPOCH;
  private Instant clock;
  private boolean isLocked;

  MemoryEventStore(Instant clock) {
    this.clock = clock;
  }

  Instant clock() {
    return clock;
  }

  void pass(Duration time) {
    clock = clock.plus(time);
  }

  Collection<RecordedCommand> commands() {
    return commands.values();
  }

  @Override
  public void prepare(LedgerId ledger) {}

  @Override
  public Optional<Head> head(LedgerId ledger) {
    return events.isEmpty() ? Optional.empty() : Optional.of(head());
  }

  @Override
  public List<LedgerHead> ledgers(String after, int limit) {
    return List.of(new LedgerHead(LedgerId.MAIN, head()));
  }

  @Override
  public List<EncodedEvent> read(LedgerId ledger, long from, long to, int limit) {
    return encoded.stream()
        .filter(event -> event.position() >= from && event.position() <= to)
        .limit(limit)
        .toList();
  }

  @Override
  public List<EncodedEvent> read(
      LedgerId ledger, long from, long to, int limit, List<String> accounts, List<String> types) {
    throw new UnsupportedOperationException();
  }

  @Override
  public List<RecordedEvent> history(
      LedgerId ledger, AccountId account, long afterVersion, long toPosition, int limit) {
    return events.stream()
        .filter(event -> event.account().equals(account))
        .filter(event -> event.accountVersion() > afterVersion && event.position() <= toPosition)
        .limit(limit)
        .toList();
  }

  @Override
  public List<RecordedEvent> histories(
      LedgerId ledger, AccountId after, long afterVersion, long toPosition, int limit) {
    return events.stream()
        .filter(event -> event.position() <= toPosition)
        .sorted(
            Comparator.comparing((RecordedEvent event) -> event.account().value())
                .thenComparingLong(RecordedEvent::accountVersion))
        .dropWhile(event -> !follows(event, after, afterVersion))
        .limit(limit)
        .toList();
  }

  private static boolean follows(RecordedEvent event, AccountId account, long version) {
    var order = event.account().value().compareTo(account.value());
    return order > 0 || (order == 0 && event.accountVersion() > version);
  }

  @Override
  public Optional<Snapshot> snapshot(LedgerId ledger, AccountId account, long toPosition) {
    return snapshots.stream()
        .filter(each -> each.account().equals(account) && each.position() <= toPosition)
        .max(Comparator.comparingLong(Snapshot::version));
  }

  @Override
  public List<LedgerId> due(Collection<LedgerId> ledgers) {
    throw new UnsupportedOperationException();
  }

  @Override
  public Transaction lock(LedgerId ledger) {
    if (isLocked) {
      throw new IllegalStateException("two transactions at once");
    }
    isLocked = true;
    return new MemoryTransaction(head());
  }

  @Override
  public Transaction look(LedgerId ledger) {
    return new MemoryTransaction(head());
  }

  @Override
  public Instant append(LedgerId ledger, Head head, Append batch) {
    try (var transaction = lock(ledger)) {
      if (!head.equals(head().at(head.clock()))) {
        throw EventStoreException.lostRace("the head is another");
      }
      transaction.append(batch);
      transaction.commit();
      return clock;
    }
  }

  private Head head() {
    return new Head(events.size(), lastRecordTime, clock, INCARNATION);
  }

  private void take(Append batch) {
    for (EncodedEvent event : batch.encoded()) {
      encoded.add(event);
      events.add(EventCodec.decode(LedgerId.MAIN, event.position(), event.bytes()));
    }
    batch.commands().forEach(command -> commands.put(command.id(), command));
    batch.transactions().forEach(row -> transactions.put(row.id(), row));
    snapshots.addAll(batch.snapshots());
    lastRecordTime = batch.recordTime();
  }

  private final class MemoryTransaction implements Transaction {
    private final Head head;
    private Optional<Append> written = Optional.empty();

    MemoryTransaction(Head head) {
      this.head = head;
    }

    @Override
    public Head head() {
      return head;
    }

    @Override
    public Optional<List<RecordedEvent>> since(long position, int limit) {
      return head.position() - position > limit
          ? Optional.empty()
          : Optional.of(List.copyOf(events.subList((int) position, (int) head.position())));
    }

    @Override
    public List<RecordedEvent> at(Collection<Long> positions) {
      return positions.stream().map(position -> events.get((int) (position - 1))).toList();
    }

    @Override
    public Map<CommandId, RecordedCommand> commands(Collection<CommandId> ids) {
      return found(commands, ids);
    }

    @Override
    public Map<AccountId, StoredAccount> accounts(Collection<AccountId> accounts) {
      var stored = new LinkedHashMap<AccountId, StoredAccount>();
      for (AccountId id : accounts) {
        Optional<Snapshot> snapshot = snapshot(LedgerId.MAIN, id, head.position());
        long from = snapshot.map(Snapshot::version).orElse(0L) - 1;
        List<RecordedEvent> tail =
            MemoryEventStore.this.history(
                LedgerId.MAIN, id, from, head.position(), Integer.MAX_VALUE);
        if (!tail.isEmpty()) {
          stored.put(id, new StoredAccount(snapshot, tail));
        }
      }
      return stored;
    }

    @Override
    public List<RecordedEvent> history(AccountId account) {
      return MemoryEventStore.this.history(
          LedgerId.MAIN, account, 0, head.position(), Integer.MAX_VALUE);
    }

    @Override
    public Map<CommandId, TransactionRow> transactions(Collection<CommandId> ids) {
      return found(transactions, ids);
    }

    @Override
    public Due due(Instant time, int limit) {
      var due = new ArrayList<TransactionRow>();
      Instant next = Instant.MAX;
      for (TransactionRow row : transactions.values()) {
        Instant dueTime = row.dueTime().orElse(Instant.MAX);
        if (!dueTime.isAfter(time)) {
          due.add(row);
        } else if (dueTime.isBefore(next)) {
          next = dueTime;
        }
      }
      due.sort(
          Comparator.comparing((TransactionRow row) -> row.dueTime().orElseThrow())
              .thenComparing(row -> row.id().value()));
      return new Due(due.stream().limit(limit).map(TransactionRow::id).toList(), next);
    }

    @Override
    public void append(Append batch) {
      var ids = new HashSet<>(commands.keySet());
      for (RecordedCommand command : batch.commands()) {
        if (!ids.add(command.id())) {
          throw new EventStoreException(Kind.TAKEN, "23505", new IllegalStateException());
        }
      }
      written = Optional.of(batch);
    }

    @Override
    public void commit() {
      written.ifPresent(MemoryEventStore.this::take);
    }

    @Override
    public void close() {
      isLocked = false;
    }

    private static <V> Map<CommandId, V> found(Map<CommandId, V> rows, Collection<CommandId> ids) {
      var found = new LinkedHashMap<CommandId, V>();
      for (CommandId id : ids) {
        Optional.ofNullable(rows.get(id)).ifPresent(row -> found.put(id, row));
      }
      return found;
    }
  }
}
