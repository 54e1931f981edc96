package chronicle.chaos.load;

import chronicle.ledger.v1.AccountState;
import chronicle.ledger.v1.CommandRequest;
import chronicle.ledger.v1.CreateAccountRequest;
import chronicle.ledger.v1.ExecuteBatchRequest;
import chronicle.ledger.v1.ExecuteBatchResponse;
import chronicle.ledger.v1.GetAccountStateRequest;
import chronicle.ledger.v1.LedgerServiceGrpc;
import chronicle.type.v1.Money;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Channel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Accounts that nobody else uses, with as much credit as they want: so many to spread over, and a
 * hot one behind them.
 */
final class Accounts {
  static final String CURRENCY = "EUR";

  private static final long CREDIT_MINOR = 1_000_000_000_000L;
  private static final int BATCH = 500;
  private static final int BATCHES_IN_FLIGHT = 4;
  private static final int READS_IN_FLIGHT = 256;

  private final String ledger;
  private final String prefix;
  private final int size;

  /** The ids of that many accounts; none is opened yet. */
  Accounts(String ledger, int size) {
    this.ledger = ledger;
    this.prefix = "b" + Long.toString(System.currentTimeMillis(), Character.MAX_RADIX) + "-";
    this.size = size;
  }

  /** How many to spread over. */
  int size() {
    return size;
  }

  /** The index of the hot one. */
  int hot() {
    return size;
  }

  String id(int index) {
    return prefix + index;
  }

  /** Opens them all, the hot one too. */
  void open(Channel channel) {
    var stub = LedgerServiceGrpc.newFutureStub(channel);
    var batches = IntStream.rangeClosed(0, size / BATCH).toArray();
    inTurns(
        batches,
        BATCHES_IN_FLIGHT,
        batch -> stub.executeBatch(opening(batch * BATCH)),
        Accounts::assertOpened);
  }

  /** What the ledger has of those of the indexes. */
  List<AccountState> states(Channel channel, int[] indexes) {
    var stub = LedgerServiceGrpc.newFutureStub(channel);
    var states = new ArrayList<AccountState>();
    inTurns(
        indexes,
        READS_IN_FLIGHT,
        i ->
            stub.getAccountState(
                GetAccountStateRequest.newBuilder().setLedger(ledger).setAccount(id(i)).build()),
        states::add);
    return states;
  }

  private ExecuteBatchRequest opening(int from) {
    var batch = ExecuteBatchRequest.newBuilder().setLedger(ledger);
    IntStream.range(from, Math.min(from + BATCH, size + 1))
        .mapToObj(i -> CommandRequest.newBuilder().setCreateAccount(opening(id(i))).build())
        .forEach(batch::addCommands);
    return batch.build();
  }

  private CreateAccountRequest opening(String account) {
    return CreateAccountRequest.newBuilder()
        .setLedger(ledger)
        .setAccount(account)
        .setCurrencyCode(CURRENCY)
        .setOverdraftLimit(Money.newBuilder().setCurrencyCode(CURRENCY).setMinorUnits(CREDIT_MINOR))
        .build();
  }

  private static void assertOpened(ExecuteBatchResponse response) {
    response.getOutcomesList().stream()
        .filter(outcome -> !outcome.hasReceipt())
        .findFirst()
        .ifPresent(outcome -> {
          throw new IllegalStateException("An account can't be opened: " + outcome.getError());
        });
  }

  private static <T extends @Nullable Object> void inTurns(
      int[] numbers, int inFlight, IntFunction<ListenableFuture<T>> call, Consumer<T> answered) {
    for (int from = 0; from < numbers.length; from += inFlight) {
      var turn = Arrays.copyOfRange(numbers, from, Math.min(numbers.length, from + inFlight));
      var calls = Arrays.stream(turn).mapToObj(call).toList();
      Futures.getUnchecked(Futures.allAsList(calls)).forEach(answered);
    }
  }
}
