package chronicle.ledger.log;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.LedgerId;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;

/** A real event store whose transactions fail where a test says so. */
final class FaultyEventStore implements EventStore {
  /** Where a transaction can break; after COMMIT it has been committed. */
  enum Step {
    BEFORE_LOCK,
    AFTER_LOCK,
    /** Before each of the reads that a decision needs. */
    BEFORE_READ,
    BEFORE_APPEND,
    AFTER_APPEND,
    BEFORE_COMMIT,
    AFTER_COMMIT
  }

  /** Told of every step; may throw, or wait. */
  interface Fault {
    void at(Step step);
  }

  private final EventStore store;
  private final Queue<Append> appended = new ConcurrentLinkedQueue<>();
  private volatile Fault fault = _ -> {};

  FaultyEventStore(EventStore store) {
    this.store = store;
  }

  void breakBy(Fault newFault) {
    fault = newFault;
  }

  /** What was written, committed or not: the only place where refusals have an order. */
  Collection<Append> appended() {
    return appended;
  }

  /** For a fault that holds a step until the test lets it go. */
  static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What the driver would say at that step of a lost connection. */
  static EventStoreException lostConnection(Step step) {
    boolean isCommit = step == Step.BEFORE_COMMIT || step == Step.AFTER_COMMIT;
    return failure(
        isCommit ? EventStoreException.Kind.AMBIGUOUS : EventStoreException.Kind.UNAVAILABLE, step);
  }

  static EventStoreException failure(EventStoreException.Kind kind, Step step) {
    return new EventStoreException(kind, "injected at " + step, new IllegalStateException());
  }

  @Override
  public void prepare(LedgerId ledger) {
    store.prepare(ledger);
  }

  @Override
  public Optional<Head> head(LedgerId ledger) {
    return store.head(ledger);
  }

  @Override
  public List<LedgerHead> ledgers(String after, int limit) {
    return store.ledgers(after, limit);
  }

  @Override
  public List<EncodedEvent> read(LedgerId ledger, long from, long to, int limit) {
    return store.read(ledger, from, to, limit);
  }

  @Override
  public List<EncodedEvent> read(
      LedgerId ledger, long from, long to, int limit, List<String> accounts, List<String> types) {
    return store.read(ledger, from, to, limit, accounts, types);
  }

  @Override
  public List<RecordedEvent> history(
      LedgerId ledger, AccountId account, long afterVersion, long toPosition, int limit) {
    return store.history(ledger, account, afterVersion, toPosition, limit);
  }

  @Override
  public List<RecordedEvent> histories(
      LedgerId ledger, AccountId after, long afterVersion, long toPosition, int limit) {
    return store.histories(ledger, after, afterVersion, toPosition, limit);
  }

  @Override
  public Optional<Snapshot> snapshot(LedgerId ledger, AccountId account, long toPosition) {
    return store.snapshot(ledger, account, toPosition);
  }

  @Override
  public List<LedgerId> due(Collection<LedgerId> ledgers) {
    return store.due(ledgers);
  }

  @Override
  public Transaction lock(LedgerId ledger) {
    fault.at(Step.BEFORE_LOCK);
    var transaction = new FaultyTransaction(store.lock(ledger));
    try {
      fault.at(Step.AFTER_LOCK);
      return transaction;
    } catch (RuntimeException e) {
      transaction.close();
      throw e;
    }
  }

  @Override
  public Transaction look(LedgerId ledger) {
    return store.look(ledger);
  }

  @Override
  public Instant append(LedgerId ledger, Head head, Append batch) {
    fault.at(Step.BEFORE_LOCK);
    fault.at(Step.BEFORE_APPEND);
    fault.at(Step.BEFORE_COMMIT);
    Instant clock = store.append(ledger, head, batch);
    appended.add(batch);
    fault.at(Step.AFTER_COMMIT);
    return clock;
  }

  private final class FaultyTransaction implements Transaction {
    private final Transaction transaction;

    FaultyTransaction(Transaction transaction) {
      this.transaction = transaction;
    }

    @Override
    public Head head() {
      return transaction.head();
    }

    @Override
    public Optional<List<RecordedEvent>> since(long position, int limit) {
      fault.at(Step.BEFORE_READ);
      return transaction.since(position, limit);
    }

    @Override
    public List<RecordedEvent> at(Collection<Long> positions) {
      fault.at(Step.BEFORE_READ);
      return transaction.at(positions);
    }

    @Override
    public Map<CommandId, RecordedCommand> commands(Collection<CommandId> ids) {
      fault.at(Step.BEFORE_READ);
      return transaction.commands(ids);
    }

    @Override
    public Map<AccountId, StoredAccount> accounts(Collection<AccountId> accounts) {
      fault.at(Step.BEFORE_READ);
      return transaction.accounts(accounts);
    }

    @Override
    public List<RecordedEvent> history(AccountId account) {
      fault.at(Step.BEFORE_READ);
      return transaction.history(account);
    }

    @Override
    public Map<CommandId, TransactionRow> transactions(Collection<CommandId> ids) {
      fault.at(Step.BEFORE_READ);
      return transaction.transactions(ids);
    }

    @Override
    public Due due(Instant time, int limit) {
      fault.at(Step.BEFORE_READ);
      return transaction.due(time, limit);
    }

    @Override
    public void append(Append batch) {
      fault.at(Step.BEFORE_APPEND);
      transaction.append(batch);
      appended.add(batch);
      fault.at(Step.AFTER_APPEND);
    }

    @Override
    public void commit() {
      fault.at(Step.BEFORE_COMMIT);
      transaction.commit();
      fault.at(Step.AFTER_COMMIT);
    }

    @Override
    public void close() {
      transaction.close();
    }
  }
}
