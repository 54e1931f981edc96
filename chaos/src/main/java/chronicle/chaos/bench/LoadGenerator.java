package chronicle.chaos.bench;

import chronicle.ledger.v1.AccountState;
import chronicle.ledger.v1.CreateAccountRequest;
import chronicle.ledger.v1.DepositRequest;
import chronicle.ledger.v1.EventLogServiceGrpc;
import chronicle.ledger.v1.GetAccountStateRequest;
import chronicle.ledger.v1.GetLedgerRequest;
import chronicle.ledger.v1.LedgerServiceGrpc;
import chronicle.ledger.v1.ReadEventsRequest;
import chronicle.type.v1.Money;
import com.google.common.util.concurrent.Futures;
import com.google.common.util.concurrent.ListenableFuture;
import io.grpc.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;

/** Deposits to accounts of its own, over gRPC, and the check that the ledger holds just those. */
final class LoadGenerator implements AutoCloseable {
  private static final String CURRENCY = "EUR";
  private static final long AMOUNT_MINOR = 100;
  private static final long ANSWER_SECONDS_MAX = 30;
  private static final int SETUP_IN_FLIGHT = 256;
  private static final int SAMPLE_EVENTS = 100;

  private final int inFlight;
  private final List<String> accounts;
  private final List<Lane> lanes;
  private final long positionBefore;

  /** Connects, and opens that many accounts and a hot one. */
  LoadGenerator(String target, int lanes, int accounts, int inFlight) {
    this.inFlight = inFlight;
    this.accounts = IntStream.rangeClosed(0, accounts).mapToObj("bench-%06d"::formatted).toList();
    var requests =
        this.accounts.stream().map(LoadGenerator::deposit).toArray(DepositRequest[]::new);
    this.lanes =
        IntStream.range(0, lanes).mapToObj(number -> new Lane(target, number, requests)).toList();
    this.positionBefore = position();
    var ledger = LedgerServiceGrpc.newFutureStub(channel());
    forEachAccount(i -> ledger.createAccount(account(this.accounts.get(i))));
  }

  /** Deposits in a closed loop. */
  Workload deposits(Scenario scenario) {
    return new Deposits(scenario);
  }

  /** The position of the log's head. */
  long position() {
    return LedgerServiceGrpc.newBlockingStub(channel())
        .withWaitForReady()
        .withDeadlineAfter(ANSWER_SECONDS_MAX, TimeUnit.SECONDS)
        .getLedger(GetLedgerRequest.getDefaultInstance())
        .getPosition();
  }

  /** The mean size of the last events. */
  int eventBytes() {
    var head = position();
    var events =
        EventLogServiceGrpc.newBlockingStub(channel())
            .withDeadlineAfter(ANSWER_SECONDS_MAX, TimeUnit.SECONDS)
            .readEvents(
                ReadEventsRequest.newBuilder()
                    .setFromPosition(Math.max(1, head - SAMPLE_EVENTS))
                    .setToPosition(head)
                    .build());
    var sizes = new ArrayList<Integer>();
    events.forEachRemaining(response -> sizes.add(response.getEvent().getSerializedSize()));
    return (int) sizes.stream().mapToInt(Integer::intValue).average().orElseThrow();
  }

  /** Failed calls by their status, and wrong receipts. */
  Map<String, Long> failures() {
    var failures = new TreeMap<String, Long>();
    lanes.forEach(
        lane -> lane.tally().failures.forEach((why, n) -> failures.merge(why, n, Long::sum)));
    return failures;
  }

  /**
   * What is wrong with the ledger after all that was sent: the head must have moved by what was
   * acknowledged, and every balance be what its account was sent. Empty if nothing is.
   */
  List<String> faults() {
    var faults = new ArrayList<String>();
    var expected = new long[accounts.size()];
    lanes.forEach(lane -> add(expected, lane.tally().acknowledged));
    // A failed call may or may not have been executed.
    var unknown = failed();
    var acknowledged = LongStream.of(expected).sum();
    var moved = position() - positionBefore - accounts.size();
    if (moved < acknowledged || moved > acknowledged + unknown) {
      faults.add(
          "The head moved by %,d, but %,d deposits were acknowledged and %,d failed."
              .formatted(moved, acknowledged, unknown));
    }
    var balances = balances();
    var deposited = balances.stream().mapToLong(Long::longValue).sum() / AMOUNT_MINOR;
    if (deposited != moved) {
      faults.add("The balances hold %,d deposits, the log %,d.".formatted(deposited, moved));
    }
    for (int i = 0; i < expected.length; i++) {
      var surplus = balances.get(i) / AMOUNT_MINOR - expected[i];
      if (surplus < 0 || surplus > unknown) {
        faults.add(
            "%s holds %,d deposits too many, beyond those that failed."
                .formatted(accounts.get(i), surplus));
      }
    }
    return faults;
  }

  @Override
  public void close() {
    lanes.forEach(Lane::close);
  }

  private Measurement measure(Scenario scenario, Duration time) {
    var failedBefore = failed();
    var endNanos = System.nanoTime() + time.toNanos();
    var runs =
        IntStream.range(0, lanes.size())
            .mapToObj(i -> lanes.get(i).run(scenario, share(i), endNanos))
            .toList();
    var latencyMicros = Measurement.histogram();
    runs.forEach(run -> latencyMicros.add(run.join().latencyMicros));
    return new Measurement(
        latencyMicros.getTotalCount(),
        failed() - failedBefore,
        time.toNanos() / 1e9,
        latencyMicros);
  }

  /** The calls in flight of one lane: the same for each, and the rest to the first. */
  private int share(int lane) {
    return inFlight / lanes.size() + (lane < inFlight % lanes.size() ? 1 : 0);
  }

  private long failed() {
    return lanes.stream().mapToLong(lane -> lane.tally().failed()).sum();
  }

  private List<Long> balances() {
    var ledger = LedgerServiceGrpc.newFutureStub(channel());
    return forEachAccount(i ->
            ledger.getAccountState(
                GetAccountStateRequest.newBuilder().setAccount(accounts.get(i)).build()))
        .stream()
        .map(AccountState::getPosted)
        .map(Money::getMinorUnits)
        .toList();
  }

  private <T extends @Nullable Object> List<T> forEachAccount(
      IntFunction<ListenableFuture<T>> call) {
    var answers = new ArrayList<T>();
    for (int from = 0; from < accounts.size(); from += SETUP_IN_FLIGHT) {
      var to = Math.min(accounts.size(), from + SETUP_IN_FLIGHT);
      var calls = IntStream.range(from, to).mapToObj(call).toList();
      answers.addAll(Futures.getUnchecked(Futures.allAsList(calls)));
    }
    return answers;
  }

  private Channel channel() {
    return lanes.getFirst().channel();
  }

  private static void add(long[] sums, long[] values) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] += values[i];
    }
  }

  private static CreateAccountRequest account(String id) {
    return CreateAccountRequest.newBuilder().setAccount(id).setCurrencyCode(CURRENCY).build();
  }

  private static DepositRequest deposit(String account) {
    return DepositRequest.newBuilder()
        .setAccount(account)
        .setAmount(Money.newBuilder().setCurrencyCode(CURRENCY).setMinorUnits(AMOUNT_MINOR))
        .build();
  }

  /** Deposits to the accounts of one scenario. */
  final class Deposits implements Workload {
    private final Scenario scenario;

    private Deposits(Scenario scenario) {
      this.scenario = scenario;
    }

    @Override
    public String name() {
      return switch (scenario) {
        case SPREAD -> "ledger, %,d accounts".formatted(accounts.size() - 1);
        case HOT -> "ledger, one hot account";
        case STREAM -> "ledger, one stream";
      };
    }

    @Override
    public Measurement run(Duration time) {
      return measure(scenario, time);
    }
  }
}
