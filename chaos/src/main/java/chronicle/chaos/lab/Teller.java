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

  private final ManagedChannel channel;
  private final String ledger;

  Teller(String target, String ledger) {
    channel = Grpc.newChannelBuilder(target, InsecureChannelCredentials.create()).build();
    this.ledger = ledger;
  }

  ManagedChannel channel() {
    return channel;
  }

  void createLedger() {
    LedgerServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS)
        .createLedger(CreateLedgerRequest.newBuilder().setLedger(ledger).build());
  }

  /** Opens an account in euros with so much money. */
  void open(String account, long minorUnits) {
    LedgerServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS)
        .createAccount(
            CreateAccountRequest.newBuilder()
                .setLedger(ledger)
                .setAccount(account)
                .setCurrencyCode("EUR")
                .build());
    deposit(account, minorUnits);
  }

  CommandReceipt deposit(String account, long minorUnits) {
    return LedgerServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS)
        .deposit(deposit(account, minorUnits, ""));
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

  /** The whole log of the ledger. */
  List<Event> events() {
    var events = new ArrayList<Event>();
    EventLogServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(ANSWER_MAX.toMillis(), TimeUnit.MILLISECONDS)
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
