package chronicle.ledger.log;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.domain.Movement;
import chronicle.ledger.log.EventStore.Due;
import chronicle.ledger.log.EventStore.Transaction;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** One try to decide a batch of tickets and commit it, in one transaction. */
final class Attempt {
  /** How many pending transactions a batch ends at most because their time is up. */
  private static final int DUE_MAX = 250;

  private final LedgerId ledger;
  private final EventStore store;
  private final StateCache cache;
  private final Set<Instant> doubtful;
  private final boolean expectsRepeats;

  /**
   * {@code doubtful} are the record times of this batch's commits of unknown outcome; this try may
   * add its own. One that expects repeats looks all commands up before it decides; else each is
   * taken for new, which saves the look, and the event store refuses the batch ({@link
   * EventStoreException.Kind#TAKEN}) if one is not.
   */
  Attempt(
      LedgerId ledger,
      EventStore store,
      StateCache cache,
      Set<Instant> doubtful,
      boolean expectsRepeats) {
    this.ledger = ledger;
    this.store = store;
    this.cache = cache;
    this.doubtful = doubtful;
    this.expectsRepeats = expectsRepeats;
  }

  /**
   * What was committed, and what came of each ticket; tickets whose time was up have no outcome and
   * no effect. {@code isWhole} is false where so much was due that nothing else was done yet;
   * {@code foundRepeats} says whether a command had been recorded before.
   */
  record Result(
      Map<Ticket, Outcome> outcomes, Append append, boolean isWhole, boolean foundRepeats) {}

  private record Decided(Batch batch, Map<Ticket, Outcome> outcomes) {}

  /**
   * Throws {@link EventStoreException} where the store did not take the batch; the cache is then as
   * before.
   */
  Result run(List<Ticket> tickets) {
    boolean onlyLooks = tickets.stream().allMatch(ticket -> ticket.work() instanceof Work.Inspect);
    try (Transaction transaction = onlyLooks ? store.look(ledger) : store.lock(ledger)) {
      cache.catchUp(transaction);
      Due due = onlyLooks ? new Due(List.of(), cache.nextDue()) : due(transaction);
      boolean isWhole = due.transactions().size() < DUE_MAX;
      return run(transaction, isWhole ? tickets : List.of(), due, isWhole);
    }
  }

  private Result run(Transaction transaction, List<Ticket> tickets, Due due, boolean isWhole) {
    Recall recall = recall(transaction, tickets, due);
    Map<AccountId, AccountAt> accounts = cache.load(transaction, accounts(tickets, recall));
    var claimed = tickets.stream().filter(Ticket::claim).toList();
    Head head = transaction.head().settledTo(settled(transaction.head(), claimed));
    Decided decided = decide(head, accounts, recall, due, claimed);
    if (decided.batch().needsRecall() && !expectsRepeats) {
      recall = recallAll(transaction, tickets, due);
      accounts = cache.load(transaction, accounts(tickets, recall));
      decided = decide(head, accounts, recall, due, claimed);
    }
    Append append = decided.batch().append();
    if (append.changes(transaction.head())) {
      transaction.append(append);
      commit(transaction, append);
    }
    // Where something was due, the next batch asks again.
    decided
        .batch()
        .commitTo(
            cache, head.after(append), due.transactions().isEmpty() ? due.next() : Instant.MIN);
    return new Result(decided.outcomes(), append, isWhole, knowsAny(recall, tickets));
  }

  private Decided decide(
      Head head, Map<AccountId, AccountAt> accounts, Recall recall, Due due, List<Ticket> tickets) {
    var batch = new Batch(ledger, head, cache.book(), accounts, recall, Set.copyOf(doubtful));
    due.transactions().forEach(batch::expire);
    var outcomes = new LinkedHashMap<Ticket, Outcome>(tickets.size() * 2);
    for (Ticket ticket : tickets) {
      outcomes.put(ticket, decide(batch, head, ticket));
    }
    return new Decided(batch, outcomes);
  }

  private void commit(Transaction transaction, Append append) {
    try {
      transaction.commit();
    } catch (EventStoreException e) {
      doubtful.add(append.recordTime());
      throw e;
    }
  }

  /** What is due by the record time that the batch will have at the latest. */
  private Due due(Transaction transaction) {
    Instant latest = transaction.head().nextRecordTime().plusNanos(1_000);
    return cache.nextDue().isAfter(latest)
        ? new Due(List.of(), cache.nextDue())
        : transaction.due(latest, DUE_MAX);
  }

  /** Knows all of the batch's commands that were recorded before, or believes that none was. */
  private Recall recall(Transaction transaction, List<Ticket> tickets, Due due) {
    if (expectsRepeats) {
      return recallAll(transaction, tickets, due);
    }
    Recall recall = Recall.of(transaction, Set.of(), transactions(tickets, due));
    return knowsAny(recall, tickets) ? recallAll(transaction, tickets, due) : recall;
  }

  private static Recall recallAll(Transaction transaction, List<Ticket> tickets, Due due) {
    var ids = new HashSet<CommandId>();
    tickets.forEach(ticket -> ids.addAll(ticket.work().ids()));
    return Recall.of(transaction, ids, transactions(tickets, due));
  }

  private static boolean knowsAny(Recall recall, List<Ticket> tickets) {
    return !recall.commands().isEmpty()
        && tickets.stream()
            .flatMap(ticket -> ticket.work().ids().stream())
            .anyMatch(recall.commands()::containsKey);
  }

  /** What commands of the batch are about, and what is due. */
  private static Set<CommandId> transactions(List<Ticket> tickets, Due due) {
    var transactions = new HashSet<>(due.transactions());
    for (Ticket ticket : tickets) {
      for (Request request : ticket.work().requests()) {
        if (request.command() instanceof Command.OfTransaction command) {
          transactions.add(command.transaction());
        }
      }
    }
    return transactions;
  }

  /** The accounts that the tickets are about, and those of the transactions that are recalled. */
  static Set<AccountId> accounts(List<Ticket> tickets, Recall recall) {
    var accounts = new HashSet<AccountId>();
    for (Ticket ticket : tickets) {
      accounts.addAll(ticket.work().accounts());
      for (Request request : ticket.work().requests()) {
        accounts.addAll(request.command().accounts());
      }
    }
    for (TransactionAt transaction : recall.transactions().values()) {
      accounts.addAll(Movement.accounts(transaction.state().movements()));
    }
    return accounts;
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

  static Outcome decide(Batch batch, Head head, Ticket ticket) {
    return switch (ticket.work()) {
      case Work.Execute(var request) -> batch.execute(request, ticket.records().getFirst());
      case Work.ExecuteAll(var all) -> batch.executeAll(all, ticket.records());
      case Work.Inspect(var account) -> batch.inspect(account);
      case Work.Settle(var time) ->
          time.isAfter(head.lastRecordTime()) ? new Outcome.InFuture() : new Outcome.Settled();
      case Work.Sweep() -> new Outcome.Swept();
    };
  }
}
