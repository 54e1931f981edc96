package chronicle.chaos.bench;

import chronicle.mesh.Mesh;
import chronicle.projection.v1.GetProjectionRequest;
import chronicle.projection.v1.ProjectionServiceGrpc;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The projectors of a mesh, which may have none. */
final class Projections implements AutoCloseable {
  private static final Duration CATCH_UP_MAX = Duration.ofMinutes(3);
  private static final long ANSWER_SECONDS_MAX = 10;
  private static final Duration POLL = Duration.ofMillis(20);

  private final List<ManagedChannel> channels;

  Projections(Mesh mesh) {
    channels =
        mesh.projectors().stream()
            .map(projector ->
                Grpc.newChannelBuilder(projector.target(), InsecureChannelCredentials.create())
                    .build())
            .toList();
  }

  /** Returns how long it took until the read model had reached the position. */
  Duration await(long position) throws InterruptedException {
    var startNanos = System.nanoTime();
    for (var channel : channels) {
      while (position(channel) < position) {
        if (System.nanoTime() - startNanos > CATCH_UP_MAX.toNanos()) {
          throw new IllegalStateException(
              "The projector is at %,d and does not reach %,d."
                  .formatted(position(channel), position));
        }
        Thread.sleep(POLL);
      }
    }
    return Duration.ofNanos(System.nanoTime() - startNanos);
  }

  @Override
  public void close() {
    channels.forEach(ManagedChannel::shutdownNow);
  }

  private static long position(ManagedChannel channel) {
    return ProjectionServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(ANSWER_SECONDS_MAX, TimeUnit.SECONDS)
        .getProjection(GetProjectionRequest.getDefaultInstance())
        .getPosition();
  }
}
