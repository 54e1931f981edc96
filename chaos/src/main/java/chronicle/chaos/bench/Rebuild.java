package chronicle.chaos.bench;

import chronicle.chaos.load.LoadGenerator;
import chronicle.chaos.load.Measurement;
import chronicle.chaos.load.Pacing;
import chronicle.chaos.load.Scenario;
import chronicle.projection.v1.GetProjectionRequest;
import chronicle.projection.v1.Projection;
import chronicle.projection.v1.ProjectionServiceGrpc;
import chronicle.projection.v1.ProjectionServiceGrpc.ProjectionServiceBlockingStub;
import chronicle.projection.v1.RebuildProjectionRequest;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/** Has the read model made anew from the first event, in events a second, to its swap. */
final class Rebuild implements AutoCloseable {
  static final int IN_FLIGHT = 256;

  private static final Duration TIME_MAX = Duration.ofMinutes(30);
  private static final Duration POLL = Duration.ofMillis(50);
  private static final Duration SLICE = Duration.ofMillis(500);
  private static final long ANSWER_SECONDS_MAX = 10;

  private final ManagedChannel channel;
  private final String ledger;
  private final LoadGenerator load;
  private Measurement meanwhile = Measurement.of(Measurement.histogram(), 0, SLICE);

  Rebuild(String projectorTarget, String ledger, LoadGenerator load) {
    this.channel =
        Grpc.newChannelBuilder(projectorTarget, InsecureChannelCredentials.create()).build();
    this.ledger = ledger;
    this.load = load;
  }

  /** Nobody writes meanwhile. */
  Measurement idle() {
    var startNanos = System.nanoTime();
    var events = run();
    return measurement(events, System.nanoTime() - startNanos);
  }

  /** Deposits go on meanwhile, as many as the ledger takes. */
  Measurement underLoad() {
    var over = new AtomicBoolean();
    var deposits = CompletableFuture.supplyAsync(() -> depositUntil(over));
    try {
      return idle();
    } finally {
      over.set(true);
      meanwhile = deposits.join();
    }
  }

  /** The deposits of the last {@link #underLoad}. */
  Measurement meanwhile() {
    return meanwhile;
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }

  /** Returns how many events it applied. */
  private long run() {
    var generation = projection().getGeneration();
    var _ =
        projections()
            .rebuildProjection(RebuildProjectionRequest.newBuilder().setLedger(ledger).build());
    var endNanos = System.nanoTime() + TIME_MAX.toNanos();
    while (System.nanoTime() - endNanos < 0) {
      var projection = projection();
      switch (projection.getRebuild().getState()) {
        case DONE -> {
          if (projection.getGeneration() != generation) {
            return projection.getRebuild().getPosition();
          }
        }
        case REFUSED, CANCELLED ->
            throw new IllegalStateException("The rebuild failed: " + projection.getRebuild());
        case BUILDING, VERIFYING, STATE_UNSPECIFIED, UNRECOGNIZED -> {
          // Under way, or about to be.
        }
      }
      sleep();
    }
    throw new IllegalStateException("The rebuild does not end: " + projection());
  }

  private Measurement depositUntil(AtomicBoolean over) {
    var deposit = Scenario.DEPOSIT.variants().getFirst();
    var startNanos = System.nanoTime();
    var latencyMicros = Measurement.histogram();
    var errors = 0L;
    while (!over.get()) {
      var slice = load.run(deposit, new Pacing.Closed(IN_FLIGHT), SLICE);
      latencyMicros.add(slice.latencyMicros());
      errors += slice.errors();
    }
    return Measurement.of(latencyMicros, errors, Duration.ofNanos(System.nanoTime() - startNanos));
  }

  private Projection projection() {
    return projections().getProjection(GetProjectionRequest.newBuilder().setLedger(ledger).build());
  }

  private ProjectionServiceBlockingStub projections() {
    return ProjectionServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
  }

  private static Measurement measurement(long events, long nanos) {
    return new Measurement(events, 0, nanos / 1e9, Measurement.histogram());
  }

  private static void sleep() {
    try {
      Thread.sleep(POLL);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
