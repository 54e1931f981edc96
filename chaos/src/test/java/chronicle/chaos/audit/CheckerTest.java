package chronicle.chaos.audit;

import static chronicle.chaos.audit.AccountFold.money;
import static chronicle.chaos.audit.Story.LEDGER;
import static org.assertj.core.api.Assertions.assertThat;

import chronicle.chaos.audit.Outcome.Failed;
import chronicle.chaos.audit.Outcome.Refused;
import chronicle.chaos.audit.Outcome.Unknown;
import chronicle.chaos.audit.Report.Verdict;
import chronicle.event.v1.Event;
import chronicle.event.v1.HoldExpired;
import chronicle.event.v1.MoneyDeposited;
import chronicle.event.v1.MoneyTransferredOut;
import chronicle.event.v1.MoneyWithdrawn;
import chronicle.ledger.v1.CommandReceipt;
import chronicle.ledger.v1.CommandRequest;
import chronicle.ledger.v1.CreateAccountRequest;
import chronicle.ledger.v1.CreateTransactionRequest;
import chronicle.ledger.v1.DepositRequest;
import chronicle.ledger.v1.ExecuteBatchRequest;
import chronicle.ledger.v1.PostTransactionRequest;
import chronicle.ledger.v1.Posting;
import chronicle.ledger.v1.TransferRequest;
import chronicle.ledger.v1.WithdrawRequest;
import chronicle.query.v1.Balance;
import chronicle.query.v1.GetAccountRequest;
import chronicle.query.v1.GetBalanceRequest;
import chronicle.query.v1.ListAccountsRequest;
import chronicle.query.v1.ListAccountsResponse;
import chronicle.query.v1.ListEntriesRequest;
import chronicle.query.v1.ListEntriesResponse;
import chronicle.query.v1.Source;
import chronicle.type.v1.Money;
import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The checker, on a history that keeps every promise, and on ones that break them. */
final class CheckerTest {
  /** One thing that goes wrong in the story, and what the checker must say to it. */
  record Fault(String what, Set<Rule> broken, Consumer<Story> happens) {
    @Override
    public String toString() {
      return what;
    }
  }

  static Stream<Fault> faults() {
    return Stream.of(
        fault("an event is missing", story -> story.events.remove(4), Rule.POSITIONS),
        fault(
            "the clock stands still between two commands",
            story -> {
              story.setClockOn(-1);
              story.execute(deposit("late", 1));
            },
            Rule.RECORD_TIMES),
        fault(
            "the clock goes back",
            story -> {
              story.setClockOn(-100);
              story.execute(deposit("late", 1));
            },
            Rule.RECORD_TIMES),
        fault(
            "an account's version is left out",
            story -> {
              long last = lastOf(story, "alice");
              story.changeEvent(last, event -> event.setAccountVersion(99));
              story.changeAnswer(
                  story.events.get((int) last - 1).getCommandId(),
                  answer -> withVersion((CommandReceipt) answer, 99));
            },
            Rule.VERSIONS),
        fault(
            "a command is before one that was answered when it was sent",
            story -> {
              story.execute(deposit("first", 1));
              story.execute(deposit("second", 1));
              story.changeCall("first", call -> Story.during(call, 9_000, 9_001));
            },
            Rule.ORDER),
        fault(
            "a command's last event is missing",
            story -> story.changeEvent(3, event -> event.setTransactionSize(2)),
            Rule.WHOLE_COMMANDS),
        fault(
            "another amount is deposited than was asked",
            story -> story.force(deposit("more", 5), List.of(deposited("more", "alice", 50))),
            Rule.EFFECTS),
        fault(
            "an acknowledged command is lost",
            story -> {
              story.answer(
                  deposit("lost", 5),
                  CommandReceipt.newBuilder().setPosition(4).setCommandId("lost").build());
            },
            Rule.RECEIPTS),
        fault(
            "a receipt names another place",
            story ->
                story.changeAnswer(
                    "t1", answer -> ((CommandReceipt) answer).toBuilder().setPosition(2).build()),
            Rule.RECEIPTS),
        fault(
            "a command happens twice",
            story -> story.append("d1", List.of(deposited("d1", "alice", 100))),
            Rule.ONCE,
            Rule.RECEIPTS,
            Rule.EFFECTS),
        fault(
            "an event comes from nowhere",
            story -> story.append("nobody", List.of(deposited("nobody", "alice", 100))),
            Rule.ASKED_FOR),
        fault(
            "a command that failed happens all the same",
            story -> {
              story.execute(deposit("failed", 5));
              story.changeCall("failed", call -> Story.with(call, new Failed("QUEUE_FULL")));
            },
            Rule.NO_EFFECT),
        fault(
            "what was to be validated happens",
            story -> story.append("v1", List.of(deposited("v1", "alice", 7))),
            Rule.NO_EFFECT,
            Rule.ASKED_FOR),
        fault(
            "a refused command happens",
            story -> {
              story.execute(withdraw("spent", 10));
              story.changeCall(
                  "spent", call -> Story.with(call, new Refused("INSUFFICIENT_FUNDS", Map.of())));
            },
            Rule.NO_EFFECT,
            Rule.REFUSALS),
        fault(
            "a repetition is answered as if it were the first",
            story ->
                story.changeAnswer(
                    "d1",
                    answer -> ((CommandReceipt) answer).toBuilder().setReplayed(false).build()),
            Rule.SAME_OUTCOME),
        fault(
            "a refusal has another reason later",
            story -> story.refuse(withdraw("w1", 1_000), "ACCOUNT_FROZEN"),
            Rule.SAME_OUTCOME),
        fault(
            "another command under a used id is refused without its field",
            story -> story.told(deposit("d1", 101), new Refused("COMMAND_ID_REUSED", Map.of())),
            Rule.REUSE),
        fault(
            "the same command is refused as another",
            story ->
                story.told(
                    deposit("d1", 100),
                    new Refused("COMMAND_ID_REUSED", Map.of("field", "amount"))),
            Rule.REUSE),
        fault(
            "what was unknown is refused, and happened",
            story ->
                story.changeCall(
                    "u1", call -> Story.with(call, new Refused("ACCOUNT_FROZEN", Map.of()))),
            Rule.UNKNOWN,
            Rule.REFUSALS),
        fault(
            "more is withdrawn than there is",
            story ->
                story.force(
                    withdraw("broke", 5_000),
                    List.of(
                        event("broke", "alice")
                            .setMoneyWithdrawn(MoneyWithdrawn.newBuilder().setAmount(eur(5_000)))
                            .build())),
            Rule.LIMITS,
            Rule.EFFECTS),
        fault(
            "a hold expires before its time",
            story -> {
              story.execute(hold("h3", story.nextTime() + 1_000));
              story.append("~h3", List.of(expired("h3")));
            },
            Rule.HOLDS),
        fault(
            "a hold is posted after its time",
            story -> {
              story.execute(hold("h4", story.nextTime() + 2));
              story.setClockOn(10);
              story.execute(post("p4", "h4"));
            },
            Rule.HOLDS),
        fault(
            "a hold expires twice",
            story -> {
              story.execute(hold("h5", story.nextTime() + 1));
              story.execute(hold("h6", story.nextTime() + 100));
              story.append("~h5", List.of(expired("h5")));
              story.append("~h5-again", List.of(expired("h5")));
            },
            Rule.HOLDS),
        fault(
            "an event carries wrong balances",
            story ->
                story.changeEvent(
                    4,
                    event -> {
                      event.getBalancesAfterBuilder().setPostedMinorUnits(1);
                      return event;
                    }),
            Rule.BALANCES_AFTER),
        fault(
            "money leaves one account and arrives at none",
            story ->
                story.force(
                    transfer("gone", 5),
                    List.of(
                        event("gone", "alice")
                            .setMoneyTransferredOut(
                                MoneyTransferredOut.newBuilder()
                                    .setAmount(eur(5))
                                    .setDestinationAccount("bob"))
                            .build())),
            Rule.BOOKS,
            Rule.EFFECTS),
        fault(
            "a withdrawal is refused that was affordable",
            story -> story.refuse(withdraw("poor", 1), "INSUFFICIENT_FUNDS"),
            Rule.REFUSALS),
        fault(
            "a refusal was right only before a deposit that was answered",
            story -> {
              long available = story.balance("alice", story.head()).getAvailable().getMinorUnits();
              story.execute(deposit("topped-up", 500));
              story.refuse(withdraw("stale", available + 1), "INSUFFICIENT_FUNDS");
            },
            Rule.REFUSALS),
        fault(
            "a refusal is right only before a read that ended before it",
            story -> {
              long available = story.balance("alice", story.head()).getAvailable().getMinorUnits();
              story.execute(deposit("slow", 500));
              story.answer(linearizable(), story.balance("alice", story.head()));
              story.refuse(withdraw("stale", available + 1), "INSUFFICIENT_FUNDS");
              story.changeCall("slow", call -> Story.during(call, call.startNanos(), 9_000));
            },
            Rule.REFUSALS),
        fault(
            "validation says no to what would happen",
            story ->
                story.refuse(RandomCommands.validated(withdraw("would", 1)), "INSUFFICIENT_FUNDS"),
            Rule.REFUSALS),
        fault(
            "a linearizable read is old",
            story -> story.answer(linearizable(), story.balance("alice", 4)),
            Rule.LINEARIZABLE_READS),
        fault(
            "a linearizable read goes back behind another",
            story -> {
              long head = story.head();
              story.execute(deposit("slow", 500));
              story.answer(linearizable(), story.balance("alice", story.head()));
              story.answer(linearizable(), story.balance("alice", head));
              story.changeCall("slow", call -> Story.during(call, call.startNanos(), 9_000));
            },
            Rule.LINEARIZABLE_READS),
        fault(
            "a read is older than asked",
            story ->
                story.answer(
                    balance().setMinPosition(story.head()).build(), story.balance("alice", 4)),
            Rule.READ_YOUR_WRITES),
        fault(
            "the past is not what it was",
            story ->
                story.answer(
                    balance().setAtPosition(5).build(),
                    story.balance("alice", 5).toBuilder().setPosted(eur(1)).build()),
            Rule.TIME_TRAVEL),
        fault(
            "a time is answered for as another",
            story ->
                story.answer(
                    balance().setAt(story.events.get(4).getRecordTime()).build(),
                    story.balance("alice", 4)),
            Rule.TIME_TRAVEL),
        fault(
            "a position that was told is unknown",
            story -> story.refuse(balance().setAtPosition(4).build(), "POSITION_UNKNOWN"),
            Rule.TIME_TRAVEL),
        fault(
            "the read model applied an event twice",
            story -> story.answer(balance().build(), twice(story.balance("alice", story.head()))),
            Rule.READ_MODEL),
        fault(
            "the read model has not found an account",
            story ->
                story.refuse(
                    GetAccountRequest.newBuilder()
                        .setLedger(LEDGER)
                        .setAccount("alice")
                        .setMinPosition(4)
                        .build(),
                    "ACCOUNT_NOT_FOUND"),
            Rule.READ_MODEL),
        fault(
            "the read model misses an entry",
            story ->
                story.changeAnswer(
                    "ListEntriesRequest",
                    answer -> ((ListEntriesResponse) answer).toBuilder().removeEntries(0).build()),
            Rule.PROJECTION),
        fault(
            "the read model misses an account",
            story ->
                story.changeAnswer(
                    "ListAccountsRequest",
                    answer ->
                        ((ListAccountsResponse) answer).toBuilder().removeAccounts(0).build()),
            Rule.PROJECTION),
        fault(
            "a message of the stream has other bytes",
            story -> story.stream.set(3, new Log.Message(4, ByteString.copyFromUtf8("other"))),
            Rule.STREAM),
        fault("a message of the stream is missing", story -> story.stream.remove(3), Rule.STREAM),
        fault("the stream ends before the log", story -> story.stream.removeLast(), Rule.STREAM),
        fault(
            "a call ends with INTERNAL",
            story -> story.told(balance().build(), new Unknown("INTERNAL")),
            Rule.CLASSIFIED));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void whatGoesWrongIsFoundAndNothingElse(Fault fault) {
    var story = story();

    fault.happens().accept(story);

    var report = story.check();
    assertThat(report.violationCounts().keySet())
        .as(() -> report.violations().toString())
        .isEqualTo(fault.broken());
    assertThat(report.verdict()).isEqualTo(Verdict.VIOLATED);
  }

  @Test
  void aHistoryThatKeepsEveryPromiseIsClean() {
    var report = story().check();

    assertThat(report.violations()).isEmpty();
    assertThat(report.incomplete()).isEmpty();
    assertThat(report.verdict()).isEqualTo(Verdict.CLEAN);
    assertThat(report.checks().keySet()).isEqualTo(EnumSet.allOf(Rule.class));
  }

  @Test
  void everyRuleHasAFaultThatItFinds() {
    var found = new HashSet<Rule>();
    faults().forEach(fault -> found.addAll(fault.broken()));

    assertThat(found).isEqualTo(EnumSet.allOf(Rule.class));
  }

  @Test
  void whatCouldNotBeCheckedIsIncompleteAndNeverClean() {
    var story = story();

    story.calls.removeIf(call -> call.request() instanceof ListAccountsRequest);

    assertThat(story.check().verdict()).isEqualTo(Verdict.INCOMPLETE);
  }

  @Test
  void aStreamThatWasLostMayBeginLate() {
    var story = story();

    story.stream.subList(0, 5).clear();

    assertThat(story.check().verdict()).isEqualTo(Verdict.CLEAN);
  }

  @Test
  void aRefusalMayBeRightAtAnyMomentOfItsCall() {
    var story = story();
    long available = story.balance("alice", story.head()).getAvailable().getMinorUnits();
    story.execute(deposit("meanwhile", 500));
    story.refuse(withdraw("early", available + 1), "INSUFFICIENT_FUNDS");

    story.changeCall("early", call -> Story.during(call, call.startNanos() - 2, call.endNanos()));
    lists(story);

    assertThat(story.check().verdict()).isEqualTo(Verdict.CLEAN);
  }

  @Test
  void aHistoryComesBackFromItsFile(@TempDir Path directory) throws Exception {
    var story = story();
    var history = directory.resolve("history.jsonl");
    var log = directory.resolve("log.jsonl");

    HistoryFile.write(history, story.calls);
    LogFile.write(log, story.events);

    assertThat(HistoryFile.read(history)).isEqualTo(story.calls);
    assertThat(LogFile.read(log)).isEqualTo(story.events);
  }

  /** A little of everything, all of it right. */
  private static Story story() {
    var story = new Story();
    story.execute(open("alice"));
    story.execute(open("bob"));
    story.execute(deposit("d1", 100));
    story.execute(transfer("t1", 30));
    story.execute(withdraw("w1", 1_000));
    story.execute(hold("h1", story.nextTime() + 1_000));
    story.execute(post("p1", "h1"));
    story.execute(hold("h2", story.nextTime() + 1));
    story.append("~h2", List.of(expired("h2")));
    story.execute(
        ExecuteBatchRequest.newBuilder()
            .setLedger(LEDGER)
            .setAtomic(true)
            .setCommandId("b1")
            .addCommands(RandomCommands.withId(transfer("", 2), ""))
            .addCommands(RandomCommands.withId(transfer("", 3), ""))
            .build());
    story.told(deposit("u1", 40), new Unknown("OUTCOME_UNKNOWN"));
    story.execute(deposit("u1", 40));
    story.told(deposit("f1", 1), new Failed("QUEUE_FULL"));
    story.refuse(RandomCommands.validated(withdraw("v1", 5_000)), "INSUFFICIENT_FUNDS");
    story.answer(deposit("d1", 100), replayed(story, "d1"));
    story.told(deposit("d1", 101), new Refused("COMMAND_ID_REUSED", Map.of("field", "amount")));
    story.answer(linearizable(), story.balance("alice", story.head()));
    story.answer(
        balance().setMinPosition(story.head()).build(), story.balance("alice", story.head()));
    story.answer(balance().setAtPosition(5).build(), story.balance("alice", 4));
    lists(story);
    return story;
  }

  /** All accounts and entries, as asked for after a load. */
  private static void lists(Story story) {
    var accounts = ListAccountsResponse.newBuilder().setReadPosition(story.head());
    var replay = story.replay();
    for (String id : replay.accounts(story.head())) {
      accounts.addAccounts(replay.account(id, story.head()).orElseThrow());
    }
    story.answer(ListAccountsRequest.newBuilder().setLedger(LEDGER).build(), accounts.build());
    story.answer(
        ListEntriesRequest.newBuilder().setLedger(LEDGER).setAccount("alice").build(),
        ListEntriesResponse.newBuilder()
            .addAllEntries(replay.entries("alice", story.head()))
            .setReadPosition(story.head())
            .build());
  }

  private static Fault fault(String what, Consumer<Story> happens, Rule first, Rule... more) {
    Consumer<Story> andLists =
        story -> {
          int calls = story.calls.size();
          happens.accept(story);
          // What was sent after the lists were read has them read again.
          if (story.calls.size() > calls) {
            lists(story);
          }
        };
    return new Fault(what, EnumSet.of(first, more), andLists);
  }

  private static CommandReceipt replayed(Story story, String id) {
    return story.calls.stream()
        .filter(call -> Command.of(call.request()).filter(it -> it.id().equals(id)).isPresent())
        .map(call -> (CommandReceipt) ((Outcome.Answered) call.outcome()).answer())
        .findFirst()
        .orElseThrow()
        .toBuilder()
        .setReplayed(true)
        .build();
  }

  private static CommandReceipt withVersion(CommandReceipt receipt, long version) {
    var changed = receipt.toBuilder();
    changed.getEventsBuilder(receipt.getEventsCount() - 1).setAccountVersion(version);
    return changed.build();
  }

  private static Balance twice(Balance balance) {
    return balance.toBuilder().setPosted(eur(2 * balance.getPosted().getMinorUnits())).build();
  }

  private static long lastOf(Story story, String account) {
    return story.replay().account(account, story.head()).orElseThrow().getPosition();
  }

  private static Money eur(long minorUnits) {
    return money("EUR", minorUnits);
  }

  private static CommandRequest open(String account) {
    return CommandRequest.newBuilder()
        .setCreateAccount(
            CreateAccountRequest.newBuilder()
                .setLedger(LEDGER)
                .setAccount(account)
                .setCurrencyCode("EUR")
                .setCommandId("open-" + account))
        .build();
  }

  private static CommandRequest deposit(String id, long minorUnits) {
    return CommandRequest.newBuilder()
        .setDeposit(
            DepositRequest.newBuilder()
                .setLedger(LEDGER)
                .setAccount("alice")
                .setAmount(eur(minorUnits))
                .setCommandId(id))
        .build();
  }

  private static CommandRequest withdraw(String id, long minorUnits) {
    return CommandRequest.newBuilder()
        .setWithdraw(
            WithdrawRequest.newBuilder()
                .setLedger(LEDGER)
                .setAccount("alice")
                .setAmount(eur(minorUnits))
                .setCommandId(id))
        .build();
  }

  private static CommandRequest transfer(String id, long minorUnits) {
    return CommandRequest.newBuilder()
        .setTransfer(
            TransferRequest.newBuilder()
                .setLedger(LEDGER)
                .setSourceAccount("alice")
                .setDestinationAccount("bob")
                .setAmount(eur(minorUnits))
                .setCommandId(id))
        .build();
  }

  private static CommandRequest hold(String id, long expireSeconds) {
    return CommandRequest.newBuilder()
        .setCreateTransaction(
            CreateTransactionRequest.newBuilder()
                .setLedger(LEDGER)
                .setCommandId(id)
                .setPending(true)
                .setExpireTime(Timestamp.newBuilder().setSeconds(expireSeconds))
                .addPostings(
                    Posting.newBuilder()
                        .setSourceAccount("alice")
                        .setDestinationAccount("bob")
                        .setAmount(eur(20))))
        .build();
  }

  private static CommandRequest post(String id, String transaction) {
    return CommandRequest.newBuilder()
        .setPostTransaction(
            PostTransactionRequest.newBuilder()
                .setLedger(LEDGER)
                .setTransaction(transaction)
                .setCommandId(id))
        .build();
  }

  private static GetBalanceRequest.Builder balance() {
    return GetBalanceRequest.newBuilder().setLedger(LEDGER).setAccount("alice");
  }

  private static GetBalanceRequest linearizable() {
    return balance().setSource(Source.EVENT_STORE).build();
  }

  private static Event.Builder event(String transaction, String account) {
    return Event.newBuilder().setTransactionId(transaction).setAccount(account);
  }

  private static Event deposited(String transaction, String account, long minorUnits) {
    return event(transaction, account)
        .setMoneyDeposited(MoneyDeposited.newBuilder().setAmount(eur(minorUnits)))
        .build();
  }

  private static Event expired(String transaction) {
    return event(transaction, "alice")
        .setHoldExpired(HoldExpired.newBuilder().setAmount(eur(20)))
        .build();
  }
}
