package chronicle.ledger.log;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.log.EventStore.Transaction;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One try to decide a batch of tickets and commit it, in one transaction. */
final class Attempt {
  private final LedgerId ledger;
  private final EventStore store;
  private final StateCache cache;
  private final Set<Instant> doubtful;

  /**
   * {@code doubtful} are the record times of this batch's commits of unknown outcome; this try may
   * add its own.
   */
  Attempt(LedgerId ledger, EventStore store, StateCache cache, Set<Instant> doubtful) {
    this.ledger = ledger;
    this.store = store;
    this.cache = cache;
    this.doubtful = doubtful;
  }

  /**
   * What was committed, and what came of each ticket; tickets whose time was up have no outcome and
   * no effect.
   */
  record Result(Map<Ticket, Outcome> outcomes, Append append) {}

  /**
   * Throws {@link EventStoreException} where the store did not take the batch; the cache is then as
   * before.
   */
  Result run(List<Ticket> tickets) {
    boolean onlyLooks = tickets.stream().allMatch(ticket -> ticket.work() instanceof Work.Inspect);
    try (Transaction transaction = onlyLooks ? store.look(ledger) : store.lock(ledger)) {
      cache.refresh(transaction, accounts(tickets));
      var known = known(transaction, tickets);
      var claimed = tickets.stream().filter(Ticket::claim).toList();
      Head head = transaction.head().settledTo(settled(transaction.head(), claimed));
      var batch = new Batch(ledger, head, cache, known, Set.copyOf(doubtful));
      var outcomes = decide(batch, head, claimed);
      Append append = batch.append();
      if (append.changes(transaction.head())) {
        transaction.append(append);
        commit(transaction, append);
      }
      batch.commitTo(cache);
      return new Result(outcomes, append);
    }
  }

  private void commit(Transaction transaction, Append append) {
    try {
      transaction.commit();
    } catch (EventStoreException e) {
      doubtful.add(append.recordTime());
      throw e;
    }
  }

  private static Set<AccountId> accounts(List<Ticket> tickets) {
    var accounts = new HashSet<AccountId>();
    for (Ticket ticket : tickets) {
      accounts.addAll(ticket.work().accounts());
    }
    return accounts;
  }

  /** The batch's commands that were recorded before, with the events of the accepted ones. */
  private static Map<CommandId, Batch.Known> known(Transaction transaction, List<Ticket> tickets) {
    var ids = new HashSet<CommandId>();
    for (Ticket ticket : tickets) {
      if (ticket.work() instanceof Work.Execute(var request)) {
        ids.add(request.id());
      }
    }
    if (ids.isEmpty()) {
      return Map.of();
    }
    var recorded = transaction.commands(ids);
    var events = events(transaction, recorded.values());
    var known = new HashMap<CommandId, Batch.Known>();
    recorded.forEach((id, command) ->
        known.put(id, new Batch.Known(command, events.getOrDefault(id, List.of()))));
    return known;
  }

  private static Map<CommandId, List<RecordedEvent>> events(
      Transaction transaction, Iterable<RecordedCommand> commands) {
    var positions = new ArrayList<Long>();
    for (RecordedCommand command : commands) {
      for (int i = 0; i < command.eventCount(); i++) {
        positions.add(command.firstPosition() + i);
      }
    }
    var events = new HashMap<CommandId, List<RecordedEvent>>();
    if (!positions.isEmpty()) {
      for (RecordedEvent event : transaction.at(positions)) {
        events.computeIfAbsent(event.cause().commandId(), _ -> new ArrayList<>()).add(event);
      }
    }
    return events;
  }

  /**
   * The latest time among those to be settled that is not in the future, or what was settled
   * before.
   */
  private static Instant settled(Head head, List<Ticket> tickets) {
    Instant settled = head.lastRecordTime();
    for (Ticket ticket : tickets) {
      if (ticket.work() instanceof Work.Settle(var time)
          && time.isAfter(settled)
          && !time.isAfter(head.clock())) {
        settled = time;
      }
    }
    return settled;
  }

  private static Map<Ticket, Outcome> decide(Batch batch, Head head, List<Ticket> tickets) {
    var outcomes = new LinkedHashMap<Ticket, Outcome>(tickets.size() * 2);
    for (Ticket ticket : tickets) {
      outcomes.put(ticket, decide(batch, head, ticket.work()));
    }
    return outcomes;
  }

  private static Outcome decide(Batch batch, Head head, Work work) {
    return switch (work) {
      case Work.Execute(var request) -> batch.execute(request);
      case Work.Inspect(var account) -> batch.inspect(account);
      case Work.Settle(var time) ->
          time.isAfter(head.lastRecordTime()) ? new Outcome.InFuture() : new Outcome.Settled();
    };
  }
}
