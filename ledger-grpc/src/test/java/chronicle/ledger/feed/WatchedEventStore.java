package chronicle.ledger.feed;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.log.Append;
import chronicle.ledger.log.EncodedEvent;
import chronicle.ledger.log.EventStore;
import chronicle.ledger.log.EventStoreException;
import chronicle.ledger.log.EventStoreException.Kind;
import chronicle.ledger.log.Head;
import chronicle.ledger.log.RecordedEvent;
import chronicle.ledger.log.Snapshot;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;

/**
 * A real event store that notes from which positions events were read, and is down, or shows
 * another log, where a test says so.
 */
final class WatchedEventStore implements EventStore {
  private final EventStore store;
  private final ConcurrentLinkedQueue<Long> reads = new ConcurrentLinkedQueue<>();
  private volatile boolean down;
  private volatile UnaryOperator<Head> disguise = UnaryOperator.identity();

  WatchedEventStore(EventStore store) {
    this.store = store;
  }

  /** The first position of each read so far. */
  List<Long> reads() {
    return List.copyOf(reads);
  }

  void down(boolean isDown) {
    down = isDown;
  }

  void disguise(UnaryOperator<Head> newDisguise) {
    disguise = newDisguise;
  }

  @Override
  public void prepare(LedgerId ledger) {
    store.prepare(ledger);
  }

  @Override
  public Optional<Head> head(LedgerId ledger) {
    requireUp();
    return store.head(ledger).map(disguise);
  }

  @Override
  public List<LedgerHead> ledgers(String after, int limit) {
    return store.ledgers(after, limit);
  }

  @Override
  public List<EncodedEvent> read(LedgerId ledger, long from, long to, int limit) {
    requireUp();
    reads.add(from);
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
    return store.lock(ledger);
  }

  @Override
  public Transaction look(LedgerId ledger) {
    return store.look(ledger);
  }

  @Override
  public Instant append(LedgerId ledger, Head head, Append batch) {
    return store.append(ledger, head, batch);
  }

  private void requireUp() {
    if (down) {
      throw new EventStoreException(
          Kind.UNAVAILABLE, "the test says so", new IllegalStateException());
    }
  }
}
