package chronicle.projector;

import chronicle.error.v1.ErrorReason;
import chronicle.projection.v1.GetProjectionRequest;
import chronicle.projection.v1.PauseProjectionRequest;
import chronicle.projection.v1.Projection.State;
import chronicle.projection.v1.ProjectionServiceGrpc;
import chronicle.projection.v1.ResumeProjectionRequest;
import chronicle.runtime.Failure;
import com.google.protobuf.Duration;
import com.google.protobuf.Timestamp;
import io.grpc.stub.StreamObserver;
import java.sql.SQLException;
import java.time.Instant;

/** Answers how far the projections have come, and lets them stand still and go on. */
final class ProjectionService extends ProjectionServiceGrpc.ProjectionServiceImplBase {
  private static final String DEFAULT_LEDGER = "main";
  private static final java.time.Duration RETRY_DELAY = java.time.Duration.ofMillis(500);

  private final Projector projector;

  ProjectionService(Projector projector) {
    this.projector = projector;
  }

  @Override
  public void getProjection(
      GetProjectionRequest request, StreamObserver<chronicle.projection.v1.Projection> reply) {
    reply.onNext(answer(follower(ledger(request.getLedger())), Instant.now()));
    reply.onCompleted();
  }

  @Override
  public void pauseProjection(
      PauseProjectionRequest request, StreamObserver<chronicle.projection.v1.Projection> reply) {
    pause(ledger(request.getLedger()), true, reply);
  }

  @Override
  public void resumeProjection(
      ResumeProjectionRequest request, StreamObserver<chronicle.projection.v1.Projection> reply) {
    pause(ledger(request.getLedger()), false, reply);
  }

  /** On a thread of its own, for the read model is asked. */
  private void pause(
      String ledger, boolean paused, StreamObserver<chronicle.projection.v1.Projection> reply) {
    var follower = follower(ledger);
    Thread.ofVirtual().name("pause").start(() -> pause(follower, paused, reply));
  }

  private void pause(
      Follower follower, boolean paused, StreamObserver<chronicle.projection.v1.Projection> reply) {
    try {
      if (!projector.pause(follower.ledger(), paused)) {
        throw notFound(follower.ledger());
      }
      reply.onNext(answer(follower, Instant.now()));
      reply.onCompleted();
    } catch (SQLException e) {
      reply.onError(unavailable(e));
    } catch (RuntimeException e) {
      reply.onError(e);
    }
  }

  private Follower follower(String ledger) {
    return projector.follower(ledger).orElseThrow(() -> notFound(ledger));
  }

  private static String ledger(String asked) {
    return asked.isEmpty() ? DEFAULT_LEDGER : asked;
  }

  private static Failure notFound(String ledger) {
    return Failure.of(ErrorReason.LEDGER_NOT_FOUND, "No ledger %s is projected".formatted(ledger));
  }

  private static Failure unavailable(SQLException thrown) {
    return Failure.of(ErrorReason.READ_MODEL_UNAVAILABLE, "The read model can't be reached")
        .retryAfter(RETRY_DELAY)
        .causedBy(thrown);
  }

  private static State state(Follower follower) {
    if (follower.progress().stopped()) {
      return State.STOPPED;
    }
    return follower.paused() ? State.PAUSED : State.RUNNING;
  }

  private static chronicle.projection.v1.Projection answer(Follower follower, Instant now) {
    var progress = follower.progress();
    var lag = progress.lag(now);
    var answer =
        chronicle.projection.v1.Projection.newBuilder()
            .setLedger(follower.ledger())
            .setState(state(follower))
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
