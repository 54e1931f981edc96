package chronicle.ledger.log;

import chronicle.ledger.domain.Account;
import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Book;
import chronicle.ledger.domain.Books;
import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.Command.CreateTransaction;
import chronicle.ledger.domain.Command.OfTransaction;
import chronicle.ledger.domain.Command.ReverseTransaction;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.Decision;
import chronicle.ledger.domain.Decision.Step;
import chronicle.ledger.domain.Details;
import chronicle.ledger.domain.Event.FundsHeld;
import chronicle.ledger.domain.Ledger;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.domain.Refusal;
import chronicle.ledger.domain.Transaction;
import chronicle.ledger.domain.Transaction.Pending;
import chronicle.ledger.domain.Transaction.Posted;
import chronicle.ledger.domain.Transaction.Unknown;
import chronicle.ledger.log.RecordedEvent.Balances;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One batch being decided: commands in order against the states at the head, each seeing what the
 * ones before it did. Nothing outside changes until the batch is committed.
 */
final class Batch implements Books {
  /** Who ends what nobody asked to end. */
  private static final String LEDGER_ACTOR = "~ledger";

  private final LedgerId ledger;
  private final Head head;
  private final Instant recordTime;
  private final Map<AccountId, AccountAt> accounts;
  private final Map<CommandId, Known> known;
  private final Map<CommandId, TransactionAt> transactions;
  private final Set<Instant> doubtful;
  private final Set<CommandId> changedTransactions = new LinkedHashSet<>();
  private final List<RecordedEvent> events = new ArrayList<>();
  private final List<EncodedEvent> encoded = new ArrayList<>();
  private final List<byte[]> states = new ArrayList<>();
  private final List<RecordedCommand> commands = new ArrayList<>();
  private final List<Snapshot> snapshots = new ArrayList<>();
  private Book book;
  private Instant nextDue = Instant.MAX;
  private boolean needsRecall;

  /**
   * A batch on top of a head, at which the book and the accounts are as given; the map of accounts
   * becomes the batch's own. What {@code recall} has of its commands that were recorded before at a
   * time in {@code doubtful} was so by an earlier try of this very batch.
   */
  Batch(
      LedgerId ledger,
      Head head,
      Book book,
      Map<AccountId, AccountAt> accounts,
      Recall recall,
      Set<Instant> doubtful) {
    this.ledger = ledger;
    this.head = head;
    this.recordTime = head.nextRecordTime();
    this.book = book;
    this.accounts = accounts;
    this.known = new HashMap<>(recall.commands());
    this.transactions = new HashMap<>(recall.transactions());
    this.doubtful = doubtful;
  }

  /** A command that was accepted, and what it leads to. */
  private record Part(Request request, List<Step> steps, Instant effectiveTime) {}

  @Override
  public Book book() {
    return book;
  }

  @Override
  public Account account(AccountId id) {
    return accountAt(id).state();
  }

  @Override
  public Transaction transaction(CommandId id) {
    return transactionAt(id).state();
  }

  /** Ends a pending transaction if its time is up by the batch's record time. */
  void expire(CommandId id) {
    if (transaction(id) instanceof Pending pending && pending.isDue(recordTime)) {
      List<Step> steps = Ledger.expire(this, id).steps();
      var cause =
          new Cause(
              new CommandId("~" + id),
              id.value(),
              "",
              steps.size(),
              recordTime,
              recordTime,
              LEDGER_ACTOR,
              "",
              Details.NONE);
      List<RecordedEvent> stamped = stamp(cause, 0, book.version(), steps);
      Soundness.require(stamped);
      apply(stamped);
      change(id, transactionAt(id).evolve(stamped));
    }
  }

  /** Decides the command, of which {@code record} is what is kept. */
  Outcome execute(Request request, byte[] record) {
    needsRecall |= request.validateOnly();
    Known before = known.get(request.id());
    if (before != null) {
      return replay(before, record);
    }
    return switch (Ledger.decide(this, request.command(), recordTime, head.incarnation())) {
      case Decision.Refused(var refusal) -> {
        refuse(request.id(), request.actor(), request.validateOnly(), record, refusal);
        yield new Outcome.Refused(refusal, false);
      }
      case Decision.Accepted(var steps) -> {
        var part = new Part(request, steps, effectiveTime(this, request.command()));
        List<RecordedEvent> stamped = stamp(request.id(), List.of(part)).getFirst();
        if (request.validateOnly()) {
          yield new Outcome.Validated(stamped, before(stamped));
        }
        apply(part, stamped);
        record(request.id(), request.actor(), record, Optional.empty(), stamped);
        yield new Outcome.Executed(stamped, false);
      }
    };
  }

  /** Decides all; {@code records} are what is kept of the batch itself and of each command. */
  Outcome executeAll(Request.Atomic batch, List<byte[]> records) {
    needsRecall |= batch.validateOnly();
    byte[] record = records.getFirst();
    Known before = known.get(batch.id());
    if (before != null) {
      return replayAll(batch, before, record);
    }
    // Before anything is decided: an id that is taken stays so, but what else is wrong may change.
    for (int i = 0; i < batch.parts().size(); i++) {
      CommandId id = batch.parts().get(i).id();
      if (known.containsKey(id)) {
        return new Outcome.Reused(id, "commands[%d].command_id".formatted(i));
      }
    }
    var trial = new Trial(this);
    var parts = new ArrayList<Part>();
    for (Request request : batch.parts()) {
      int index = parts.size();
      switch (Ledger.decide(trial, request.command(), recordTime, head.incarnation())) {
        case Decision.Refused(var refusal) -> {
          needsRecall = true;
          Refusal indexed = refusal.with("command_index", Integer.toString(index));
          refuse(batch.id(), batch.actor(), batch.validateOnly(), record, indexed);
          return new Outcome.Refused(indexed, false);
        }
        case Decision.Accepted(var steps) -> {
          var part = new Part(request, steps, effectiveTime(trial, request.command()));
          trial.add(request, steps, part.effectiveTime());
          parts.add(part);
        }
      }
    }
    return accept(batch, records, parts);
  }

  Outcome inspect(AccountId id) {
    return new Outcome.Inspected(accountAt(id), position());
  }

  /**
   * Whether something was decided that leaves no row for each of its ids: the event store would not
   * refuse it where one is taken, so it holds only if all had been looked up.
   */
  boolean needsRecall() {
    return needsRecall;
  }

  /** What to write; without a command or event only the time up to which the ledger is settled. */
  Append append() {
    var rows = new ArrayList<TransactionRow>();
    for (CommandId id : changedTransactions) {
      rows.add(TransactionRow.of(id, transactionAt(id)));
    }
    boolean isSilent = events.isEmpty() && commands.isEmpty();
    return new Append(
        events,
        encoded,
        states,
        commands,
        rows,
        snapshots,
        isSilent ? head.lastRecordTime() : recordTime);
  }

  /**
   * Takes over what has been committed; {@code due} is when the next transaction was due before.
   */
  void commitTo(StateCache target, Head after, Instant due) {
    target.commit(after, book, nextDue(due), accounts);
  }

  /** When the next transaction is due, if it was {@code before} without this batch. */
  Instant nextDue(Instant before) {
    return nextDue.isBefore(before) ? nextDue : before;
  }

  /** Its accounts' states now. */
  Map<AccountId, AccountAt> accounts() {
    return accounts;
  }

  private long position() {
    return head.position() + events.size();
  }

  private AccountAt accountAt(AccountId id) {
    AccountAt account = accounts.get(id);
    if (account == null) {
      throw new IllegalStateException("account " + id + " was not loaded");
    }
    return account;
  }

  private TransactionAt transactionAt(CommandId id) {
    return transactions.getOrDefault(id, TransactionAt.UNKNOWN);
  }

  private Instant effectiveTime(Books books, Command command) {
    return command instanceof ReverseTransaction(var id, var atOriginalTime, _)
            && atOriginalTime
            && books.transaction(id) instanceof Posted posted
        ? posted.effectiveTime()
        : command.details().effectiveTime().orElse(recordTime);
  }

  private Outcome replay(Known before, byte[] asked) {
    RecordedCommand command = before.command();
    Optional<String> difference = CommandCodec.differingField(command.request(), asked);
    if (difference.isPresent()) {
      return new Outcome.Reused(command.id(), difference.get());
    }
    boolean replayed = isReplayed(command);
    return command
        .refusal()
        .<Outcome>map(refusal -> new Outcome.Refused(refusal, replayed))
        .orElseGet(() -> new Outcome.Executed(before.events(), replayed));
  }

  private Outcome replayAll(Request.Atomic batch, Known before, byte[] asked) {
    Outcome outcome = replay(before, asked);
    if (!(outcome instanceof Outcome.Executed(_, var replayed))) {
      return outcome;
    }
    var parts = new ArrayList<List<RecordedEvent>>();
    for (Request request : batch.parts()) {
      Known part = known.get(request.id());
      if (part == null) {
        throw new IllegalStateException("a part of batch " + batch.id() + " was not recorded");
      }
      parts.add(part.events());
    }
    return new Outcome.ExecutedAll(parts, replayed);
  }

  private boolean isReplayed(RecordedCommand command) {
    return !doubtful.contains(command.recordTime());
  }

  /** A refusal is for ever; but a ledger that does not exist yet remembers nothing. */
  private void refuse(
      CommandId id, String actor, boolean validateOnly, byte[] record, Refusal refusal) {
    if (!validateOnly && book.isOpen()) {
      record(id, actor, record, Optional.of(refusal), List.of());
    }
  }

  private Outcome accept(Request.Atomic batch, List<byte[]> records, List<Part> parts) {
    List<List<RecordedEvent>> stamped = stamp(batch.id(), parts);
    if (batch.validateOnly()) {
      return new Outcome.ValidatedAll(
          stamped.stream().map(part -> new Outcome.Validated(part, before(part))).toList());
    }
    var all = new ArrayList<RecordedEvent>();
    for (int i = 0; i < parts.size(); i++) {
      Request request = parts.get(i).request();
      apply(parts.get(i), stamped.get(i));
      record(request.id(), request.actor(), records.get(1 + i), Optional.empty(), stamped.get(i));
      all.addAll(stamped.get(i));
    }
    record(batch.id(), batch.actor(), records.getFirst(), Optional.empty(), all);
    return new Outcome.ExecutedAll(stamped, false);
  }

  private void record(
      CommandId id,
      String actor,
      byte[] record,
      Optional<Refusal> refusal,
      List<RecordedEvent> stamped) {
    long first = stamped.isEmpty() ? 0 : stamped.getFirst().position();
    var command =
        new RecordedCommand(id, actor, record, refusal, first, stamped.size(), recordTime);
    commands.add(command);
    known.put(id, new Known(command, stamped));
  }

  /** Gives the events their places: those of all parts follow each other, under one command id. */
  private List<List<RecordedEvent>> stamp(CommandId id, List<Part> parts) {
    int size = 0;
    for (Part part : parts) {
      size += part.steps().size();
    }
    var stamped = new ArrayList<List<RecordedEvent>>(parts.size());
    int index = 0;
    long bookVersion = book.version();
    for (Part part : parts) {
      List<RecordedEvent> recorded = stamp(cause(id, part, size), index, bookVersion, part.steps());
      Soundness.require(recorded);
      stamped.add(recorded);
      index += recorded.size();
      if (recorded.getLast().account().isLedger()) {
        bookVersion = recorded.getLast().accountVersion();
      }
    }
    return stamped;
  }

  private List<RecordedEvent> stamp(
      Cause cause, int firstIndex, long bookVersion, List<Step> steps) {
    var stamped = new ArrayList<RecordedEvent>(steps.size());
    for (Step step : steps) {
      int index = firstIndex + stamped.size();
      boolean isLedger = step.account().isLedger();
      stamped.add(
          new RecordedEvent(
              position() + index + 1,
              step.account(),
              isLedger ? bookVersion + 1 : step.after().version(),
              index,
              cause,
              isLedger ? Balances.NONE : Balances.of(step.after()),
              step.event()));
    }
    return stamped;
  }

  private Cause cause(CommandId id, Part part, int size) {
    Request request = part.request();
    Command command = request.command();
    return new Cause(
        id,
        command.transaction(request.id()).map(CommandId::value).orElse(""),
        command instanceof ReverseTransaction(var reversed, _, _) ? reversed.value() : "",
        size,
        recordTime,
        part.effectiveTime(),
        request.actor(),
        request.traceparent(),
        command.details());
  }

  private void apply(Part part, List<RecordedEvent> stamped) {
    apply(stamped);
    Request request = part.request();
    Command command = request.command();
    command
        .transaction(request.id())
        .filter(id -> isFollowed(id, command))
        .ifPresent(id -> change(id, transactionAt(id).evolve(stamped)));
    if (command instanceof ReverseTransaction(var id, _, _)
        && transaction(id) instanceof Posted posted) {
      change(id, transactionAt(id).withState(posted.reversed(request.id())));
    }
  }

  /** Most transactions are posted at once, and never looked at again. */
  private boolean isFollowed(CommandId id, Command command) {
    return transactions.containsKey(id)
        || command instanceof OfTransaction
        || (command instanceof CreateTransaction create && create.pending());
  }

  /** One posted at once needs no row, until something becomes of it. */
  private void change(CommandId id, TransactionAt now) {
    TransactionAt before = transactions.put(id, now);
    boolean isNew = before == null || before.state() instanceof Unknown;
    if (!isNew || now.state() instanceof Pending) {
      changedTransactions.add(id);
    }
  }

  private void apply(List<RecordedEvent> stamped) {
    for (RecordedEvent event : stamped) {
      events.add(event);
      encoded.add(EventCodec.encode(ledger, event));
      if (event.account().isLedger()) {
        book = book.evolve(event.event());
        states.add(SnapshotCodec.NO_STATE);
      } else {
        AccountAt account = accountAt(event.account()).evolve(event);
        accounts.put(event.account(), account);
        states.add(SnapshotCodec.mark(account.state()));
        if (Snapshot.isDueAt(event.accountVersion())) {
          snapshots.add(SnapshotCodec.encode(event, account));
        }
      }
      if (event.event() instanceof FundsHeld(_, _, var expireTime, _)) {
        nextDue = StateCache.earlier(nextDue, expireTime);
      }
    }
  }

  private Map<AccountId, Balances> before(List<RecordedEvent> stamped) {
    var before = new LinkedHashMap<AccountId, Balances>();
    for (RecordedEvent event : stamped) {
      if (!event.account().isLedger()) {
        before.computeIfAbsent(event.account(), id -> Balances.of(account(id)));
      }
    }
    return before;
  }
}
