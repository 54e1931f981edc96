package chronicle.chaos.lab;

import chronicle.event.v1.Event;
import chronicle.ledger.v1.AccountState;
import chronicle.ledger.v1.CommandReceipt;
import chronicle.ledger.v1.CreateAccountRequest;
import chronicle.ledger.v1.CreateLedgerRequest;
import chronicle.ledger.v1.DepositRequest;
import chronicle.ledger.v1.EventLogServiceGrpc;
import chronicle.ledger.v1.GetAccountStateRequest;
import chronicle.ledger.v1.LedgerServiceGrpc;
import chronicle.ledger.v1.ReadEventsRequest;
import chronicle.ledger.v1.WithdrawRequest;
import chronicle.query.v1.GetBalanceRequest;
import chronicle.query.v1.QueryServiceGrpc;
import chronicle.query.v1.Source;
import chronicle.type.v1.Money;
import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A client of one address, for what a scenario does beside the load, in a ledger of its own. */
final class Teller implements AutoCloseable {
  private static final Duration ANSWER_MAX = Duration.ofSeconds(10);
  private static final Duration READ_MAX = Duration.ofSeconds(2);
  private static final Duration LOG_MAX = Duration.ofMinutes(1);

  private final ManagedChannel channel;
  private final String ledger;

  Teller(String target, String ledger) {
    channel = Grpc.newChannelBuilder(target, InsecureChannelCredentials.create()).build();
    this.ledger = ledger;
  }

  ManagedChannel channel() {
    return channel;
  }

  /** Makes the ledger; a repeat changes nothing. */
  void createLedger() {
    LedgerServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS)
        .createLedger(
            CreateLedgerRequest.newBuilder().setLedger(ledger).setCommandId("ledger").build());
  }

  /** Opens an account in euros with so much money; a repeat changes nothing. */
  void open(String account, long minorUnits) {
    LedgerServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS)
        .createAccount(
            CreateAccountRequest.newBuilder()
                .setLedger(ledger)
                .setAccount(account)
                .setCurrencyCode("EUR")
                .setCommandId("open-" + account)
                .build());
    deposit(account, minorUnits, "first-" + account, ANSWER_MAX);
  }

  CommandReceipt deposit(String account, long minorUnits) {
    return deposit(account, minorUnits, "", ANSWER_MAX);
  }

  CommandReceipt deposit(String account, long minorUnits, String commandId, Duration deadline) {
    return LedgerServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS)
        .deposit(deposit(account, minorUnits, commandId));
  }

  ListenableFuture<CommandReceipt> depositLater(
      String account, long minorUnits, String commandId, Duration deadline) {
    return LedgerServiceGrpc.newFutureStub(channel)
        .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS)
        .deposit(deposit(account, minorUnits, commandId));
  }

  /** Whether a deposit is taken now. */
  boolean takes(String account) {
    try {
      return deposit(account, 1).getPosition() > 0;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  CommandReceipt withdraw(String account, long minorUnits) {
    return LedgerServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS)
        .withdraw(
            WithdrawRequest.newBuilder()
                .setLedger(ledger)
                .setAccount(account)
                .setAmount(euros(minorUnits))
                .build());
  }

  AccountState state(String account) {
    return LedgerServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS)
        .getAccountState(
            GetAccountStateRequest.newBuilder().setLedger(ledger).setAccount(account).build());
  }

  /**
   * Whether the address, a query service, answers so many times in a row from the read model no
   * older than the position, and from the log.
   */
  boolean reads(String account, long position, int times) {
    var question = GetBalanceRequest.newBuilder().setLedger(ledger).setAccount(account);
    var queries = QueryServiceGrpc.newBlockingStub(channel);
    try {
      for (int i = 0; i < times; i++) {
        var inTime = queries.withDeadlineAfter(READ_MAX.toMillis(), TimeUnit.MILLISECONDS);
        inTime.getBalance(question.setSource(Source.READ_MODEL).setMinPosition(position).build());
        inTime.getBalance(question.setSource(Source.EVENT_STORE).setMinPosition(0).build());
      }
      return true;
    } catch (StatusRuntimeException e) {
      return false;
    }
  }

  /** The whole log of the ledger. */
  List<Event> events() {
    var events = new ArrayList<Event>();
    EventLogServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(LOG_MAX.toMillis(), TimeUnit.MILLISECONDS)
        .readEvents(ReadEventsRequest.newBuilder().setLedger(ledger).setFromPosition(1).build())
        .forEachRemaining(response -> events.add(response.getEvent()));
    return events;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  private DepositRequest deposit(String account, long minorUnits, String commandId) {
    return DepositRequest.newBuilder()
        .setLedger(ledger)
        .setAccount(account)
        .setAmount(euros(minorUnits))
        .setCommandId(commandId)
        .build();
  }

  private static Money euros(long minorUnits) {
    return Money.newBuilder().setCurrencyCode("EUR").setMinorUnits(minorUnits).build();
  }
}
