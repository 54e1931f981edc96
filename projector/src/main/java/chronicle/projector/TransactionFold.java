package chronicle.projector;

import static chronicle.projector.EventFields.instant;
import static chronicle.projector.EventFields.metadata;
import static chronicle.projector.EventFields.type;
import static chronicle.projector.Fold.check;

import chronicle.event.v1.Event;
import chronicle.event.v1.FundsHeld;
import chronicle.event.v1.HoldPosted;
import chronicle.type.v1.Money;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The transactions and holds that a batch of events makes and ends, as part of a {@link Fold}.
 * Believes nothing: an id makes one transaction, a hold ends once and as it was made, all holds of
 * a transaction end in one command, and what is reversed was posted and not reversed before.
 */
final class TransactionFold {
  private final Stored before;
  private final Map<String, Transaction> transactions;
  private final Map<Hold.Key, Hold> holds = new LinkedHashMap<>();
  private final Set<String> made = new HashSet<>();
  private final Set<String> ended = new HashSet<>();

  TransactionFold(Stored before, int events) {
    this.before = before;
    this.transactions = LinkedHashMap.newLinkedHashMap(events);
  }

  /** The transactions before the events that the events affect. */
  static Set<String> touched(List<Event> events) {
    var touched = new HashSet<String>();
    for (var event : events) {
      if (event.hasHoldPosted() || event.hasHoldVoided() || event.hasHoldExpired()) {
        touched.add(event.getTransactionId());
      }
      if (!event.getReversesTransactionId().isEmpty()) {
        touched.add(event.getReversesTransactionId());
      }
    }
    return touched;
  }

  Map<String, Transaction> transactions() {
    return transactions;
  }

  Map<Hold.Key, Hold> holds() {
    return holds;
  }

  /** Money moved at once. */
  void post(Event event) {
    make(event, Transaction.Status.POSTED, Optional.empty(), 0);
  }

  /** The other side of what the event before moved. */
  void follow(Event event) {
    var id = event.getTransactionId();
    if (made.contains(id)) {
      put(existing(event, id).grown(event.getPosition(), 0));
    } else {
      check(ended.contains(id), event, "belongs to transaction %s of another command", id);
    }
  }

  void hold(Event event, FundsHeld held) {
    var expireTime =
        held.hasExpireTime()
            ? Optional.of(instant(held.getExpireTime()))
            : Optional.<Instant>empty();
    make(event, Transaction.Status.PENDING, expireTime, 1);
    var key = new Hold.Key(event.getTransactionId(), held.getPostingIndex());
    var currency = held.getAmount().getCurrencyCode();
    var before =
        holds.put(
            key,
            new Hold(
                key,
                event.getAccount(),
                destination(held.getDestinationAccount(), currency),
                currency,
                held.getAmount().getMinorUnits(),
                expireTime,
                event.getPosition(),
                instant(event.getRecordTime()),
                instant(event.getEffectiveTime()),
                Optional.empty()));
    check(before == null, event, "holds posting %d again", held.getPostingIndex());
  }

  void post(Event event, HoldPosted posted) {
    var amount = posted.getAmount();
    var destination = destination(posted.getDestinationAccount(), amount.getCurrencyCode());
    var hold = end(event, posted.getPostingIndex(), posted.getHeld(), amount.getMinorUnits());
    check(
        hold.destinationAccount().equals(destination),
        event,
        "posts to %s what was held for %s",
        destination,
        hold.destinationAccount());
  }

  /** Without a hold's money moving: by a command, or since its time was up. */
  void release(Event event, int postingIndex, Money held) {
    var _ = end(event, postingIndex, held, 0);
  }

  /** When what an event, already folded, held or released took effect. */
  Instant heldTime(Event event) {
    if (event.hasFundsHeld()) {
      return instant(event.getEffectiveTime());
    }
    var hold = holds.get(new Hold.Key(event.getTransactionId(), endedPosting(event)));
    if (hold == null) {
      throw new IllegalStateException("an event that ends no hold");
    }
    return hold.end().orElseThrow().effectiveTime();
  }

  private static int endedPosting(Event event) {
    if (event.hasHoldPosted()) {
      return event.getHoldPosted().getPostingIndex();
    }
    return event.hasHoldVoided()
        ? event.getHoldVoided().getPostingIndex()
        : event.getHoldExpired().getPostingIndex();
  }

  /** Between two commands no transaction is half ended. */
  void endCommand(Event last) {
    for (var id : ended) {
      check(existing(last, id).openHolds() == 0, last, "leaves transaction %s half ended", id);
    }
    made.clear();
    ended.clear();
  }

  private void make(
      Event event, Transaction.Status status, Optional<Instant> expireTime, int holds) {
    var id = event.getTransactionId();
    check(!id.isEmpty(), event, "belongs to no transaction");
    if (made.add(id)) {
      create(event, status, expireTime, holds);
    } else {
      var transaction = existing(event, id);
      check(transaction.status() == status, event, "mixes holds and postings");
      put(transaction.grown(event.getPosition(), holds));
    }
  }

  private void create(
      Event event, Transaction.Status status, Optional<Instant> expireTime, int holds) {
    check(
        find(event.getTransactionId()) == null,
        event,
        "makes transaction %s again",
        event.getTransactionId());
    var reverses =
        Optional.of(event.getReversesTransactionId()).filter(reversed -> !reversed.isEmpty());
    put(
        new Transaction(
            event.getTransactionId(),
            event.getPosition(),
            event.getPosition(),
            status,
            expireTime,
            Optional.empty(),
            reverses,
            Optional.empty(),
            holds,
            instant(event.getRecordTime()),
            instant(event.getEffectiveTime()),
            event.getReference(),
            metadata(event)));
    reverses.ifPresent(id -> reverse(event, existing(event, id)));
  }

  private void reverse(Event event, Transaction reversed) {
    check(
        reversed.status() == Transaction.Status.POSTED && reversed.reversal().isEmpty(),
        event,
        "reverses transaction %s, which is %s",
        reversed.transactionId(),
        reversed.reversal().isPresent() ? "reversed" : reversed.status());
    put(reversed.reversed(new Transaction.Reversal(event.getTransactionId(), event.getPosition())));
  }

  private Hold end(Event event, int postingIndex, Money held, long posted) {
    var key = new Hold.Key(event.getTransactionId(), postingIndex);
    var stored = holds.get(key);
    var hold = stored == null ? before.holds().get(key) : stored;
    if (hold == null || hold.end().isPresent()) {
      throw new Unprojectable(
          event.getPosition(),
          "nothing is held for posting %d of transaction %s"
              .formatted(postingIndex, event.getTransactionId()));
    }
    check(
        hold.accountId().equals(event.getAccount())
            && hold.amount() == held.getMinorUnits()
            && hold.currencyCode().equals(held.getCurrencyCode()),
        event,
        "ends a hold of %d %s on account %s as something else",
        hold.amount(),
        hold.currencyCode(),
        hold.accountId());
    holds.put(
        key,
        hold.ended(
            type(event),
            posted,
            event.getPosition(),
            instant(event.getRecordTime()),
            instant(event.getEffectiveTime())));
    end(event);
    return hold;
  }

  private void end(Event event) {
    var transaction = existing(event, event.getTransactionId());
    check(
        ended.add(transaction.transactionId())
            ? transaction.status() == Transaction.Status.PENDING
            : event.hasHoldExpired() == (transaction.status() == Transaction.Status.EXPIRED),
        event,
        "ends transaction %s, which is %s",
        transaction.transactionId(),
        transaction.status());
    put(transaction.ended(statusAfter(event, transaction.status()), event.getPosition()));
  }

  /** A transaction is posted when anything of it is. */
  private static Transaction.Status statusAfter(Event event, Transaction.Status before) {
    if (event.hasHoldExpired()) {
      return Transaction.Status.EXPIRED;
    }
    return event.hasHoldPosted() || before == Transaction.Status.POSTED
        ? Transaction.Status.POSTED
        : Transaction.Status.VOIDED;
  }

  private Transaction existing(Event event, String id) {
    var transaction = find(id);
    if (transaction == null) {
      throw new Unprojectable(event.getPosition(), "transaction %s was never made".formatted(id));
    }
    return transaction;
  }

  private @Nullable Transaction find(String id) {
    var transaction = transactions.get(id);
    return transaction == null ? before.transactions().get(id) : transaction;
  }

  private void put(Transaction transaction) {
    transactions.put(transaction.transactionId(), transaction);
  }

  private static String destination(String account, String currencyCode) {
    return account.isEmpty() ? Account.external(currencyCode) : account;
  }
}
