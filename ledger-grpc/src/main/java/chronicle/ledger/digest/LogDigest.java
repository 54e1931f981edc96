package chronicle.ledger.digest;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.log.EncodedEvent;
import chronicle.ledger.log.EventCodec;
import chronicle.ledger.log.EventStore;
import chronicle.ledger.log.RecordedEvent;
import chronicle.runtime.Digest;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/**
 * The digests of the rows that a read model has to have at a position: the fold of the log, which
 * is read once by accounts and, at the same time, once by positions. What is kept meanwhile does
 * not grow with either, but for a digest of each thousand positions.
 */
public final class LogDigest {
  private static final int PAGE_EVENTS = 2_000;
  private static final int PAGE_ACCOUNTS = 500;

  private final EventStore store;
  private final LedgerId ledger;
  private final long position;
  private final Sink sink;
  private final List<AccountDigests> page = new ArrayList<>();
  private Digest sum = Digest.ZERO;
  private long accounts;
  private volatile boolean stopped;

  /** Takes the parts as they are found. */
  public interface Sink {
    /** Takes digests of accounts, each account once; false to hear no more. */
    boolean accounts(List<AccountDigests> digests);

    /** Takes the digests of transactions by the first position of their stretch. */
    boolean transactions(SortedMap<Long, Digest> stretches);

    /** Takes the sum, the last part. */
    void total(Digest sum, long accountCount, long transactionCount);
  }

  /** What the fold by positions makes. */
  private record ByPosition(TransactionFold transactions, List<AccountDigests> externals) {}

  private LogDigest(EventStore store, LedgerId ledger, long position, Sink sink) {
    this.store = store;
    this.ledger = ledger;
    this.position = position;
    this.sink = sink;
  }

  /** Folds the log of a ledger to the end of a command, and tells the sink. */
  public static void fold(EventStore store, LedgerId ledger, long position, Sink sink) {
    new LogDigest(store, ledger, position, sink).fold();
  }

  private void fold() {
    var byPosition = Background.start("fold-by-position", this::foldByPosition);
    try {
      if (foldByAccount()) {
        end(byPosition.result());
      }
    } finally {
      stopped = true;
    }
  }

  private boolean foldByAccount() {
    var rows = new Rows();
    @Nullable AccountFold account = null;
    for (var pages = new ReadAhead<>(new Histories()); pages.hasNext(); ) {
      for (var event : pages.next()) {
        if (account == null || !account.id().equals(event.account().value())) {
          if (account != null && !put(account.end())) {
            return false;
          }
          account = new AccountFold(event.account().value(), rows);
        }
        account.add(event);
      }
    }
    return account == null || put(account.end());
  }

  /** Pages of all events by their accounts, and of each account by its versions. */
  private final class Histories implements Iterator<List<RecordedEvent>> {
    private AccountId after = AccountId.LEDGER;
    private long afterVersion;
    private boolean ended;

    @Override
    public boolean hasNext() {
      return !ended;
    }

    @Override
    public List<RecordedEvent> next() {
      var page = store.histories(ledger, after, afterVersion, position, PAGE_EVENTS);
      ended = page.size() < PAGE_EVENTS;
      if (!ended) {
        after = page.getLast().account();
        afterVersion = page.getLast().accountVersion();
      }
      return page;
    }
  }

  private ByPosition foldByPosition() {
    var rows = new Rows();
    var transactions = new TransactionFold(rows);
    var externals = new TreeMap<String, ExternalFold>();
    var pages = new ReadAhead<>(pagesByPosition());
    while (!stopped && pages.hasNext()) {
      for (var encoded : pages.next()) {
        var event = EventCodec.decode(ledger, encoded.position(), encoded.bytes());
        transactions.add(event);
        var change = Change.of(event.event());
        change
            .externalCurrency()
            .ifPresent(currency ->
                externals
                    .computeIfAbsent(currency, _ -> new ExternalFold(currency, event, rows))
                    .add(event, -change.posted()));
      }
    }
    return new ByPosition(
        transactions, externals.values().stream().map(ExternalFold::end).toList());
  }

  private Iterator<List<EncodedEvent>> pagesByPosition() {
    return LongStream.iterate(1, from -> from <= position, from -> from + PAGE_EVENTS)
        .mapToObj(from ->
            store.read(ledger, from, Math.min(position, from + PAGE_EVENTS - 1), PAGE_EVENTS))
        .iterator();
  }

  private void end(ByPosition found) {
    var stretches = found.transactions().stretches();
    if (found.externals().stream().allMatch(this::put) && flush() && sink.transactions(stretches)) {
      stretches.values().forEach(digest -> sum = sum.plus(digest));
      sink.total(sum, accounts, found.transactions().count());
    }
  }

  private boolean put(AccountDigests digests) {
    sum = sum.plus(digests.sum());
    accounts += digests.row().count();
    page.add(digests);
    return page.size() < PAGE_ACCOUNTS || flush();
  }

  private boolean flush() {
    var goesOn = sink.accounts(List.copyOf(page));
    page.clear();
    return goesOn;
  }
}
