package chronicle.projector;

import chronicle.error.v1.ErrorReason;
import chronicle.projection.v1.GetProjectionRequest;
import chronicle.projection.v1.Projection.State;
import chronicle.projection.v1.ProjectionServiceGrpc;
import chronicle.runtime.Failure;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.grpc.stub.StreamObserver;
import java.time.Instant;

/** Answers how far the projections have come. */
final class ProjectionService extends ProjectionServiceGrpc.ProjectionServiceImplBase {
  private static final String DEFAULT_LEDGER = "main";

  private final Projector projector;

  ProjectionService(Projector projector) {
    this.projector = projector;
  }

  @Override
  public void getProjection(
      GetProjectionRequest request, StreamObserver<chronicle.projection.v1.Projection> reply) {
    var ledger = request.getLedger().isEmpty() ? DEFAULT_LEDGER : request.getLedger();
    var follower =
        projector
            .follower(ledger)
            .orElseThrow(() ->
                Failure.of(
                    ErrorReason.LEDGER_NOT_FOUND, "No ledger %s is projected".formatted(ledger)));
    reply.onNext(answer(ledger, follower.progress(), Instant.now()));
    reply.onCompleted();
  }

  private static chronicle.projection.v1.Projection answer(
      String ledger, Progress progress, Instant now) {
    var lag = progress.lag(now);
    var answer =
        chronicle.projection.v1.Projection.newBuilder()
            .setLedger(ledger)
            .setState(progress.stopped() ? State.STOPPED : State.RUNNING)
            .setPosition(progress.position())
            .setHeadPosition(progress.head())
            .setLag(Duration.newBuilder().setSeconds(lag.getSeconds()).setNanos(lag.getNano()))
            .setError(progress.error());
    if (progress.position() > 0) {
      answer.setRecordTime(timestamp(progress.recordTime()));
    }
    return answer.build();
  }

  private static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }
}
