package chronicle.chaos.load;

import chronicle.chaos.load.Knowledge.Moment;
import chronicle.chaos.load.Scenario.Variant;
import chronicle.event.v1.Event;
import chronicle.ledger.v1.AccountState;
import chronicle.ledger.v1.EventLogServiceGrpc;
import chronicle.ledger.v1.GetLedgerRequest;
import chronicle.ledger.v1.LedgerServiceGrpc;
import chronicle.ledger.v1.ReadEventsRequest;
import io.grpc.Channel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/** Load on a ledger, over accounts of its own, and the check that the ledger holds just that. */
public final class LoadGenerator implements AutoCloseable {
  private static final long ANSWER_SECONDS_MAX = 30;
  private static final long OVERRUN_SECONDS_MAX = 60;
  private static final int SAMPLE_EVENTS = 100;
  private static final int WRONGS_TOLD_MAX = 5;
  private static final int ACCOUNTS_CHECKED_MAX = 20_000;
  // A command has two events at most, and moves as much at most.
  private static final int UNKNOWN_EVENTS = 2;
  private static final long UNKNOWN_MINOR = 100;
  private static final Duration BACKDATING = Duration.ofSeconds(1);

  private final Servers servers;
  private final String ledger;
  private final Accounts accounts;
  private final List<Client> clients;
  private final Moment opened;

  /** Connects so many times, and opens that many accounts and a hot one. */
  public LoadGenerator(Servers servers, int connections, int size) {
    this.servers = servers;
    this.ledger = servers.ledger();
    this.accounts = new Accounts(ledger, size);
    var zipf = new Zipf(size);
    this.clients =
        IntStream.range(0, connections)
            .mapToObj(number -> new Client(servers, accounts, zipf, number))
            .toList();
    accounts.open(channel());
    this.opened = head();
  }

  /** Runs it for that long; repeats are fine. Throws if the last answer is a minute late. */
  public Measurement run(Variant variant, Pacing pacing, Duration time) {
    var endNanos = System.nanoTime() + time.toNanos();
    var overrunSeconds = time.toSeconds() + OVERRUN_SECONDS_MAX;
    var runs = new ArrayList<CompletableFuture<Loop>>();
    for (int i = 0; i < clients.size(); i++) {
      var run = clients.get(i).run(variant, pacing.share(i, clients.size()), endNanos);
      runs.add(run.orTimeout(overrunSeconds, TimeUnit.SECONDS));
    }
    var loops = runs.stream().map(CompletableFuture::join).toList();
    var latencyMicros = Measurement.histogram();
    loops.forEach(loop -> latencyMicros.add(loop.latencyMicros));
    return new Measurement(
        loops.stream().mapToLong(Loop::units).sum(),
        loops.stream().mapToLong(Loop::errors).sum(),
        time.toNanos() / 1e9,
        latencyMicros);
  }

  /**
   * Waits until readers see all that was written, and returns how long that took: nothing where
   * nobody reads.
   */
  public Duration awaitReaders() throws InterruptedException {
    var startNanos = System.nanoTime();
    if (servers.queryTarget().isPresent()) {
      var query = clients.getFirst().lane().to(servers.queryTarget().get());
      new Sight(query, ledger, accounts.id(accounts.hot())).await(position());
    }
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  /** Books deposits that took effect before they were recorded, to a few of the accounts. */
  public void backdate() {
    run(Scenario.backdating(), new Pacing.Closed(clients.size()), BACKDATING);
  }

  /** Tells the readers what they must find from now on, until something is written again. */
  public void know() {
    var knowledge =
        new Knowledge(
            LongStream.of(sum(tally -> tally.postedMinor)).boxed().toList(),
            unknown() == 0,
            opened,
            head());
    clients.forEach(client -> client.reader().know(knowledge));
  }

  /** Tells the readers that others write meanwhile. */
  public void knowNothing() {
    clients.forEach(client -> client.reader().know(Knowledge.NOTHING));
  }

  /** The position of the log's head. */
  public long position() {
    return LedgerServiceGrpc.newBlockingStub(channel())
        .withWaitForReady()
        .withDeadlineAfter(ANSWER_SECONDS_MAX, TimeUnit.SECONDS)
        .getLedger(GetLedgerRequest.newBuilder().setLedger(ledger).build())
        .getPosition();
  }

  /** The mean size of the last events. */
  public int eventBytes() {
    var head = position();
    return (int)
        events(Math.max(1, head - SAMPLE_EVENTS), head).stream()
            .mapToInt(Event::getSerializedSize)
            .average()
            .orElseThrow();
  }

  /** Failed calls by their status. */
  public Map<String, Long> failures() {
    return merged(tally -> tally.failures);
  }

  /**
   * What was wrong with answers, and is with the ledger after all that was sent: the head must have
   * moved by the events that were acknowledged, and every account (of very many: every so-manieth)
   * hold what it was sent. Empty if nothing is.
   */
  public List<String> faults() {
    var faults = new ArrayList<String>();
    merged(tally -> tally.wrongs).entrySet().stream()
        .limit(WRONGS_TOLD_MAX)
        .map(wrong -> "%,d times: %s".formatted(wrong.getValue(), wrong.getKey()))
        .forEach(faults::add);
    var acknowledged = tallies().stream().mapToLong(tally -> tally.events).sum();
    var moved = position() - opened.position();
    if (moved < acknowledged || moved > acknowledged + UNKNOWN_EVENTS * unknown()) {
      faults.add(
          "The head moved by %,d, but %,d events were acknowledged and %,d commands failed."
              .formatted(moved, acknowledged, unknown()));
    }
    var step = 1 + accounts.size() / ACCOUNTS_CHECKED_MAX;
    var indexes = IntStream.rangeClosed(0, accounts.size() / step).map(i -> i * step).toArray();
    indexes[indexes.length - 1] = accounts.hot();
    var states = accounts.states(channel(), indexes);
    compare(indexes, states, "posted", s -> s.getPosted().getMinorUnits(), t -> t.postedMinor)
        .forEach(faults::add);
    compare(indexes, states, "held", s -> s.getHeld().getMinorUnits(), t -> t.heldMinor)
        .forEach(faults::add);
    return faults;
  }

  @Override
  public void close() {
    clients.forEach(Client::close);
  }

  private Stream<String> compare(
      int[] indexes,
      List<AccountState> states,
      String what,
      ToLongFunction<AccountState> actual,
      Function<Tally, long[]> expected) {
    var sums = sum(expected);
    // A failed command may or may not have been executed.
    var unknownMinor = UNKNOWN_MINOR * unknown();
    return IntStream.range(0, indexes.length)
        .filter(i -> Math.abs(actual.applyAsLong(states.get(i)) - sums[indexes[i]]) > unknownMinor)
        .limit(WRONGS_TOLD_MAX)
        .mapToObj(i ->
            "%s: %s is %,d, and should be %,d."
                .formatted(
                    accounts.id(indexes[i]),
                    what,
                    actual.applyAsLong(states.get(i)),
                    sums[indexes[i]]));
  }

  private Moment head() {
    var position = position();
    var time = events(position, position).getLast().getRecordTime();
    return new Moment(position, time.getSeconds() * 1_000_000 + time.getNanos() / 1_000);
  }

  private List<Event> events(long from, long to) {
    var events = new ArrayList<Event>();
    EventLogServiceGrpc.newBlockingStub(channel())
        .withDeadlineAfter(ANSWER_SECONDS_MAX, TimeUnit.SECONDS)
        .readEvents(
            ReadEventsRequest.newBuilder()
                .setLedger(ledger)
                .setFromPosition(from)
                .setToPosition(to)
                .build())
        .forEachRemaining(response -> events.add(response.getEvent()));
    return events;
  }

  private long unknown() {
    return tallies().stream().mapToLong(tally -> tally.unknown).sum();
  }

  private long[] sum(Function<Tally, long[]> values) {
    var sums = new long[accounts.size() + 1];
    for (var tally : tallies()) {
      var addends = values.apply(tally);
      for (int i = 0; i < sums.length; i++) {
        sums[i] += addends[i];
      }
    }
    return sums;
  }

  private Map<String, Long> merged(Function<Tally, Map<String, Long>> counts) {
    var merged = new TreeMap<String, Long>();
    tallies()
        .forEach(
            tally -> counts.apply(tally).forEach((what, n) -> merged.merge(what, n, Long::sum)));
    return merged;
  }

  private List<Tally> tallies() {
    return clients.stream().map(Client::tally).toList();
  }

  private Channel channel() {
    return clients.getFirst().channel();
  }
}
