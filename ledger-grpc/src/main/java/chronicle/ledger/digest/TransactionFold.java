package chronicle.ledger.digest;

import chronicle.ledger.domain.Event.AccountEvent;
import chronicle.ledger.domain.Event.FundsHeld;
import chronicle.ledger.domain.Event.HoldExpired;
import chronicle.ledger.domain.Event.HoldPosted;
import chronicle.ledger.domain.Event.HoldVoided;
import chronicle.ledger.domain.Event.LedgerEvent;
import chronicle.ledger.domain.Event.MoneyDeposited;
import chronicle.ledger.domain.Event.MoneyTransferredIn;
import chronicle.ledger.domain.Event.MoneyTransferredOut;
import chronicle.ledger.domain.Event.MoneyWithdrawn;
import chronicle.ledger.log.RecordedEvent;
import chronicle.runtime.Digest;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * The digests of what became of transactions, by stretches of positions: the fold of all events in
 * order. It keeps the transactions of one command only.
 */
final class TransactionFold {
  /** How many positions one digest is for. */
  static final int STRETCH_POSITIONS = 1_000;

  private final Rows rows;
  private final SortedMap<Long, Digest> stretches = new TreeMap<>();
  private final Map<String, Made> made = new LinkedHashMap<>();
  private final Map<String, End> ended = new LinkedHashMap<>();
  private long count;

  private record Made(
      RecordedEvent first, long lastPosition, boolean pending, Optional<Instant> expireTime) {
    Made upTo(long position) {
      return new Made(first, position, pending, expireTime);
    }
  }

  private record End(long position, String status) {}

  TransactionFold(Rows rows) {
    this.rows = rows;
  }

  void add(RecordedEvent event) {
    switch (event.event()) {
      case LedgerEvent _, AccountEvent _ -> {}
      case MoneyDeposited _, MoneyWithdrawn _, MoneyTransferredOut _ ->
          make(event, false, Optional.empty());
      case MoneyTransferredIn _ -> follow(event);
      case FundsHeld held -> make(event, true, held.expireTime());
      case HoldPosted _ -> end(event, "POSTED");
      case HoldVoided _ -> end(event, "VOIDED");
      case HoldExpired _ -> end(event, "EXPIRED");
    }
    if (event.endsCommand()) {
      endCommand();
    }
  }

  /** The sums by the first position of each stretch that has any. */
  SortedMap<Long, Digest> stretches() {
    return stretches;
  }

  /** The number of transactions made. */
  long count() {
    return count;
  }

  private void make(RecordedEvent event, boolean pending, Optional<Instant> expireTime) {
    var id = event.cause().transactionId();
    if (made.computeIfPresent(id, (_, known) -> known.upTo(event.position())) == null) {
      made.put(id, new Made(event, event.position(), pending, expireTime));
      var reversed = event.cause().reversesTransactionId();
      if (!reversed.isEmpty()) {
        put(event.position(), rows.transactionReversal(reversed, id, event.position()));
      }
    }
  }

  /** The other side of a posting: of one just made, or of a hold that was posted. */
  private void follow(RecordedEvent event) {
    made.computeIfPresent(
        event.cause().transactionId(), (_, known) -> known.upTo(event.position()));
  }

  /** A transaction of which anything was posted is posted, whatever was released of it. */
  private void end(RecordedEvent event, String status) {
    ended.merge(
        event.cause().transactionId(),
        new End(event.position(), status),
        (known, now) ->
            known.status().equals("POSTED") ? known : new End(known.position(), now.status()));
  }

  private void endCommand() {
    made.values()
        .forEach(transaction ->
            put(
                transaction.first().position(),
                rows.transaction(
                    transaction.first(),
                    transaction.lastPosition(),
                    transaction.pending(),
                    transaction.expireTime())));
    ended.forEach(
        (id, end) -> put(end.position(), rows.transactionEnd(id, end.status(), end.position())));
    count += made.size();
    made.clear();
    ended.clear();
  }

  private void put(long position, Digest hash) {
    var first = (position - 1) / STRETCH_POSITIONS * STRETCH_POSITIONS + 1;
    stretches.merge(first, hash, Digest::plus);
  }
}
