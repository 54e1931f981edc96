package chronicle.ledger.log;

import chronicle.error.v1.ErrorReason;
import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Book;
import chronicle.ledger.domain.LedgerId;
import chronicle.runtime.Failure;
import java.time.Instant;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;

/**
 * The log's past, which never changes: where a time or position lies in it, and what an account was
 * then.
 */
public final class History {
  private static final int PAGE_EVENTS = 1_000;

  private final EventStore store;
  private final Ledgers ledgers;

  /** The past of the ledgers in a store. */
  public History(EventStore store, Ledgers ledgers) {
    this.store = store;
    this.ledgers = ledgers;
  }

  /** Returns where the ledger stands now; LEDGER_NOT_FOUND. */
  public Head head(LedgerId ledger) {
    return store.head(ledger).orElseThrow(() -> Ledgers.notFound(ledger));
  }

  /** Returns up to {@code limit} ledgers by id, after {@code after}. */
  public List<EventStore.LedgerHead> ledgers(String after, int limit) {
    return store.ledgers(after, limit);
  }

  /** Returns the event; EVENT_NOT_FOUND beyond the head. */
  public EncodedEvent event(LedgerId ledger, long position) {
    // The ledger is looked up only where the event is missing, to tell which of the two is.
    return find(ledger, position)
        .orElseThrow(() ->
            Failure.of(
                ErrorReason.EVENT_NOT_FOUND,
                "Event %s-%d is beyond the head, %d."
                    .formatted(ledger, position, head(ledger).position())));
  }

  /**
   * Returns the events from one position to another, or to the head as of this call, page by page;
   * of certain accounts and types, or of all where the lists are empty. LEDGER_NOT_FOUND.
   */
  public Iterator<List<EncodedEvent>> pages(
      LedgerId ledger, long from, long to, List<String> accounts, List<String> types) {
    long last = Math.min(to, head(ledger).position());
    return new Iterator<>() {
      private long next = from;

      @Override
      public boolean hasNext() {
        return next <= last;
      }

      @Override
      public List<EncodedEvent> next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        long first = next;
        long end = Math.min(last, first + PAGE_EVENTS - 1);
        next = end + 1;
        return accounts.isEmpty() && types.isEmpty()
            ? store.read(ledger, first, end, PAGE_EVENTS)
            : store.read(ledger, first, end, PAGE_EVENTS, accounts, types);
      }
    };
  }

  /**
   * Returns the last position recorded at or before the time, which no later event can change; 0
   * before the first. TIME_IN_FUTURE where the time is after the event store's clock.
   */
  public long positionAt(LedgerId ledger, Instant time, long deadlineNanos) {
    if (time.isAfter(head(ledger).lastRecordTime())) {
      settle(ledger, time, deadlineNanos);
    }
    long low = 0;
    long high = head(ledger).position();
    while (low < high) {
      long middle = low + (high - low + 1) / 2;
      if (recordTime(ledger, middle).isAfter(time)) {
        high = middle - 1;
      } else {
        low = middle;
      }
    }
    return low;
  }

  /**
   * Returns the last end of a command at or before the position; POSITION_UNKNOWN beyond the head.
   */
  public long commandEnd(LedgerId ledger, long position) {
    EncodedEvent encoded =
        find(ledger, position)
            .orElseThrow(() ->
                Failure.of(
                        ErrorReason.POSITION_UNKNOWN,
                        "Position %d is beyond the head of ledger %s.".formatted(position, ledger))
                    .with("head", Long.toString(head(ledger).position())));
    RecordedEvent event = EventCodec.decode(ledger, position, encoded.bytes());
    return event.endsCommand() ? position : position - event.index() - 1;
  }

  /**
   * Returns the account as of a position, folded from its first event or the last snapshot before.
   */
  public AccountAt accountAt(LedgerId ledger, AccountId id, long position) {
    AccountAt account =
        store
            .snapshot(ledger, id, position)
            .flatMap(snapshot -> read(ledger, snapshot, position))
            .orElse(AccountAt.UNOPENED);
    List<RecordedEvent> page;
    do {
      page = store.history(ledger, id, account.state().version(), position, PAGE_EVENTS);
      account = account.evolve(page);
    } while (page.size() == PAGE_EVENTS);
    return account;
  }

  /** Returns the ledger's settings: the assets registered. LEDGER_NOT_FOUND. */
  public Book book(LedgerId ledger) {
    long head = head(ledger).position();
    Book book = Book.UNOPENED;
    List<RecordedEvent> page;
    do {
      page = store.history(ledger, AccountId.LEDGER, book.version(), head, PAGE_EVENTS);
      for (RecordedEvent event : page) {
        book = book.evolve(event.event());
      }
    } while (page.size() == PAGE_EVENTS);
    return book;
  }

  private Optional<AccountAt> read(LedgerId ledger, Snapshot snapshot, long position) {
    return store.history(ledger, snapshot.account(), snapshot.version() - 1, position, 1).stream()
        .findFirst()
        .flatMap(event -> SnapshotCodec.decode(snapshot, event));
  }

  private void settle(LedgerId ledger, Instant time, long deadlineNanos) {
    switch (ledgers.await(ledger, new Work.Settle(time), deadlineNanos)) {
      case Outcome.Settled _ -> {}
      case Outcome.InFuture _ ->
          throw Failure.of(
              ErrorReason.TIME_IN_FUTURE, "The time lies after the event store's clock.");
      case Outcome.Failed(var cause) -> throw cause;
      case Outcome.OfCommand _, Outcome.Inspected _, Outcome.Swept _ ->
          throw new IllegalStateException("not an outcome of settling");
    }
  }

  private Instant recordTime(LedgerId ledger, long position) {
    return EventCodec.decode(ledger, position, event(ledger, position).bytes())
        .cause()
        .recordTime();
  }

  private Optional<EncodedEvent> find(LedgerId ledger, long position) {
    return store.read(ledger, position, position, 1).stream().findFirst();
  }
}
