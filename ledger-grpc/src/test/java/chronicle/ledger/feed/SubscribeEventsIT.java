package chronicle.ledger.feed;

import static chronicle.ledger.feed.Subscriber.fromHead;
import static chronicle.ledger.feed.Subscriber.fromPosition;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chronicle.error.v1.ErrorReason;
import chronicle.event.v1.Event;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.feed.FeedFixture.LedgerProcess;
import chronicle.ledger.log.Head;
import chronicle.ledger.v1.SubscribeEventsRequest;
import chronicle.ledger.v1.SubscribeEventsResponse;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@DisplayName("A subscription gives the log, and then each event as it is recorded")
final class SubscribeEventsIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration POLL = Duration.ofMillis(5);
  private static final int MORE_THAN_BUFFERS_HOLD = 2_000;

  private FeedFixture fixture;
  private WatchedEventStore store;
  private LedgerProcess process;

  static List<UnaryOperator<Head>> otherLogs() {
    return List.of(
        head -> new Head(head.position(), head.lastRecordTime(), head.clock(), "another"),
        head ->
            new Head(head.position() - 1, head.lastRecordTime(), head.clock(), head.incarnation()));
  }

  @BeforeEach
  void start() throws InterruptedException {
    fixture = new FeedFixture();
    store = fixture.watchedStore();
    process = fixture.process(store, FeedFixture.SMALL);
    process.openAccounts();
  }

  @AfterEach
  void stop() {
    fixture.close();
  }

  @Test
  @DisplayName("G2: from any position on each event comes once, in order, the old and the new ones")
  void fromAnyPosition() throws InterruptedException {
    process.deposit(20);
    process.transfer(20);
    long before = fixture.head();
    var subscribers =
        LongStream.rangeClosed(0, before + 1)
            .mapToObj(i -> process.follow(fromPosition(i)))
            .toList();
    subscribers.forEach(subscriber -> awaitThat(() -> subscriber.isCaughtUp(before)));

    process.deposit(5);
    fixture.process(FeedFixture.SMALL).transfer(5);

    for (int i = 0; i < subscribers.size(); i++) {
      awaitPositions(subscribers.get(i), Math.max(i, 1));
      requireFramesBetweenCommands(subscribers.get(i).frames());
    }
  }

  @Test
  @DisplayName("G2: from the head on come only later events, each of them")
  void fromTheHead() {
    process.deposit(20);
    long before = fixture.head();
    Subscriber subscriber = process.follow(fromHead().toBuilder().setFromPosition(1).build());
    awaitThat(() -> subscriber.isCaughtUp(before));

    process.transfer(10);

    awaitPositions(subscriber, before + 1);
  }

  @Test
  @DisplayName("G2: filters leave out the rest, and checkpoints go on over what is left out")
  void filtersLeaveOutTheRest() {
    process.deposit(20);
    process.transfer(20);
    var onlyB = process.follow(SubscribeEventsRequest.newBuilder().addAccounts("b").build());
    var onlyDeposits =
        process.follow(SubscribeEventsRequest.newBuilder().addTypes("MoneyDeposited").build());
    var nothing = process.follow(SubscribeEventsRequest.newBuilder().addAccounts("none").build());

    process.transfer(20);
    process.deposit(20);

    awaitThat(() -> onlyB.events().size() == 41);
    assertThat(onlyB.events()).allMatch(event -> event.getAccount().equals("b"));
    awaitThat(() -> onlyDeposits.events().size() == 41);
    assertThat(onlyDeposits.events()).allMatch(Event::hasMoneyDeposited);
    awaitThat(() -> nothing.position() == fixture.head());
    assertThat(nothing.events()).isEmpty();
    requireFramesBetweenCommands(onlyB.frames());
  }

  @Test
  void checkpointsComeWhileNothingHappens() {
    Subscriber subscriber = process.follow(fromHead());

    awaitThat(() -> checkpoints(subscriber).size() > 5);

    assertThat(checkpoints(subscriber)).containsOnly(fixture.head());
  }

  @Test
  @DisplayName("G5: no frame comes within a command, however often checkpoints are due")
  void noFrameComesWithinACommand() throws InterruptedException {
    var restless =
        fixture.process(
            new FeedSettings(
                3,
                512,
                512,
                Duration.ofMillis(5),
                Duration.ofNanos(200_000),
                Duration.ofMinutes(1)));
    Subscriber early = restless.follow(fromPosition(1));
    process.transfer(100);
    restless.transfer(100);
    Subscriber late = restless.follow(fromPosition(1));

    awaitPositions(early, 1);
    awaitPositions(late, 1);
    requireFramesBetweenCommands(early.frames());
    requireFramesBetweenCommands(late.frames());
    awaitThat(() -> checkpoints(late).size() > 100);
  }

  @Test
  @DisplayName("A hundred subscribers that catch up over the same range read each page once")
  void pagesAreShared() throws InterruptedException {
    process.deposit(500);
    long before = fixture.head();
    var settings =
        new FeedSettings(
            50, 1, 1 << 20, Duration.ofMillis(20), Duration.ofSeconds(1), Duration.ofMinutes(1));
    var other = fixture.process(store, settings);

    var channel = other.channel();
    var subscribers =
        IntStream.range(0, 100).mapToObj(_ -> Subscriber.start(channel, fromPosition(1))).toList();
    subscribers.forEach(subscriber -> subscriber.take(Integer.MAX_VALUE));

    subscribers.forEach(subscriber -> awaitThat(() -> subscriber.isCaughtUp(before)));
    assertThat(store.reads()).doesNotHaveDuplicates().hasSize((int) before / 50 + 1);
  }

  @Test
  @DisplayName("A hundred live subscribers read nothing of what their own process wrote")
  void liveSubscribersReadNothing() {
    var neverLooking =
        new FeedSettings(
            7, 4_096, 16_384, Duration.ofHours(1), Duration.ofSeconds(1), Duration.ofMinutes(1));
    var other = fixture.process(store, neverLooking);
    var channel = other.channel();
    var subscribers =
        IntStream.range(0, 100).mapToObj(_ -> Subscriber.start(channel, fromHead())).toList();
    subscribers.forEach(subscriber -> subscriber.take(Integer.MAX_VALUE));
    subscribers.forEach(subscriber -> awaitThat(() -> subscriber.isCaughtUp(FeedFixture.START)));
    other.deposit(1);
    subscribers.forEach(subscriber -> awaitPositions(subscriber, FeedFixture.START + 1));
    int reads = store.reads().size();

    // On a busy machine all fifty at once may be more than is kept in memory before all are told.
    for (int i = 0; i < 50; i++) {
      other.transfer(1);
      if (i % 10 == 9) {
        subscribers.forEach(subscriber -> awaitPositions(subscriber, FeedFixture.START + 1));
      }
    }

    assertThat(store.reads()).hasSize(reads);
  }

  @Test
  @DisplayName(
      "G2: a reader that takes nothing is cut off, and told where to go on to miss nothing")
  void aReaderThatTakesNothingIsCutOff() throws Exception {
    var impatient = fixture.process(impatient());
    Subscriber slow = Subscriber.start(impatient.channel(), fromPosition(1));
    Subscriber quick = impatient.follow(fromPosition(1));

    impatient.deposit(MORE_THAN_BUFFERS_HOLD);
    awaitPositions(quick, 1);
    awaitThat(() -> impatient.metric("chronicle_feed_slow_subscribers_total") == 1);
    slow.take(Integer.MAX_VALUE);

    var error = slow.error();
    assertThat(error.getReason()).isEqualTo(ErrorReason.READER_TOO_SLOW.name());
    long last = Long.parseLong(error.getMetadataOrThrow("position"));
    assertThat(slow.positions()).isEqualTo(positions(1, last));
    assertThat(last).isLessThan(fixture.head());
    awaitPositions(impatient.follow(fromPosition(last + 1)), last + 1);
    assertThat(quick.hasEnded()).isFalse();
  }

  @Test
  @DisplayName(
      "G2: a live reader that falls behind goes on from the store, at its own pace, to the end")
  void aReaderThatFallsBehindGoesOn() {
    Subscriber slow = Subscriber.start(process.channel(), fromPosition(1));
    slow.take((int) FeedFixture.START + 1);
    awaitThat(() -> slow.isCaughtUp(FeedFixture.START));

    process.deposit(MORE_THAN_BUFFERS_HOLD);
    while (slow.frames().stream().noneMatch(SubscribeEventsResponse::hasFellBehind)) {
      long taken = slow.frames().size();
      slow.take(10);
      awaitThat(() -> slow.frames().size() >= taken + 10);
    }
    slow.take(Integer.MAX_VALUE);

    awaitPositions(slow, 1);
    awaitThat(() -> slow.isCaughtUp(fixture.head()));
    requireFramesBetweenCommands(slow.frames());
  }

  @Test
  @DisplayName("G12: while the store is down streams stay, say nothing untrue, and then go on")
  void theStoreGoesAndComesBack() throws InterruptedException {
    Subscriber live = process.follow(fromPosition(1));
    awaitThat(() -> live.isCaughtUp(FeedFixture.START));
    var healthy = fixture.process(FeedFixture.SMALL);
    store.down(true);
    int before = checkpoints(live).size();

    healthy.transfer(20);
    awaitThat(() -> checkpoints(live).size() > before + 5);
    assertThat(live.position()).isEqualTo(FeedFixture.START);
    assertThat(error(process.follow(fromPosition(1))))
        .isEqualTo(ErrorReason.EVENT_STORE_UNAVAILABLE);

    store.down(false);
    awaitPositions(live, 1);
    requireFramesBetweenCommands(live.frames());
  }

  @Test
  @DisplayName("G12: a reader that is behind outlives a store that is down")
  void theStoreGoesWhileAReaderIsBehind() {
    process.deposit(MORE_THAN_BUFFERS_HOLD);
    Subscriber behind = Subscriber.start(process.channel(), fromPosition(1));
    behind.take(1);
    awaitThat(() -> behind.position() == 1);
    store.down(true);
    behind.take(Integer.MAX_VALUE);

    awaitThat(() -> checkpoints(behind).size() > 5);
    assertThat(behind.position()).isLessThan(fixture.head());

    store.down(false);
    awaitPositions(behind, 1);
    requireFramesBetweenCommands(behind.frames());
  }

  @ParameterizedTest
  @MethodSource("otherLogs")
  @DisplayName("G11: a log that became another or shorter ends the streams, and none begins")
  void anotherLogIsNotFollowed(UnaryOperator<Head> otherLog) {
    Subscriber subscriber = process.follow(fromPosition(1));
    awaitThat(() -> subscriber.isCaughtUp(FeedFixture.START));

    store.disguise(otherLog);

    assertThat(error(subscriber)).isEqualTo(ErrorReason.LEDGER_STOPPED);
    assertThat(error(process.follow(fromPosition(1)))).isEqualTo(ErrorReason.LEDGER_STOPPED);
  }

  @Test
  @DisplayName("G13: what can't be followed is refused")
  void whatCannotBeFollowedIsRefused() throws Exception {
    var nowhere = SubscribeEventsRequest.newBuilder().setLedger("nowhere").build();
    var unheardOf = SubscribeEventsRequest.newBuilder().addTypes("Unheard").build();

    assertThat(error(process.follow(nowhere))).isEqualTo(ErrorReason.LEDGER_NOT_FOUND);
    assertThat(error(process.follow(unheardOf))).isEqualTo(ErrorReason.INVALID_REQUEST);
    var beyond = process.follow(fromPosition(fixture.head() + 2)).error();
    assertThat(beyond.getReason()).isEqualTo(ErrorReason.POSITION_UNKNOWN.name());
    assertThat(beyond.getMetadataOrThrow("head")).isEqualTo(Long.toString(fixture.head()));
  }

  @Test
  void whoGoesAwayLeavesNothing() throws Exception {
    Subscriber idle = process.follow(fromPosition(1));
    Subscriber full = Subscriber.start(process.channel(), fromPosition(1));
    process.deposit(MORE_THAN_BUFFERS_HOLD);
    awaitPositions(idle, 1);
    awaitThat(() -> process.metric("chronicle_feed_subscribers") == 2);

    idle.cancel();
    full.cancel();

    awaitThat(() -> process.metric("chronicle_feed_subscribers") == 0);
    assertThat(process.feeds().isIdle()).isTrue();
    assertThat(process.metric("chronicle_feed_sent_events_total"))
        .isGreaterThanOrEqualTo(fixture.head());
  }

  @Test
  @DisplayName("G12: a process that stops ends its streams, so that readers go on elsewhere")
  void aProcessThatStopsEndsItsStreams() {
    Subscriber live = process.follow(fromPosition(1));
    Subscriber full = Subscriber.start(process.channel(), fromPosition(1));
    process.deposit(MORE_THAN_BUFFERS_HOLD);
    awaitPositions(live, 1);

    process.feeds().close();

    assertThat(error(live)).isEqualTo(ErrorReason.EVENT_STORE_UNAVAILABLE);
    full.take(Integer.MAX_VALUE);
    assertThat(error(full)).isEqualTo(ErrorReason.EVENT_STORE_UNAVAILABLE);
    assertThat(error(process.follow(fromPosition(1))))
        .isEqualTo(ErrorReason.EVENT_STORE_UNAVAILABLE);
  }

  private static FeedSettings impatient() {
    return new FeedSettings(
        7, 4_096, 16_384, Duration.ofMillis(20), Duration.ofMillis(50), Duration.ofMillis(200));
  }

  private static List<Long> positions(long from, long to) {
    return LongStream.rangeClosed(from, to).boxed().toList();
  }

  /** The subscriber has all events from a position to the head, each once, in order. */
  private void awaitPositions(Subscriber subscriber, long from) {
    List<Long> expected = positions(from, fixture.head());
    awaitThat(() -> subscriber.events().size() >= expected.size() || subscriber.hasEnded());
    assertThat(subscriber.positions()).isEqualTo(expected);
  }

  /** Frames between events stand where a command has ended, and say so. */
  private void requireFramesBetweenCommands(List<SubscribeEventsResponse> frames) {
    var ends = new HashSet<>(Collections.singleton(0L));
    for (var encoded : fixture.events()) {
      Event event = LogReader.decode(LedgerId.MAIN, encoded);
      if (Commands.isEnd(event)) {
        ends.add(event.getPosition());
      }
    }
    long last = 0;
    for (SubscribeEventsResponse frame : frames) {
      long position = Subscriber.position(frame);
      if (frame.hasEvent()) {
        assertThat(position).isGreaterThan(last);
      } else {
        assertThat(position).isGreaterThanOrEqualTo(last);
        assertThat(ends).contains(position);
      }
      last = position;
    }
  }

  private static List<Long> checkpoints(Subscriber subscriber) {
    return subscriber.frames().stream()
        .filter(SubscribeEventsResponse::hasCheckpoint)
        .map(frame -> frame.getCheckpoint().getPosition())
        .toList();
  }

  private static ErrorReason error(Subscriber subscriber) {
    try {
      return ErrorReason.valueOf(subscriber.error().getReason());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private static void awaitThat(Callable<Boolean> condition) {
    await().pollInterval(POLL).atMost(PATIENCE).until(condition);
  }
}
