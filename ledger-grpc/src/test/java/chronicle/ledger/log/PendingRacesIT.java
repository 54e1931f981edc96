package chronicle.ledger.log;

import static chronicle.ledger.log.LogFixture.deposit;
import static chronicle.ledger.log.LogFixture.given;
import static chronicle.ledger.log.LogFixture.open;
import static chronicle.ledger.log.LogFixture.request;
import static chronicle.ledger.log.LogFixture.submit;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.Details;
import chronicle.ledger.domain.Event;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.domain.Money;
import chronicle.ledger.domain.Movement;
import chronicle.ledger.domain.Refusal.Reason;
import chronicle.ledger.log.Outcome.Executed;
import chronicle.ledger.log.Outcome.Refused;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Posting, voiding and expiry of one pending transaction, from two processes. */
final class PendingRacesIT {
  private static final int RACES = 40;
  private static final Duration SOON = Duration.ofMillis(500);

  private LogFixture log;
  private EventStore store;
  private Ledgers ours;
  private Ledgers theirs;

  @BeforeEach
  void start() throws InterruptedException {
    log = new LogFixture();
    store = log.store();
    ours = log.ledgers(store);
    theirs = log.ledgers(log.store());
    given(ours, open("a"));
    given(ours, open("b"));
    given(ours, deposit("a", 1_000));
  }

  @AfterEach
  void stop() {
    log.close();
  }

  @Test
  @DisplayName(
      "G3 G5: once posted, a transaction is neither voided nor posted again, by any process")
  void aPostComesFirst() {
    hold("t", Optional.empty());

    assertThat(run(ours, post("t"))).isInstanceOf(Executed.class);

    assertThat(reason(run(theirs, release("t")))).isEqualTo(Reason.TRANSACTION_ALREADY_POSTED);
    assertThat(reason(run(theirs, post("t")))).isEqualTo(Reason.TRANSACTION_ALREADY_POSTED);
    LogChecker.check(store);
  }

  @Test
  @DisplayName(
      "G3 G5: once voided, a transaction is neither posted nor voided again, by any process")
  void aVoidComesFirst() {
    hold("t", Optional.empty());

    assertThat(run(ours, release("t"))).isInstanceOf(Executed.class);

    assertThat(reason(run(theirs, post("t")))).isEqualTo(Reason.TRANSACTION_ALREADY_VOIDED);
    assertThat(reason(run(theirs, release("t")))).isEqualTo(Reason.TRANSACTION_ALREADY_VOIDED);
    LogChecker.check(store);
  }

  @ParameterizedTest
  @ValueSource(strings = {"t", "main"})
  @DisplayName(
      "G3 G5: once expired, a transaction is neither posted, voided nor reversed, by any process")
  void anExpiryComesFirst(String id) {
    hold(id, Optional.of(in(SOON)));
    await().until(() -> ends(id).size() == 1);

    assertThat(reason(run(ours, post(id)))).isEqualTo(Reason.TRANSACTION_EXPIRED);
    assertThat(reason(run(theirs, release(id)))).isEqualTo(Reason.TRANSACTION_EXPIRED);
    assertThat(
            reason(
                run(theirs, new Command.ReverseTransaction(CommandId.of(id), false, Details.NONE))))
        .isEqualTo(Reason.TRANSACTION_EXPIRED);
    LogChecker.check(store);
  }

  @Test
  @DisplayName("G3 G5: what was posted or voided in time does not expire later")
  void anExpiryComesLast() throws InterruptedException {
    Instant due = in(SOON.multipliedBy(2));
    hold("posted", Optional.of(due));
    hold("voided", Optional.of(due));
    assertThat(run(ours, post("posted"))).isInstanceOf(Executed.class);
    assertThat(run(theirs, release("voided"))).isInstanceOf(Executed.class);

    // As long as the sweeper may need; nothing tells that it found nothing.
    Thread.sleep(Duration.between(Instant.now(), due.plusSeconds(1)));

    assertThat(ends("posted")).containsExactly(Event.HoldPosted.class);
    assertThat(ends("voided")).containsExactly(Event.HoldVoided.class);
    assertThat(reason(run(theirs, release("posted")))).isEqualTo(Reason.TRANSACTION_ALREADY_POSTED);
    LogChecker.check(store);
  }

  @Test
  @DisplayName(
      "G3 G5: posted, voided and expired at once from two processes, exactly one comes true")
  void allAtOnce() throws InterruptedException {
    Instant due = in(SOON.multipliedBy(2));
    var holds = new ArrayList<CompletableFuture<Outcome>>();
    for (int i = 0; i < RACES; i++) {
      holds.add(submit(ours, request("t-" + i, create(Optional.of(due)))));
    }
    assertThat(holds).allSatisfy(hold -> assertThat(hold.join()).isInstanceOf(Executed.class));
    Thread.sleep(Duration.between(Instant.now(), due.minusMillis(RACES / 2)));

    var posts = new ArrayList<CompletableFuture<Outcome>>();
    var voids = new ArrayList<CompletableFuture<Outcome>>();
    for (int i = 0; i < RACES; i++) {
      posts.add(submit(i % 2 == 0 ? ours : theirs, request(post("t-" + i))));
      voids.add(submit(i % 2 == 0 ? theirs : ours, request(release("t-" + i))));
      Thread.sleep(1);
    }

    for (int i = 0; i < RACES; i++) {
      Outcome posted = posts.get(i).join();
      Outcome voided = voids.get(i).join();
      List<Class<?>> ends = ends("t-" + i);
      assertThat(ends).hasSize(1);
      Class<?> end = ends.getFirst();
      assertThat(posted instanceof Executed).isEqualTo(end == Event.HoldPosted.class);
      assertThat(voided instanceof Executed).isEqualTo(end == Event.HoldVoided.class);
      for (Outcome outcome : List.of(posted, voided)) {
        if (!(outcome instanceof Executed)) {
          assertThat(reason(outcome)).isEqualTo(reasonAfter(end));
        }
      }
    }
    LogChecker.check(store);
  }

  @Test
  @DisplayName("G4: holds end in time though nobody touches the ledger")
  void theSweeperEndsWhatIsDue() {
    Instant due = in(SOON);
    hold("t", Optional.of(due));

    await().atMost(Duration.ofSeconds(5)).until(() -> ends("t").size() == 1);

    var last = LogChecker.check(store).events().getLast();
    assertThat(last.event()).isEqualTo(new Event.HoldExpired(new Money("USD", 10), 0));
    assertThat(last.cause().commandId()).isEqualTo(new CommandId("~t"));
    assertThat(last.balancesAfter().heldMinor()).isZero();
    assertThat(last.cause().recordTime()).isAfterOrEqualTo(due);
  }

  private void hold(String id, Optional<Instant> expireTime) {
    assertThat(submit(ours, request(id, create(expireTime))).join()).isInstanceOf(Executed.class);
  }

  private static Command create(Optional<Instant> expireTime) {
    var posting =
        new Movement(
            Optional.of(AccountId.of("a")), Optional.of(AccountId.of("b")), new Money("USD", 10));
    return new Command.CreateTransaction(List.of(posting), true, expireTime, Details.NONE);
  }

  /** What has ended the holds of a transaction so far, by the log. */
  private List<Class<?>> ends(String id) {
    var kinds = Set.of(Event.HoldPosted.class, Event.HoldVoided.class, Event.HoldExpired.class);
    var ends = new ArrayList<Class<?>>();
    for (EncodedEvent encoded : store.read(LedgerId.MAIN, 1, Long.MAX_VALUE, Integer.MAX_VALUE)) {
      var event = EventCodec.decode(LedgerId.MAIN, encoded.position(), encoded.bytes());
      if (event.cause().transactionId().equals(id) && kinds.contains(event.event().getClass())) {
        ends.add(event.event().getClass());
      }
    }
    return ends;
  }

  private static Outcome run(Ledgers ledgers, Command command) {
    return submit(ledgers, request(command)).join();
  }

  private static Command post(String id) {
    return new Command.PostTransaction(CommandId.of(id), List.of(), Details.NONE);
  }

  private static Command release(String id) {
    return new Command.VoidTransaction(CommandId.of(id), Details.NONE);
  }

  private static Reason reason(Outcome outcome) {
    return ((Refused) outcome).refusal().reason();
  }

  private static Reason reasonAfter(Class<?> end) {
    return end == Event.HoldPosted.class
        ? Reason.TRANSACTION_ALREADY_POSTED
        : end == Event.HoldVoided.class
            ? Reason.TRANSACTION_ALREADY_VOIDED
            : Reason.TRANSACTION_EXPIRED;
  }

  private static Instant in(Duration time) {
    return Instant.now().plus(time).truncatedTo(ChronoUnit.MICROS);
  }
}
