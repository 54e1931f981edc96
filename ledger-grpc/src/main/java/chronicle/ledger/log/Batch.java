package chronicle.ledger.log;

import chronicle.ledger.domain.Account;
import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Book;
import chronicle.ledger.domain.Books;
import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.Decision;
import chronicle.ledger.domain.Decision.Posting;
import chronicle.ledger.domain.Event.AccountCreated;
import chronicle.ledger.domain.Event.LedgerCreated;
import chronicle.ledger.domain.Event.MoneyDeposited;
import chronicle.ledger.domain.Event.MoneyTransferredIn;
import chronicle.ledger.domain.Event.MoneyTransferredOut;
import chronicle.ledger.domain.Event.MoneyWithdrawn;
import chronicle.ledger.domain.Ledger;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.domain.Refusal;
import chronicle.ledger.log.RecordedEvent.Balances;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * One batch being decided: commands in order against the states at the head, each seeing what the
 * ones before it did. Nothing outside changes until the batch is committed.
 */
final class Batch implements Books {
  private final LedgerId ledger;
  private final Head head;
  private final Instant recordTime;
  private final StateCache cache;
  private final Map<CommandId, Known> known;
  private final Set<Instant> doubtful;
  private final Map<AccountId, AccountAt> changed = new HashMap<>();
  private final List<RecordedEvent> events = new ArrayList<>();
  private final List<EncodedEvent> encoded = new ArrayList<>();
  private final List<RecordedCommand> commands = new ArrayList<>();
  private Book book;

  /**
   * A batch on top of a head. {@code known} are those of its commands that were recorded before;
   * one recorded at a time in {@code doubtful} was so by an earlier try of this very batch.
   */
  Batch(
      LedgerId ledger,
      Head head,
      StateCache cache,
      Map<CommandId, Known> known,
      Set<Instant> doubtful) {
    this.ledger = ledger;
    this.head = head;
    this.recordTime = head.nextRecordTime();
    this.cache = cache;
    this.known = new HashMap<>(known);
    this.doubtful = doubtful;
    this.book = cache.book();
  }

  /** A command with its outcome, and its events where it was accepted. */
  record Known(RecordedCommand command, List<RecordedEvent> events) {}

  @Override
  public Book book() {
    return book;
  }

  @Override
  public Account account(AccountId id) {
    return accountAt(id).state();
  }

  Outcome execute(Request request) {
    byte[] record = CommandCodec.encode(ledger, request);
    Known before = known.get(request.id());
    if (before != null) {
      return replay(before, record);
    }
    return switch (Ledger.decide(this, request.command(), recordTime, head.incarnation())) {
      case Decision.Refused(var refusal) -> refuse(request, record, refusal);
      case Decision.Accepted(var postings) -> accept(request, record, postings);
    };
  }

  Outcome inspect(AccountId id) {
    return new Outcome.Inspected(accountAt(id), position());
  }

  /** What to write; without a command only the time up to which the ledger is settled. */
  Append append() {
    return new Append(
        events, encoded, commands, commands.isEmpty() ? head.lastRecordTime() : recordTime);
  }

  void commitTo(StateCache target) {
    target.commit(position(), book, changed);
  }

  private long position() {
    return head.position() + events.size();
  }

  private AccountAt accountAt(AccountId id) {
    AccountAt account = changed.get(id);
    return account != null ? account : cache.account(id);
  }

  private Outcome replay(Known before, byte[] asked) {
    Optional<String> difference = CommandCodec.differingField(before.command().request(), asked);
    if (difference.isPresent()) {
      return new Outcome.Reused(difference.get());
    }
    boolean replayed = !doubtful.contains(before.command().recordTime());
    return before
        .command()
        .refusal()
        .<Outcome>map(refusal -> new Outcome.Refused(refusal, replayed))
        .orElseGet(() -> new Outcome.Executed(before.events(), replayed));
  }

  /** A refusal is for ever; but a ledger that does not exist yet remembers nothing. */
  private Outcome refuse(Request request, byte[] record, Refusal refusal) {
    if (!request.validateOnly() && book.isOpen()) {
      record(request, record, Optional.of(refusal), List.of());
    }
    return new Outcome.Refused(refusal, false);
  }

  private Outcome accept(Request request, byte[] record, List<Posting> postings) {
    var stamped = stamp(request, postings);
    requireSound(stamped);
    if (request.validateOnly()) {
      return new Outcome.Validated(stamped);
    }
    for (RecordedEvent event : stamped) {
      apply(event);
      encoded.add(EventCodec.encode(ledger, event));
    }
    record(request, record, Optional.empty(), stamped);
    return new Outcome.Executed(stamped, false);
  }

  private void record(
      Request request, byte[] record, Optional<Refusal> refusal, List<RecordedEvent> stamped) {
    long first = stamped.isEmpty() ? 0 : stamped.getFirst().position();
    var command =
        new RecordedCommand(
            request.id(), request.actor(), record, refusal, first, stamped.size(), recordTime);
    commands.add(command);
    known.put(request.id(), new Known(command, stamped));
  }

  private void apply(RecordedEvent event) {
    events.add(event);
    if (event.account().isLedger()) {
      book = book.evolve(event.event());
    } else {
      changed.put(event.account(), accountAt(event.account()).evolve(event));
    }
  }

  /** Gives each event its place, its account's next version and the balances that it leads to. */
  private List<RecordedEvent> stamp(Request request, List<Posting> postings) {
    Cause cause = cause(request, postings.size());
    var local = new HashMap<AccountId, Account>();
    var stamped = new ArrayList<RecordedEvent>(postings.size());
    for (Posting posting : postings) {
      AccountId id = posting.account();
      long version;
      Balances balances;
      if (id.isLedger()) {
        version = book.version() + 1 + stamped.size();
        balances = Balances.NONE;
      } else {
        Account before = local.containsKey(id) ? local.get(id) : account(id);
        Account after = before.evolve(posting.event());
        local.put(id, after);
        version = after.version();
        balances = Balances.of(after);
      }
      stamped.add(
          new RecordedEvent(
              position() + stamped.size() + 1,
              id,
              version,
              stamped.size(),
              cause,
              balances,
              posting.event()));
    }
    return stamped;
  }

  private Cause cause(Request request, int size) {
    Command command = request.command();
    return new Cause(
        request.id(),
        command.movesMoney() ? request.id().value() : "",
        size,
        recordTime,
        command.details().effectiveTime().orElse(recordTime),
        request.actor(),
        request.traceparent(),
        command.details());
  }

  /**
   * Before anything is written: what leaves one account arrives at another, and no debit goes below
   * the limit.
   */
  private static void requireSound(List<RecordedEvent> stamped) {
    long inTransit = 0;
    for (RecordedEvent event : stamped) {
      inTransit =
          switch (event.event()) {
            case MoneyTransferredOut(var amount, _) ->
                Math.addExact(inTransit, amount.minorUnits());
            case MoneyTransferredIn(var amount, _) ->
                Math.subtractExact(inTransit, amount.minorUnits());
            case LedgerCreated _, AccountCreated _, MoneyDeposited _, MoneyWithdrawn _ -> inTransit;
          };
      boolean isDebit =
          event.event() instanceof MoneyTransferredOut || event.event() instanceof MoneyWithdrawn;
      if (isDebit && event.balancesAfter().availableMinor() < 0) {
        throw new IllegalStateException("a debit below the limit of " + event.account());
      }
    }
    if (inTransit != 0) {
      throw new IllegalStateException("debits do not equal credits");
    }
  }
}
