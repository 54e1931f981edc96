package chronicle.projector;

import chronicle.error.v1.ErrorReason;
import chronicle.projection.v1.CancelRebuildRequest;
import chronicle.projection.v1.GetProjectionRequest;
import chronicle.projection.v1.PauseProjectionRequest;
import chronicle.projection.v1.ProjectionServiceGrpc;
import chronicle.projection.v1.RebuildProjectionRequest;
import chronicle.projection.v1.ResumeProjectionRequest;
import chronicle.projection.v1.VerificationProgress;
import chronicle.projection.v1.VerifyProjectionRequest;
import chronicle.projection.v1.VerifyProjectionResponse;
import chronicle.runtime.Failure;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;

/** Answers how far the projections have come, and does with them what an operator asks for. */
final class ProjectionService extends ProjectionServiceGrpc.ProjectionServiceImplBase {
  private static final String DEFAULT_LEDGER = "main";
  private static final Duration RETRY_DELAY = Duration.ofMillis(500);
  private static final long PROGRESS_INTERVAL_NANOS = 500_000_000;

  private final Projector projector;

  ProjectionService(Projector projector) {
    this.projector = projector;
  }

  /** What is asked of a ledger's projection. */
  @FunctionalInterface
  private interface Order {
    void give(Follower follower) throws SQLException;
  }

  @Override
  public void getProjection(
      GetProjectionRequest request, StreamObserver<chronicle.projection.v1.Projection> reply) {
    reply.onNext(answer(follower(ledger(request.getLedger()))));
    reply.onCompleted();
  }

  @Override
  public void pauseProjection(
      PauseProjectionRequest request, StreamObserver<chronicle.projection.v1.Projection> reply) {
    obey(request.getLedger(), follower -> pause(follower, true), reply);
  }

  @Override
  public void resumeProjection(
      ResumeProjectionRequest request, StreamObserver<chronicle.projection.v1.Projection> reply) {
    obey(request.getLedger(), follower -> pause(follower, false), reply);
  }

  @Override
  public void rebuildProjection(
      RebuildProjectionRequest request, StreamObserver<chronicle.projection.v1.Projection> reply) {
    obey(request.getLedger(), it -> projector.rebuilder().begin(it.ledger()), reply);
  }

  @Override
  public void cancelRebuild(
      CancelRebuildRequest request, StreamObserver<chronicle.projection.v1.Projection> reply) {
    obey(request.getLedger(), it -> projector.rebuilder().cancel(it.ledger()), reply);
  }

  @Override
  public void verifyProjection(
      VerifyProjectionRequest request, StreamObserver<VerifyProjectionResponse> reply) {
    var ledger = follower(ledger(request.getLedger())).ledger();
    var call = (ServerCallStreamObserver<VerifyProjectionResponse>) reply;
    call.setOnCancelHandler(() -> {});
    onThread(
        () -> {
          var verification = projector.verify(ledger, new ProgressFrames(call), call::isCancelled);
          if (!call.isCancelled()) {
            reply.onNext(
                VerifyProjectionResponse.newBuilder()
                    .setResult(Answers.verification(verification))
                    .build());
            reply.onCompleted();
          }
        },
        reply);
  }

  /** Not every step is told, and none to a reader that does not keep up. */
  private static final class ProgressFrames implements Verifier.Progress {
    private final ServerCallStreamObserver<VerifyProjectionResponse> call;
    private long toldNanos = System.nanoTime();

    ProgressFrames(ServerCallStreamObserver<VerifyProjectionResponse> call) {
      this.call = call;
    }

    @Override
    public void at(long position, long accounts, long accountTotal) {
      if (System.nanoTime() - toldNanos > PROGRESS_INTERVAL_NANOS && call.isReady()) {
        toldNanos = System.nanoTime();
        call.onNext(
            VerifyProjectionResponse.newBuilder()
                .setProgress(
                    VerificationProgress.newBuilder()
                        .setPosition(position)
                        .setAccounts(accounts)
                        .setAccountTotal(accountTotal))
                .build());
      }
    }
  }

  private void obey(
      String asked, Order order, StreamObserver<chronicle.projection.v1.Projection> reply) {
    var follower = follower(ledger(asked));
    onThread(
        () -> {
          order.give(follower);
          reply.onNext(answer(follower));
          reply.onCompleted();
        },
        reply);
  }

  private void pause(Follower follower, boolean paused) throws SQLException {
    if (!projector.pause(follower.ledger(), paused)) {
      throw notFound(follower.ledger());
    }
  }

  /** What asks the read model. */
  @FunctionalInterface
  private interface Task {
    void run() throws SQLException, InterruptedException;
  }

  /** On a thread of its own, for the read model is asked. */
  private static void onThread(Task task, StreamObserver<?> reply) {
    Thread.ofVirtual()
        .name("call")
        .start(() -> {
          try {
            task.run();
          } catch (SQLException e) {
            reply.onError(unavailable(e));
          } catch (InterruptedException | RuntimeException e) {
            reply.onError(e);
          }
        });
  }

  private chronicle.projection.v1.Projection answer(Follower follower) {
    return Answers.projection(
        follower, projector.rebuilder().latest(follower.ledger()), Instant.now());
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
}
