package chronicle.ledger.digest;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.log.EventCodec;
import chronicle.ledger.log.EventStore;
import chronicle.ledger.log.RecordedEvent;
import chronicle.runtime.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * The digests of the rows that a read model has to have at a position: the fold of the log, which
 * is read once by accounts and once by positions. What is kept meanwhile does not grow with either.
 */
public final class LogDigest {
  private static final int PAGE_EVENTS = 2_000;
  private static final int PAGE_ACCOUNTS = 500;

  private final EventStore store;
  private final LedgerId ledger;
  private final long position;
  private final Sink sink;
  private final Rows rows = new Rows();
  private final List<AccountDigests> page = new ArrayList<>();
  private Digest sum = Digest.ZERO;
  private long accounts;

  /** Takes the parts as they are found. */
  public interface Sink {
    /** Takes digests of accounts, each account once; false to hear no more. */
    boolean accounts(List<AccountDigests> digests);

    /** Takes the digests of transactions by the first position of their stretch. */
    boolean transactions(SortedMap<Long, Digest> stretches);

    /** Takes the sum, the last part. */
    void total(Digest sum, long accountCount, long transactionCount);
  }

  private LogDigest(EventStore store, LedgerId ledger, long position, Sink sink) {
    this.store = store;
    this.ledger = ledger;
    this.position = position;
    this.sink = sink;
  }

  /** Folds the log of a ledger to the end of a command, and tells the sink. */
  public static void fold(EventStore store, LedgerId ledger, long position, Sink sink) {
    var digest = new LogDigest(store, ledger, position, sink);
    if (digest.foldByAccount()) {
      digest.foldByPosition();
    }
  }

  private boolean foldByAccount() {
    @Nullable AccountFold account = null;
    var after = AccountId.LEDGER;
    var afterVersion = 0L;
    List<RecordedEvent> events;
    do {
      events = store.histories(ledger, after, afterVersion, position, PAGE_EVENTS);
      for (var event : events) {
        if (account == null || !account.id().equals(event.account().value())) {
          if (account != null && !put(account.end())) {
            return false;
          }
          account = new AccountFold(event.account().value(), rows);
        }
        account.add(event);
        after = event.account();
        afterVersion = event.accountVersion();
      }
    } while (events.size() == PAGE_EVENTS);
    return account == null || put(account.end());
  }

  private void foldByPosition() {
    var transactions = new TransactionFold(rows);
    var externals = new TreeMap<String, ExternalFold>();
    for (long from = 1; from <= position; from += PAGE_EVENTS) {
      var to = Math.min(position, from + PAGE_EVENTS - 1);
      for (var encoded : store.read(ledger, from, to, PAGE_EVENTS)) {
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
    if (externals.values().stream().allMatch(external -> put(external.end()))
        && flush()
        && sink.transactions(transactions.stretches())) {
      transactions.stretches().values().forEach(digest -> sum = sum.plus(digest));
      sink.total(sum, accounts, transactions.count());
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
