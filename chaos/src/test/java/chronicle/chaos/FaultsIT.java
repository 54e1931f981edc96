package chronicle.chaos;

import static chronicle.chaos.Client.euros;
import static chronicle.chaos.RunningMesh.FIRST;
import static chronicle.chaos.RunningMesh.GATEWAY;
import static chronicle.chaos.RunningMesh.MESH;
import static chronicle.chaos.RunningMesh.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import chronicle.event.v1.Event;
import chronicle.ledger.v1.CommandReceipt;
import chronicle.ledger.v1.DepositRequest;
import chronicle.ledger.v1.LedgerServiceGrpc;
import chronicle.mesh.Part;
import chronicle.projection.v1.GetProjectionRequest;
import chronicle.projection.v1.ProjectionServiceGrpc;
import chronicle.query.v1.ListAccountsRequest;
import com.google.common.util.concurrent.Futures;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.nats.client.Nats;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Processes die, freeze and lose what they had; the ledger's promises hold. */
final class FaultsIT {
  private static final Duration RECOVERY_MAX = Duration.ofSeconds(60);
  private static final int CLIENTS = 16;
  private static final Duration SHORT = Duration.ofSeconds(3);

  /** Whatever a test broke, the next one finds whole. */
  @AfterEach
  void everythingRunsAgain() {
    MESH.parts()
        .forEach(part -> {
          if (part.isAlive()) {
            part.resume();
          } else {
            part.start();
          }
        });
    await()
        .atMost(RECOVERY_MAX)
        .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
        .until(() -> projected(FIRST.head()) && projected(SECOND.head()));
  }

  @ParameterizedTest
  @ValueSource(ints = {100, 200})
  @DisplayName(
      "G3, G4: parallel withdrawals through two ledgers never pass the limit, and the sum is exact")
  void parallelWithdrawalsNeverOverdraw(int withdrawals) {
    var affordable = withdrawals / 3;
    var account = FIRST.open(affordable * 7L + 6);

    var outcomes =
        inParallel(
            withdrawals,
            withdrawals,
            i -> attempt(() -> (i % 2 == 0 ? FIRST : SECOND).withdraw(account, 7)));

    assertThat(outcomes).filteredOn("OK"::equals).hasSize(affordable);
    assertThat(outcomes).filteredOn("INSUFFICIENT_FUNDS"::equals).hasSize(withdrawals - affordable);
    assertThat(FIRST.state(account).getPosted()).isEqualTo(euros(6));
    assertThat(SECOND.state(account).getPosted()).isEqualTo(euros(6));
  }

  @Test
  @DisplayName(
      "G1, G2, G3: a ledger killed under load; each command happens once through the other")
  void killedLedgerLosesAndRepeatsNothing() {
    var account = FIRST.open(0);
    var before = FIRST.head();
    var acknowledged = new AtomicInteger();

    var receipts =
        inParallel(
            CLIENTS,
            400,
            i -> {
              if (acknowledged.get() > 100 && MESH.ledgers().getFirst().isAlive()) {
                MESH.ledgers().getFirst().kill();
              }
              var receipt = throughEither(account, "kill-" + account + "-" + i);
              acknowledged.incrementAndGet();
              return receipt;
            });

    assertThat(MESH.ledgers().getFirst().isAlive()).isFalse();
    var events = SECOND.eventsAfter(before);
    assertThat(events.stream().map(Event::getPosition))
        .containsExactlyElementsOf(
            LongStream.rangeClosed(before + 1, before + 400).boxed().toList());
    assertThat(commandIds(events)).hasSize(400).allSatisfy((_, count) -> assertThat(count).isOne());
    var positions =
        events.stream().collect(Collectors.toMap(Event::getCommandId, Event::getPosition));
    assertThat(receipts)
        .allSatisfy(receipt ->
            assertThat(positions).containsEntry(receipt.getCommandId(), receipt.getPosition()));
    assertThat(SECOND.state(account).getPosted()).isEqualTo(euros(400));
  }

  @Test
  @DisplayName("G7, G12: NATS down, then wiped; commands go on, sequence is position again")
  void wipedNatsSlowsNothingAndComesBack() {
    var account = GATEWAY.open(0);
    MESH.nats().kill();
    deposits(account, 50);
    MESH.nats().wipe();
    var last = deposits(account, 50);

    assertThat(GATEWAY.state(account).getPosted()).isEqualTo(euros(100));
    assertThat(GATEWAY.balance(account, last).getPosted()).isEqualTo(euros(100));
    await().atMost(RECOVERY_MAX).ignoreExceptions().until(() -> streamSequence() == FIRST.head());
  }

  @Test
  @DisplayName("G7, G12: projectors killed, read model down; afterwards it equals the log's fold")
  void readModelEqualsTheFoldAfterFaults() {
    var accounts = IntStream.range(0, 5).mapToObj(_ -> GATEWAY.open(10)).toList();
    MESH.projectors().getFirst().kill();
    accounts.forEach(account -> deposits(account, 10));
    MESH.projectors().getLast().kill();
    MESH.readModelPostgres().kill();
    accounts.forEach(account -> deposits(account, 10));
    MESH.readModelPostgres().start();
    MESH.projectors().forEach(Part::start);
    var head = FIRST.head();
    await()
        .atMost(RECOVERY_MAX)
        .ignoreExceptionsInstanceOf(StatusRuntimeException.class)
        .until(() -> projected(head));

    var projected =
        GATEWAY
            .query()
            .listAccounts(
                ListAccountsRequest.newBuilder().setPageSize(1000).setMinPosition(head).build())
            .getAccountsList();

    assertThat(projected).hasSizeGreaterThanOrEqualTo(accounts.size());
    assertThat(projected)
        .allSatisfy(account -> {
          var fold = FIRST.stateAt(account.getAccount(), head);
          assertThat(account.getPosted()).isEqualTo(fold.getPosted());
          assertThat(account.getAvailable()).isEqualTo(fold.getAvailable());
          assertThat(account.getAccountVersion()).isEqualTo(fold.getAccountVersion());
          assertThat(account.getPosition()).isEqualTo(fold.getPosition());
        });
  }

  @Test
  @DisplayName("G3, G12: a frozen event store: UNAVAILABLE in time, then on without a restart")
  void frozenEventStoreIsSurvived() throws Exception {
    var account = FIRST.open(0);
    var before = FIRST.head();
    MESH.postgres().pause();
    var outcomes =
        inParallel(
            20, 20, i -> attempt(() -> FIRST.deposit(account, 1, "froze-" + account + i, SHORT)));
    MESH.postgres().resume();

    assertThat(outcomes).allMatch(FaultsIT::isUnavailable);
    for (int i = 0; i < 20; i++) {
      FIRST.depositInTheEnd(account, 1, "froze-" + account + i);
    }
    assertThat(FIRST.state(account).getPosted()).isEqualTo(euros(20));
    assertThat(commandIds(FIRST.eventsAfter(before))).hasSize(20);
  }

  @Test
  @DisplayName("G1, G3, G12: an event store killed under load: nothing lost, nothing twice")
  void killedEventStoreIsSurvived() {
    var account = FIRST.open(0);
    var before = FIRST.head();
    var acknowledged = new AtomicInteger();

    inParallel(
        CLIENTS,
        300,
        i -> {
          if (acknowledged.incrementAndGet() == 100) {
            MESH.postgres().kill();
            MESH.postgres().start();
          }
          return (i % 2 == 0 ? FIRST : SECOND)
              .depositInTheEnd(account, 1, "down-" + account + "-" + i);
        });

    assertThat(FIRST.state(account).getPosted()).isEqualTo(euros(300));
    assertThat(commandIds(FIRST.eventsAfter(before)))
        .hasSize(300)
        .allSatisfy((_, count) -> assertThat(count).isOne());
  }

  @Test
  @DisplayName("G1, G12: SIGTERM drains: every call in flight gets its answer")
  void terminatedLedgerAnswersWhatItTook() throws Exception {
    var account = SECOND.open(0);
    var stub =
        LedgerServiceGrpc.newFutureStub(SECOND.channel())
            .withDeadlineAfter(Client.ANSWER_MAX.toSeconds(), TimeUnit.SECONDS);
    var calls =
        IntStream.range(0, 500)
            .mapToObj(_ ->
                stub.deposit(
                    DepositRequest.newBuilder().setAccount(account).setAmount(euros(1)).build()))
            .toList();
    calls.getFirst().get();

    MESH.ledgers().getLast().stop();

    var receipts = Futures.allAsList(calls).get();
    assertThat(receipts).hasSize(500);
    assertThat(FIRST.state(account).getPosted()).isEqualTo(euros(500));
  }

  private static long deposits(String account, int count) {
    return IntStream.range(0, count)
        .mapToLong(_ -> GATEWAY.deposit(account, 1, Client.fresh("deposit")).getPosition())
        .max()
        .orElseThrow();
  }

  private static long streamSequence() throws Exception {
    var nats = Nats.connect(MESH.nats().url());
    try {
      var stream = nats.jetStreamManagement().getStreamInfo("CHRONICLE_main");
      return stream.getStreamState().getLastSequence();
    } finally {
      nats.close();
    }
  }

  /** As a client behaves whose ledger dies: the same command, by the same id, to the other one. */
  private static CommandReceipt throughEither(String account, String commandId)
      throws InterruptedException {
    try {
      return FIRST.deposit(account, 1, commandId);
    } catch (StatusRuntimeException e) {
      // gRPC's own client, not a ledger, says UNKNOWN where the channel was closed while it wrote.
      assertThat(e.getStatus().getCode()).isIn(Status.Code.UNAVAILABLE, Status.Code.UNKNOWN);
      return SECOND.depositInTheEnd(account, 1, commandId);
    }
  }

  private static boolean isUnavailable(String outcome) {
    return outcome.equals("EVENT_STORE_UNAVAILABLE") || outcome.equals("OUTCOME_UNKNOWN");
  }

  /** The reason of its refusal, or OK. */
  private static String attempt(Callable<CommandReceipt> call) {
    var refused = catchThrowableOfType(StatusRuntimeException.class, call::call);
    return refused == null ? "OK" : Refusals.info(refused).getReason();
  }

  private static Map<String, Long> commandIds(List<Event> events) {
    return events.stream()
        .collect(Collectors.groupingBy(Event::getCommandId, Collectors.counting()));
  }

  private static boolean projected(long position) {
    var projection =
        ProjectionServiceGrpc.newBlockingStub(GATEWAY.channel())
            .withDeadlineAfter(2, TimeUnit.SECONDS)
            .getProjection(GetProjectionRequest.getDefaultInstance());
    return projection.getPosition() >= position;
  }

  private interface Step<T> {
    T run(int number) throws Exception;
  }

  private static <T> List<T> inParallel(int clients, int count, Step<T> step) {
    try (var threads = Executors.newFixedThreadPool(clients)) {
      var calls = IntStream.range(0, count).<Callable<T>>mapToObj(i -> () -> step.run(i)).toList();
      return threads.invokeAll(calls).stream().map(Futures::getUnchecked).toList();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
