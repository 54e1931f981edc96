package chronicle.chaos;

import chronicle.event.v1.Event;
import chronicle.ledger.v1.AccountState;
import chronicle.ledger.v1.CommandReceipt;
import chronicle.ledger.v1.CreateAccountRequest;
import chronicle.ledger.v1.DepositRequest;
import chronicle.ledger.v1.EventLogServiceGrpc;
import chronicle.ledger.v1.GetAccountStateRequest;
import chronicle.ledger.v1.GetLedgerRequest;
import chronicle.ledger.v1.LedgerServiceGrpc;
import chronicle.ledger.v1.LedgerServiceGrpc.LedgerServiceBlockingStub;
import chronicle.ledger.v1.ReadEventsRequest;
import chronicle.ledger.v1.WithdrawRequest;
import chronicle.query.v1.Balance;
import chronicle.query.v1.GetBalanceRequest;
import chronicle.query.v1.QueryServiceGrpc;
import chronicle.query.v1.QueryServiceGrpc.QueryServiceBlockingStub;
import chronicle.type.v1.Money;
import io.grpc.Channel;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.TimeUnit;

/** Calls as a client makes them, through one address. */
final class Client implements AutoCloseable {
  static final Duration ANSWER_MAX = Duration.ofSeconds(10);

  private static final int ATTEMPTS_MAX = 100;
  private static final Duration PAUSE = Duration.ofMillis(100);

  private final ManagedChannel channel;

  Client(String target) {
    channel = Grpc.newChannelBuilder(target, InsecureChannelCredentials.create()).build();
  }

  static String fresh(String name) {
    return name + "-" + UUID.randomUUID();
  }

  static Money euros(long minorUnits) {
    return Money.newBuilder().setCurrencyCode("EUR").setMinorUnits(minorUnits).build();
  }

  Channel channel() {
    return channel;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  LedgerServiceBlockingStub ledger() {
    return ledger(ANSWER_MAX);
  }

  LedgerServiceBlockingStub ledger(Duration deadline) {
    return LedgerServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
  }

  QueryServiceBlockingStub query() {
    return QueryServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** Opens a new account with so much money, and returns its id. */
  String open(long minorUnits) {
    var account = fresh("account");
    var request = CreateAccountRequest.newBuilder().setAccount(account).setCurrencyCode("EUR");
    ledger().createAccount(request.build());
    if (minorUnits > 0) {
      deposit(account, minorUnits, fresh("fund"));
    }
    return account;
  }

  CommandReceipt deposit(String account, long minorUnits, String commandId) {
    return deposit(account, minorUnits, commandId, ANSWER_MAX);
  }

  CommandReceipt deposit(String account, long minorUnits, String commandId, Duration deadline) {
    return ledger(deadline)
        .deposit(
            DepositRequest.newBuilder()
                .setAccount(account)
                .setAmount(euros(minorUnits))
                .setCommandId(commandId)
                .build());
  }

  CommandReceipt withdraw(String account, long minorUnits) {
    return ledger()
        .withdraw(
            WithdrawRequest.newBuilder()
                .setAccount(account)
                .setAmount(euros(minorUnits))
                .setCommandId(fresh("withdraw"))
                .build());
  }

  /** Repeats the deposit under its one id while the ledger is unavailable. */
  CommandReceipt depositInTheEnd(String account, long minorUnits, String commandId)
      throws InterruptedException {
    for (int attempt = 1; ; attempt++) {
      try {
        return deposit(account, minorUnits, commandId);
      } catch (StatusRuntimeException e) {
        if (e.getStatus().getCode() != Status.Code.UNAVAILABLE || attempt == ATTEMPTS_MAX) {
          throw e;
        }
        Thread.sleep(PAUSE);
      }
    }
  }

  long head() {
    return ledger().getLedger(GetLedgerRequest.getDefaultInstance()).getPosition();
  }

  /** All events after the position. */
  List<Event> eventsAfter(long position) {
    var events = new ArrayList<Event>();
    EventLogServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS)
        .readEvents(ReadEventsRequest.newBuilder().setFromPosition(position + 1).build())
        .forEachRemaining(response -> events.add(response.getEvent()));
    return events;
  }

  AccountState state(String account) {
    return ledger()
        .getAccountState(GetAccountStateRequest.newBuilder().setAccount(account).build());
  }

  AccountState stateAt(String account, long position) {
    return ledger()
        .getAccountState(
            GetAccountStateRequest.newBuilder()
                .setAccount(account)
                .setAtPosition(position)
                .build());
  }

  /** The balance as the read model has it, no older than the position. */
  Balance balance(String account, long minPosition) {
    return query()
        .getBalance(
            GetBalanceRequest.newBuilder().setAccount(account).setMinPosition(minPosition).build());
  }
}
