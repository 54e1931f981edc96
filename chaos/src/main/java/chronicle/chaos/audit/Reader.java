package chronicle.chaos.audit;

import chronicle.chaos.audit.Report.Incomplete;
import chronicle.event.v1.Event;
import chronicle.ledger.v1.EventLogServiceGrpc;
import chronicle.ledger.v1.GetAccountStateRequest;
import chronicle.ledger.v1.GetLedgerRequest;
import chronicle.ledger.v1.LedgerServiceGrpc;
import chronicle.ledger.v1.ReadEventsRequest;
import chronicle.query.v1.BatchGetBalancesRequest;
import chronicle.query.v1.GetTrialBalanceRequest;
import chronicle.query.v1.ListAccountsRequest;
import chronicle.query.v1.ListEntriesRequest;
import chronicle.query.v1.ListTransactionsRequest;
import com.google.protobuf.Message;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** Reads, after a load, what the read model, the log and the stream have of it. */
final class Reader {
  private static final int PAGE = 1_000;
  private static final int POSITIONS_MAX = 100;
  private static final int TRIAL_BALANCES_MAX = 20;
  private static final int ROUNDS_MAX = 5;
  private static final Duration PAUSE = Duration.ofMillis(200);
  private static final Duration READ_MAX = Duration.ofSeconds(60);

  private final Targets targets;
  private final Plan plan;
  private final Channels channels;
  private final Caller caller;
  private final List<String> accounts;
  private final long untilNanos;
  private final Random random;

  Reader(
      Targets targets,
      Plan plan,
      Channels channels,
      History history,
      List<String> accounts,
      long untilNanos) {
    this.targets = targets;
    this.plan = plan;
    this.channels = channels;
    this.caller = new Caller(history, 0, READ_MAX);
    this.accounts = accounts;
    this.untilNanos = untilNanos;
    this.random = new Random(plan.seed());
  }

  /**
   * Asks the read model for everything, as calls of the history, and returns the log, which is read
   * last, so that it holds all that any answer rests on.
   */
  Log read(List<Incomplete> incomplete) throws InterruptedException {
    var head = insist(this::head);
    if (head.isEmpty()) {
      incomplete.add(new Incomplete(Rule.POSITIONS, "The ledger could not be asked for its head."));
      return new Log(List.of(), Optional.empty());
    }
    for (Message question : questions(head.get())) {
      if (!ask(question)) {
        incomplete.add(
            new Incomplete(
                Rule.PROJECTION,
                question.getDescriptorForType().getName() + " was not answered in time."));
      }
    }
    return log(incomplete);
  }

  /** The log, and the stream to the same head: a hold may still expire while they are read. */
  private Log log(List<Incomplete> incomplete) throws InterruptedException {
    for (int round = 0; ; round++) {
      var events = insist(this::events);
      if (events.isEmpty()) {
        incomplete.add(new Incomplete(Rule.POSITIONS, "The log could not be read."));
        return new Log(List.of(), Optional.empty());
      }
      var messages = stream(events.get().size(), incomplete);
      var log = new Log(events.get(), messages);
      if (round == ROUNDS_MAX
          // A stream that was made again begins after the head, and is empty until the next event.
          || messages.map(List::isEmpty).orElse(true)
          || messages.get().getLast().sequence() <= events.get().size()) {
        return log;
      }
    }
  }

  private List<Message> questions(long head) {
    var questions = new ArrayList<Message>();
    var ledger = plan.ledger();
    questions.add(
        ListAccountsRequest.newBuilder()
            .setLedger(ledger)
            .setPageSize(PAGE)
            .setMinPosition(head)
            .build());
    questions.add(
        ListTransactionsRequest.newBuilder()
            .setLedger(ledger)
            .setPageSize(PAGE)
            .setMinPosition(head)
            .build());
    for (String account : accounts) {
      questions.add(
          ListEntriesRequest.newBuilder()
              .setLedger(ledger)
              .setAccount(account)
              .setPageSize(PAGE)
              .setMinPosition(head)
              .build());
      questions.add(
          GetAccountStateRequest.newBuilder().setLedger(ledger).setAccount(account).build());
    }
    questions.add(
        GetTrialBalanceRequest.newBuilder().setLedger(ledger).setMinPosition(head).build());
    for (int i = 0; i < POSITIONS_MAX; i++) {
      questions.add(
          BatchGetBalancesRequest.newBuilder()
              .setLedger(ledger)
              .addAllAccounts(accounts)
              .setAtPosition(1 + random.nextLong(head))
              .build());
    }
    for (int i = 0; i < TRIAL_BALANCES_MAX; i++) {
      questions.add(
          GetTrialBalanceRequest.newBuilder()
              .setLedger(ledger)
              .setAtPosition(1 + random.nextLong(head))
              .build());
    }
    return questions;
  }

  /** Asks until it is answered or refused; returns whether it was in time. */
  private boolean ask(Message question) throws InterruptedException {
    do {
      switch (caller.call(channels.to(question, random), question)) {
        case Outcome.Answered _, Outcome.Refused _ -> {
          return true;
        }
        case Outcome.Failed _, Outcome.Unknown _ -> Thread.sleep(PAUSE);
      }
    } while (System.nanoTime() < untilNanos);
    return false;
  }

  private long head() {
    return LedgerServiceGrpc.newBlockingStub(channels.ledger(random))
        .withDeadlineAfter(plan.deadline().toMillis(), TimeUnit.MILLISECONDS)
        .getLedger(GetLedgerRequest.newBuilder().setLedger(plan.ledger()).build())
        .getPosition();
  }

  private List<Event> events() {
    var events = new ArrayList<Event>();
    EventLogServiceGrpc.newBlockingStub(channels.ledger(random))
        .withDeadlineAfter(READ_MAX.toMillis(), TimeUnit.MILLISECONDS)
        .readEvents(ReadEventsRequest.newBuilder().setLedger(plan.ledger()).build())
        .forEachRemaining(response -> events.add(response.getEvent()));
    return events;
  }

  private Optional<List<Log.Message>> stream(long head, List<Incomplete> incomplete)
      throws InterruptedException {
    if (targets.natsUrl().isEmpty()) {
      return Optional.empty();
    }
    var messages = new StreamReader(targets.natsUrl().get(), plan.ledger()).read(head, untilNanos);
    if (messages.isEmpty()) {
      incomplete.add(new Incomplete(Rule.STREAM, "The stream could not be read to the head."));
    }
    return messages;
  }

  /** Tries until it succeeds or the time is up. */
  private <T> Optional<T> insist(Supplier<T> read) throws InterruptedException {
    do {
      try {
        return Optional.of(read.get());
      } catch (StatusRuntimeException e) {
        Thread.sleep(PAUSE);
      }
    } while (System.nanoTime() < untilNanos);
    return Optional.empty();
  }
}
