package chronicle.chaos.demo;

import static chronicle.chaos.demo.WrongAnswer.unlessEqual;

import chronicle.chaos.Refusals;
import chronicle.ledger.v1.CommandReceipt;
import chronicle.ledger.v1.CreateAccountRequest;
import chronicle.ledger.v1.CreateTransactionRequest;
import chronicle.ledger.v1.DepositRequest;
import chronicle.ledger.v1.LedgerServiceGrpc;
import chronicle.ledger.v1.LedgerServiceGrpc.LedgerServiceBlockingStub;
import chronicle.ledger.v1.PostTransactionRequest;
import chronicle.ledger.v1.Posting;
import chronicle.ledger.v1.ReverseTransactionRequest;
import chronicle.ledger.v1.TransferRequest;
import chronicle.ledger.v1.WithdrawRequest;
import chronicle.query.v1.Balance;
import chronicle.query.v1.Entry;
import chronicle.query.v1.GenerateStatementRequest;
import chronicle.query.v1.GenerateStatementResponse;
import chronicle.query.v1.GetBalanceRequest;
import chronicle.query.v1.GetEventStatusRequest;
import chronicle.query.v1.ListEntriesRequest;
import chronicle.query.v1.QueryServiceGrpc;
import chronicle.query.v1.QueryServiceGrpc.QueryServiceBlockingStub;
import chronicle.query.v1.Source;
import chronicle.type.v1.Money;
import com.google.protobuf.Timestamp;
import com.google.rpc.ErrorInfo;
import io.grpc.Channel;
import io.grpc.StatusRuntimeException;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** One walk through what the ledger promises, with two accounts that nobody had before. */
final class Tour {
  private static final long ANSWER_SECONDS_MAX = 10;
  private static final String CURRENCY = "EUR";
  private static final int CURRENCY_DIGITS = 2;

  private final Channel channel;
  private final String url;
  private final String alice;
  private final String bob;
  private final String depositId;
  private final String orderId;
  private int step;

  Tour(Channel channel, String target) {
    var suffix = Long.toString(System.currentTimeMillis(), Character.MAX_RADIX);
    this.channel = channel;
    this.url = "http://" + target;
    this.alice = "alice-" + suffix;
    this.bob = "bob-" + suffix;
    this.depositId = "salary-" + suffix;
    this.orderId = "order-" + suffix;
  }

  /** Plays it; throws {@link WrongAnswer} at the first answer that is not right. */
  void play() {
    openAccounts();
    var deposit = deposit();
    transfer();
    overdraft();
    retry(deposit);
    reuse();
    var now = readYourWrite();
    balanceThen(deposit);
    linearizableRead(now);
    eventStatus(deposit);
    entries(now);
    statement(deposit, now);
    hold();
    capture();
    reversal();
  }

  private void openAccounts() {
    say(
        "Open two accounts",
        post("/v1/accounts", "'account': '%s', 'currency_code': 'EUR'".formatted(alice)));
    for (var account : new String[] {alice, bob}) {
      var receipt =
          ledger()
              .createAccount(
                  CreateAccountRequest.newBuilder()
                      .setAccount(account)
                      .setCurrencyCode(CURRENCY)
                      .build());
      unlessEqual("The event's type", "AccountCreated", receipt.getEvents(0).getType());
      show(receipt);
    }
  }

  private CommandReceipt deposit() {
    say(
        "Deposit 125.00 EUR, under a command id of our own",
        post(
            "/v1/accounts/" + alice + ":deposit",
            "'amount': {'currency_code': 'EUR', 'minor_units': 12500}, 'command_id': '%s'"
                .formatted(depositId)));
    var receipt = ledger().deposit(depositOf(125_00));
    unlessEqual("The balance", euros(125_00), receipt.getBalances(0).getPosted());
    unlessEqual("The balance available", euros(125_00), receipt.getBalances(0).getAvailable());
    show(receipt);
    return receipt;
  }

  private void transfer() {
    say(
        "Transfer 25.00 EUR to Bob: two events, all or nothing",
        post(
            "/v1/transfers",
            "'source_account': '%s', 'destination_account': '%s', 'amount': {'currency_code': 'EUR', 'minor_units': 2500}"
                .formatted(alice, bob)));
    var receipt =
        ledger()
            .transfer(
                TransferRequest.newBuilder()
                    .setSourceAccount(alice)
                    .setDestinationAccount(bob)
                    .setAmount(euros(25_00))
                    .build());
    unlessEqual("The number of events", 2, receipt.getEventsCount());
    show(receipt);
  }

  private void overdraft() {
    say(
        "Withdraw more than there is: refused, with the figures",
        post(
            "/v1/accounts/" + bob + ":withdraw",
            "'amount': {'currency_code': 'EUR', 'minor_units': 2501}"));
    var info =
        refused(() ->
            ledger()
                .withdraw(
                    WithdrawRequest.newBuilder().setAccount(bob).setAmount(euros(25_01)).build()));
    unlessEqual("The reason", "INSUFFICIENT_FUNDS", info.getReason());
    unlessEqual("What is available", "2500", info.getMetadataOrThrow("available"));
    unlessEqual("What was requested", "2501", info.getMetadataOrThrow("requested"));
  }

  private void retry(CommandReceipt first) {
    say(
        "Send the deposit again, as after a lost answer: nothing happens twice",
        "the same as in 2");
    var again = ledger().deposit(depositOf(125_00));
    unlessEqual("The receipt", first.toBuilder().setReplayed(true).build(), again);
    show(again);
  }

  private void reuse() {
    say(
        "Send another amount under the same command id: refused, the field named",
        "as in 2, with 99.00");
    var info = refused(() -> ledger().deposit(depositOf(99_00)));
    unlessEqual("The reason", "COMMAND_ID_REUSED", info.getReason());
    unlessEqual("The field", "amount.minor_units", info.getMetadataOrThrow("field"));
  }

  private Balance readYourWrite() {
    var deposit = depositOf(10_00).toBuilder().clearCommandId().build();
    var receipt = ledger().deposit(deposit);
    var position = receipt.getPosition();
    say(
        "Deposit 10.00 more and read your own write: no answer older than min_position",
        get("/v1/accounts/%s/balance?min_position=%d".formatted(alice, position)));
    var balance =
        query()
            .getBalance(
                GetBalanceRequest.newBuilder().setAccount(alice).setMinPosition(position).build());
    unlessEqual("The balance", euros(110_00), balance.getPosted());
    show(balance);
    return balance;
  }

  private void balanceThen(CommandReceipt deposit) {
    say(
        "The balance as of a moment ago, right after the first deposit",
        get("/v1/accounts/%s/balance?at=%s".formatted(alice, text(deposit.getRecordTime()))));
    var balance =
        query()
            .getBalance(
                GetBalanceRequest.newBuilder()
                    .setAccount(alice)
                    .setAt(deposit.getRecordTime())
                    .build());
    unlessEqual("The balance then", euros(125_00), balance.getPosted());
    show(balance);
  }

  private void linearizableRead(Balance now) {
    say(
        "A linearizable read, from the log itself",
        get("/v1/accounts/%s/balance?source=EVENT_STORE".formatted(alice)));
    var balance =
        query()
            .getBalance(
                GetBalanceRequest.newBuilder()
                    .setAccount(alice)
                    .setSource(Source.EVENT_STORE)
                    .build());
    unlessEqual("The balance", now.getPosted(), balance.getPosted());
    unlessEqual("The account's version", now.getAccountVersion(), balance.getAccountVersion());
    show(balance);
  }

  private void eventStatus(CommandReceipt deposit) {
    var eventId = deposit.getEvents(0).getEventId();
    say("Has the deposit reached the read model?", get("/v1/events/%s/status".formatted(eventId)));
    var status =
        query().getEventStatus(GetEventStatusRequest.newBuilder().setEventId(eventId).build());
    unlessEqual("Materialized", true, status.getMaterialized());
    answer(
        "%s: materialized, the read model is at %d".formatted(eventId, status.getReadPosition()));
  }

  private void entries(Balance now) {
    say("Alice's entries, the newest first", get("/v1/accounts/%s/entries".formatted(alice)));
    var entries =
        query()
            .listEntries(
                ListEntriesRequest.newBuilder()
                    .setAccount(alice)
                    .setMinPosition(now.getReadPosition())
                    .build())
            .getEntriesList();
    entries.forEach(this::show);
    unlessEqual("The number of entries", 3, entries.size());
    var sum = entries.stream().mapToLong(entry -> entry.getAmount().getMinorUnits()).sum();
    unlessEqual("The sum of the entries", now.getPosted().getMinorUnits(), sum);
  }

  private void statement(CommandReceipt deposit, Balance now) {
    var start = deposit.getRecordTime();
    var end = now.getAsOf().toBuilder().setSeconds(now.getAsOf().getSeconds() + 1).build();
    var position = now.getReadPosition();
    say(
        "Alice's statement, a page to print; as of that position it is the same for ever",
        get(
            "/v1/accounts/%s/statement?start_time=%s&end_time=%s&at_position=%d&format=HTML"
                .formatted(alice, text(start), text(end), position)));
    var request =
        GenerateStatementRequest.newBuilder()
            .setAccount(alice)
            .setStartTime(start)
            .setEndTime(end)
            .setAtPosition(position)
            .build();
    var frames = new ArrayList<GenerateStatementResponse>();
    query().generateStatement(request).forEachRemaining(frames::add);
    var again = new ArrayList<GenerateStatementResponse>();
    query().generateStatement(request).forEachRemaining(again::add);
    var summary = frames.getLast().getSummary();
    unlessEqual("The closing balance", now.getPosted(), summary.getClosingBalance());
    unlessEqual("The statement made again", frames, again);
    answer(
        "opened with %s, closed with %s after %d entries"
            .formatted(
                text(frames.getFirst().getHeader().getOpeningBalance()),
                text(summary.getClosingBalance()),
                summary.getEntryCount()));
  }

  private void hold() {
    say(
        "Hold 30.00 of Alice's money for an order: it is still hers, and no longer available",
        post(
            "/v1/transactions",
            "'command_id': '%s', 'pending': true, 'postings': [{'source_account': '%s', 'destination_account': '%s', 'amount': {'currency_code': 'EUR', 'minor_units': 3000}}]"
                .formatted(orderId, alice, bob)));
    var receipt =
        ledger()
            .createTransaction(
                CreateTransactionRequest.newBuilder()
                    .setCommandId(orderId)
                    .setPending(true)
                    .addPostings(
                        Posting.newBuilder()
                            .setSourceAccount(alice)
                            .setDestinationAccount(bob)
                            .setAmount(euros(30_00)))
                    .build());
    unlessEqual("The balance", euros(110_00), receipt.getBalances(0).getPosted());
    unlessEqual("What is available", euros(80_00), receipt.getBalances(0).getAvailable());
    show(receipt);
  }

  private void capture() {
    say(
        "The order came to 20.00: post so much, and the rest is released",
        post(
            "/v1/transactions/%s:post".formatted(orderId),
            "'amounts': [{'currency_code': 'EUR', 'minor_units': 2000}]"));
    var receipt =
        ledger()
            .postTransaction(
                PostTransactionRequest.newBuilder()
                    .setTransaction(orderId)
                    .addAmounts(euros(20_00))
                    .build());
    unlessEqual("Alice's balance", euros(90_00), receipt.getBalances(0).getAvailable());
    unlessEqual("Bob's balance", euros(45_00), receipt.getBalances(1).getAvailable());
    show(receipt);
  }

  private void reversal() {
    say(
        "Take it all back: a transaction of its own, and only once",
        post("/v1/transactions/%s:reverse".formatted(orderId), ""));
    var request = ReverseTransactionRequest.newBuilder().setTransaction(orderId).build();
    show(ledger().reverseTransaction(request));
    var info = refused(() -> ledger().reverseTransaction(request));
    unlessEqual("The reason", "TRANSACTION_ALREADY_REVERSED", info.getReason());
  }

  private ErrorInfo refused(Supplier<?> call) {
    try {
      throw new WrongAnswer("Must have been refused, but: " + call.get());
    } catch (StatusRuntimeException e) {
      var info = Refusals.info(e);
      answer(
          "%s, %s: %s %s"
              .formatted(
                  e.getStatus().getCode(),
                  info.getReason(),
                  e.getStatus().getDescription(),
                  info.getMetadataMap()));
      return info;
    }
  }

  private DepositRequest depositOf(long minorUnits) {
    return DepositRequest.newBuilder()
        .setAccount(alice)
        .setAmount(euros(minorUnits))
        .setCommandId(depositId)
        .build();
  }

  private void say(String what, String call) {
    IO.println("\n%d. %s%n   $ %s".formatted(++step, what, call));
  }

  private static void answer(String line) {
    IO.println("   " + line);
  }

  private void show(CommandReceipt receipt) {
    for (var event : receipt.getEventsList()) {
      answer("%s %s of %s".formatted(event.getEventId(), event.getType(), event.getAccount()));
    }
    for (var balances : receipt.getBalancesList()) {
      answer("%s now has %s".formatted(balances.getAccount(), text(balances.getPosted())));
    }
    if (receipt.getReplayed()) {
      answer("replayed: this is the receipt of the first time");
    }
  }

  private void show(Balance balance) {
    answer(
        "%s: %s at position %d"
            .formatted(balance.getAccount(), text(balance.getPosted()), balance.getReadPosition()));
  }

  private void show(Entry entry) {
    answer(
        "%s  %-20s %12s  then %s"
            .formatted(
                entry.getEventId(),
                entry.getType(),
                text(entry.getAmount()),
                text(entry.getPostedAfter())));
  }

  /** A body in single quotes is easier to read here. */
  private String post(String path, String body) {
    return "curl -X POST %s%s -d '{%s}'".formatted(url, path, body.replace('\'', '"'));
  }

  private String get(String path) {
    return "curl '%s%s'".formatted(url, path);
  }

  private LedgerServiceBlockingStub ledger() {
    return LedgerServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
  }

  private QueryServiceBlockingStub query() {
    return QueryServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
  }

  private static Money euros(long minorUnits) {
    return Money.newBuilder().setCurrencyCode(CURRENCY).setMinorUnits(minorUnits).build();
  }

  private static String text(Money money) {
    var amount = BigDecimal.valueOf(money.getMinorUnits(), CURRENCY_DIGITS);
    return String.format(Locale.ROOT, "%,.2f %s", amount, money.getCurrencyCode());
  }

  private static String text(Timestamp time) {
    return Instant.ofEpochSecond(time.getSeconds(), time.getNanos()).toString();
  }
}
