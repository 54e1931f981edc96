package chronicle.ledger.log;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Book;
import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.LedgerId;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A batch decided from memory, on the head that the batch before it leaves, be that committed or
 * not yet. The event store takes it on that very head or not at all, so what was decided from holds
 * if it is taken. One thread writes it, while another may plan the next on it.
 */
final class Plan {
  private static final Recall NOTHING = new Recall(Map.of(), Map.of());

  private final Head head;
  private final Batch batch;
  private final Append append;
  private final Map<Ticket, Outcome> outcomes;
  private final List<Ticket> tickets;
  private volatile boolean isWritten;

  private Plan(Head head, Batch batch, Map<Ticket, Outcome> outcomes) {
    this.head = head;
    this.batch = batch;
    this.append = batch.append();
    this.outcomes = outcomes;
    this.tickets = List.copyOf(outcomes.keySet());
  }

  /**
   * Decides the tickets on top of the plan before, or else of what the cache holds; empty where
   * that takes a look into the event store, and then nothing has happened.
   */
  static Optional<Plan> of(
      LedgerId ledger, StateCache cache, Optional<Plan> before, List<Ticket> tickets) {
    Book book = before.map(plan -> plan.batch.book()).orElse(cache.book());
    Optional<Head> head = head(cache, before);
    if (!book.isOpen() || head.isEmpty() || !followsFromMemory(tickets, head.get())) {
      return Optional.empty();
    }
    Map<AccountId, AccountAt> newer = before.map(plan -> plan.batch.accounts()).orElse(Map.of());
    return cache
        .known(Attempt.accounts(tickets, NOTHING), newer)
        .map(accounts -> new Batch(ledger, head.get(), book, accounts, NOTHING, Set.of()))
        .flatMap(batch -> decide(head.get(), batch, tickets));
  }

  /** The head to decide on; empty where it is not known, or something else is due first. */
  private static Optional<Head> head(StateCache cache, Optional<Plan> before) {
    Instant due = before.map(plan -> plan.batch.nextDue(cache.nextDue())).orElse(cache.nextDue());
    return cache
        .expectedHead()
        .map(expected -> before.map(plan -> plan.after().at(expected.clock())).orElse(expected))
        .filter(head -> due.isAfter(head.nextRecordTime()));
  }

  private static Optional<Plan> decide(Head head, Batch batch, List<Ticket> tickets) {
    var outcomes = LinkedHashMap.<Ticket, Outcome>newLinkedHashMap(tickets.size());
    for (Ticket ticket : tickets) {
      if (ticket.claim()) {
        outcomes.put(ticket, Attempt.decide(batch, head, ticket));
      }
    }
    if (outcomes.isEmpty() || batch.needsRecall()) {
      outcomes.keySet().forEach(Ticket::unclaim);
      return Optional.empty();
    }
    return Optional.of(new Plan(head, batch, outcomes));
  }

  /** Those that it executes: not the ones whose time was up. */
  List<Ticket> tickets() {
    return tickets;
  }

  /** What comes of each of them, once it is written. */
  Map<Ticket, Outcome> outcomes() {
    return outcomes;
  }

  Append append() {
    return append;
  }

  /** Writes and commits it, and reads the clock; one that the store does not take is void. */
  void write(LedgerId ledger, EventStore store, StoreClock clock) {
    clock.read(store.append(ledger, head, append));
    isWritten = true;
  }

  /** Takes over into the cache what was written; false where it was not, or not yet. */
  boolean commitTo(StateCache cache) {
    if (isWritten) {
      batch.commitTo(cache, after(), cache.nextDue());
    }
    return isWritten;
  }

  private Head after() {
    return head.after(append);
  }

  private static boolean followsFromMemory(List<Ticket> tickets, Head head) {
    Instant recordTime = head.nextRecordTime();
    return tickets.stream().allMatch(ticket -> followsFromMemory(ticket.work(), recordTime));
  }

  private static boolean followsFromMemory(Work work, Instant recordTime) {
    return switch (work) {
      case Work.Execute(var request) -> followsFromMemory(request, recordTime);
      case Work.ExecuteAll(var all) ->
          !all.validateOnly()
              && all.parts().stream().allMatch(part -> followsFromMemory(part, recordTime));
      case Work.Inspect _, Work.Settle _, Work.Sweep _ -> false;
    };
  }

  /**
   * Whether it changes something, and all that it depends on is the states of its accounts. What
   * seems to lie in the future may not: only the store knows how late the clock is here.
   */
  private static boolean followsFromMemory(Request request, Instant recordTime) {
    Command command = request.command();
    return !request.validateOnly()
        && !(command instanceof Command.OfTransaction)
        && !command.details().isLaterThan(recordTime);
  }
}
