package chronicle.ledger.log;

import chronicle.error.v1.ErrorReason;
import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Book;
import chronicle.ledger.domain.Event.FundsHeld;
import chronicle.ledger.log.EventStore.Transaction;
import chronicle.runtime.Failure;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The states of a bounded number of accounts, all as of one committed position. One thread owns it.
 *
 * <p>What another process appended since is the delta: read under the head lock and folded in, so
 * that the states are right whoever wrote last. A delta that is too long to read under the lock
 * drops the states instead.
 */
final class StateCache {
  private static final int DELTA_EVENTS_MAX = 2_000;

  private static final Head NOWHERE = new Head(0, Instant.EPOCH, Instant.EPOCH, "");

  private static final Logger log = LoggerFactory.getLogger(StateCache.class);

  private final int accountsMax;
  private final LinkedHashMap<AccountId, AccountAt> accounts = new LinkedHashMap<>(16, 0.75f, true);
  private final StoreClock clock;
  private Book book = Book.UNOPENED;
  private Head head = NOWHERE;
  private Instant nextDue = Instant.MIN;

  StateCache(int accountsMax, StoreClock clock) {
    this.accountsMax = accountsMax;
    this.clock = clock;
  }

  Book book() {
    return book;
  }

  /** When the next pending transaction ends by itself, or earlier; not later. */
  Instant nextDue() {
    return nextDue;
  }

  /** Moves every state to the transaction's head, in at most one read; its clock has been read. */
  void catchUp(Transaction transaction) {
    Head next = transaction.head();
    requireSameLog(next);
    if (next.position() > head.position()) {
      transaction
          .since(head.position(), DELTA_EVENTS_MAX)
          .ifPresentOrElse(delta -> fold(delta, next.position()), this::clear);
    }
    head = next;
    clock.read(next.clock());
  }

  /**
   * Returns the head that the ledger has by now if nobody else has moved it; empty where it has not
   * been looked at for long.
   */
  Optional<Head> expectedHead() {
    return clock.now().map(head::at);
  }

  /**
   * Returns the states of those accounts, as {@code newer} has them or else the cache; empty unless
   * all are known.
   */
  Optional<Map<AccountId, AccountAt>> known(
      Set<AccountId> wanted, Map<AccountId, AccountAt> newer) {
    var known = HashMap.<AccountId, AccountAt>newHashMap(wanted.size());
    for (AccountId id : wanted) {
      AccountAt changed = newer.get(id);
      AccountAt account = changed == null ? accounts.get(id) : changed;
      if (account == null) {
        return Optional.empty();
      }
      known.put(id, account);
    }
    return Optional.of(known);
  }

  /**
   * Returns the states of those accounts, and sees to it that the book is there; what is missing is
   * loaded in one read. The cache must have caught up.
   */
  Map<AccountId, AccountAt> load(Transaction transaction, Set<AccountId> wanted) {
    var loaded = HashMap.<AccountId, AccountAt>newHashMap(wanted.size());
    var missing = new ArrayList<AccountId>();
    for (AccountId id : wanted) {
      AccountAt account = accounts.get(id);
      if (account == null) {
        missing.add(id);
      } else {
        loaded.put(id, account);
      }
    }
    if (!book.isOpen() && head.position() > 0) {
      missing.add(AccountId.LEDGER);
    }
    if (!missing.isEmpty()) {
      load(transaction, missing, loaded);
    }
    return loaded;
  }

  /** Forgets everything: the next batch loads what it needs. */
  void clear() {
    accounts.clear();
    book = Book.UNOPENED;
    nextDue = Instant.MIN;
    head = head.atStart();
  }

  /** Takes over what a committed batch left, and lets go of the accounts used longest ago. */
  void commit(Head newHead, Book newBook, Instant newNextDue, Map<AccountId, AccountAt> states) {
    head = newHead;
    book = newBook;
    nextDue = newNextDue;
    accounts.putAll(states);
    var oldest = accounts.keySet().iterator();
    while (accounts.size() > accountsMax) {
      oldest.next();
      oldest.remove();
    }
  }

  /**
   * A log that is shorter than it was, or another one under the same name, must not be written to
   * from these states.
   */
  private void requireSameLog(Head next) {
    boolean isKnown = !head.incarnation().isEmpty();
    if (next.position() < head.position()
        || (isKnown && !next.incarnation().equals(head.incarnation()))) {
      throw Failure.of(
          ErrorReason.LEDGER_STOPPED,
          "The event store's log is not the one that this process served; restart it to serve this one.");
    }
  }

  private void fold(List<RecordedEvent> delta, long to) {
    if (delta.size() != to - head.position()) {
      throw new IllegalStateException("the log has a gap after position " + head.position());
    }
    delta.forEach(this::fold);
  }

  private void fold(RecordedEvent event) {
    if (event.event() instanceof FundsHeld(_, _, var expireTime, _)) {
      nextDue = earlier(nextDue, expireTime);
    }
    if (event.account().isLedger()) {
      // A book that was dropped is loaded whole: from the middle of its events it can't be folded.
      if (book.isOpen() || event.accountVersion() == 1) {
        book = book.evolve(event.event());
      }
    } else {
      accounts.computeIfPresent(event.account(), (_, account) -> account.evolve(event));
    }
  }

  static Instant earlier(Instant due, Optional<Instant> expireTime) {
    return expireTime.filter(due::isAfter).orElse(due);
  }

  private void load(
      Transaction transaction, List<AccountId> missing, Map<AccountId, AccountAt> loaded) {
    Map<AccountId, StoredAccount> stored = transaction.accounts(missing);
    for (AccountId id : missing) {
      StoredAccount account = stored.getOrDefault(id, StoredAccount.NONE);
      if (id.isLedger()) {
        account.events().forEach(event -> book = book.evolve(event.event()));
      } else {
        AccountAt state = account.fold().orElseGet(() -> withoutSnapshot(transaction, id));
        accounts.put(id, state);
        loaded.put(id, state);
      }
    }
  }

  private static AccountAt withoutSnapshot(Transaction transaction, AccountId id) {
    log.atWarn().setMessage("Snapshot disregarded").addKeyValue("account", id).log();
    return AccountAt.fold(transaction.history(id));
  }
}
