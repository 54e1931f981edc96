package chronicle.ledger.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chronicle.event.v1.Event;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.feed.FeedFixture.LedgerProcess;
import chronicle.ledger.v1.SubscribeEventsRequest;
import chronicle.ledger.v1.SubscribeEventsResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * Two processes that write, and readers of both that are slow, go away and come back, with stores
 * that are down at times; then what each got is compared with the log.
 */
final class SubscribeEventsSimulationIT {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int READERS = 12;
  private static final int ROUNDS = 60;
  private static final int COMMANDS_MAX = 60;
  private static final FeedSettings SETTINGS =
      new FeedSettings(
          7, 8_192, 16_384, Duration.ofMillis(10), Duration.ofMillis(20), Duration.ofMillis(50));

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4})
  @DisplayName(
      "G2: each reader gets the events it asked for, in order, once, however slow it is and whatever it goes through")
  void eachReaderGetsWhatItAskedFor(long seed) throws Exception {
    RandomGenerator random = generator(seed);
    try (var fixture = new FeedFixture();
        var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var stores = List.of(fixture.watchedStore(), fixture.watchedStore());
      var processes = stores.stream().map(store -> fixture.process(store, SETTINGS)).toList();
      processes.getFirst().openAccounts();
      processes.getFirst().deposit(200);
      var writing = new Future<?>[2];
      var following = new ArrayList<Future<Reader>>();
      for (int i = 0; i < writing.length; i++) {
        var writer = new Writer(processes.get(i), stores.get(i), generator(random.nextLong()));
        writing[i] = threads.submit(writer);
      }
      for (int i = 0; i < READERS; i++) {
        var reader = new Reader(processes, writing, fixture, generator(random.nextLong()));
        following.add(threads.submit(reader));
      }
      for (Future<Reader> reader : following) {
        reader.get().requireAll();
      }
    }
  }

  private static RandomGenerator generator(long seed) {
    return RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
  }

  /** Writes, while what its process's feed reads from is now and then down. */
  private record Writer(LedgerProcess process, WatchedEventStore store, RandomGenerator random)
      implements Runnable {
    @Override
    public void run() {
      for (int round = 0; round < ROUNDS; round++) {
        store.down(random.nextInt(4) == 0);
        process.deposit(1 + random.nextInt(COMMANDS_MAX));
        process.transfer(random.nextInt(COMMANDS_MAX / 2));
      }
      store.down(false);
    }
  }

  /** Follows with a filter of its own, in as many calls as it takes. */
  private static final class Reader implements Callable<Reader> {
    private final List<LedgerProcess> processes;
    private final Future<?>[] writing;
    private final FeedFixture fixture;
    private final RandomGenerator random;
    private final List<String> accounts;
    private final List<String> types;
    private final List<Event> events = new ArrayList<>();
    private final long first;
    private long position;

    Reader(
        List<LedgerProcess> processes,
        Future<?>[] writing,
        FeedFixture fixture,
        RandomGenerator random) {
      this.processes = processes;
      this.writing = writing;
      this.fixture = fixture;
      this.random = random;
      accounts = pick("a", "b", "none");
      types = pick("MoneyDeposited", "MoneyTransferredIn", "AccountCreated");
      position = random.nextLong(fixture.head());
      first = position + 1;
    }

    @Override
    public Reader call() {
      while (!isDone()) {
        LedgerProcess process = processes.get(random.nextInt(processes.size()));
        follow(Subscriber.start(process.channel(), request()));
      }
      return this;
    }

    /** All that the log holds of what was asked for, and nothing else. */
    void requireAll() {
      Stream<Event> log =
          fixture.events().stream()
              .filter(encoded -> types.isEmpty() || types.contains(encoded.type()))
              .map(encoded -> LogReader.decode(LedgerId.MAIN, encoded))
              .filter(event -> event.getPosition() >= first)
              .filter(event -> accounts.isEmpty() || accounts.contains(event.getAccount()));
      assertThat(events).isEqualTo(log.toList());
    }

    private boolean isDone() {
      return Stream.of(writing).allMatch(Future::isDone) && position >= fixture.head();
    }

    private SubscribeEventsRequest request() {
      return SubscribeEventsRequest.newBuilder()
          .setFromPosition(position + 1)
          .addAllAccounts(accounts)
          .addAllTypes(types)
          .build();
    }

    /** Takes some, rests, takes more; then goes away, or has been cut off. */
    private void follow(Subscriber subscriber) {
      long asked = 0;
      for (int i = random.nextInt(10); i >= 0; i--) {
        int more = 1 + random.nextInt(200);
        long wanted = asked += more;
        subscriber.take(more);
        await()
            .pollInterval(Duration.ofMillis(2))
            .atMost(PATIENCE)
            .until(() -> subscriber.frames().size() >= wanted || subscriber.hasEnded() || isIdle());
        if (random.nextInt(3) == 0) {
          rest(Duration.ofMillis(random.nextInt(300)));
        }
      }
      subscriber.cancel();
      await().atMost(PATIENCE).until(subscriber::hasEnded);
      subscriber.frames().forEach(this::take);
    }

    private boolean isIdle() {
      return random.nextInt(100) == 0;
    }

    private void take(SubscribeEventsResponse frame) {
      if (frame.hasEvent()) {
        events.add(frame.getEvent());
      }
      assertThat(Subscriber.position(frame)).isGreaterThanOrEqualTo(position);
      position = Subscriber.position(frame);
    }

    private static void rest(Duration duration) {
      try {
        Thread.sleep(duration);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }

    private List<String> pick(String... values) {
      return Stream.of(values).filter(_ -> random.nextInt(3) == 0).toList();
    }
  }
}
