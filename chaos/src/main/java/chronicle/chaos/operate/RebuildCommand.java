package chronicle.chaos.operate;

import chronicle.projection.v1.CancelRebuildRequest;
import chronicle.projection.v1.GetProjectionRequest;
import chronicle.projection.v1.Projection;
import chronicle.projection.v1.ProjectionServiceGrpc;
import chronicle.projection.v1.ProjectionServiceGrpc.ProjectionServiceBlockingStub;
import chronicle.projection.v1.Rebuild;
import chronicle.projection.v1.RebuildProjectionRequest;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code ./chronicle rebuild}. */
@Command(
    name = "rebuild",
    mixinStandardHelpOptions = true,
    description = {
      "Makes a ledger's read model anew beside the one that serves, holds it against the log, and lets it"
          + " take the other's place. It goes on without this command too; a second one shows the first's.",
      "Exit code: 0 where it is read, 1 where it was refused or cancelled, or nothing answers."
    })
public final class RebuildCommand implements Callable<Integer> {
  private static final long POLL_MILLIS = 200;
  private static final long ANSWER_SECONDS_MAX = 10;

  @Option(
      names = "--target",
      paramLabel = "HOST:PORT",
      description = "The gateway, or a projector (default: ${DEFAULT-VALUE}).")
  private String target = "127.0.0.1:8080";

  @Option(names = "--ledger", description = "The ledger (default: ${DEFAULT-VALUE}).")
  private String ledger = "main";

  @Option(names = "--cancel", description = "Give up the one that is under way.")
  private boolean cancel;

  @Override
  public Integer call() throws InterruptedException {
    var channel = Grpc.newChannelBuilder(target, InsecureChannelCredentials.create()).build();
    try {
      var projections = ProjectionServiceGrpc.newBlockingStub(channel);
      return cancel ? cancel(projections) : rebuild(projections);
    } catch (StatusRuntimeException e) {
      System.err.printf("%s answered %s.%n", target, e.getMessage());
      return ExitCode.SOFTWARE;
    } finally {
      channel.shutdownNow();
    }
  }

  private int cancel(ProjectionServiceBlockingStub projections) {
    var answer =
        withDeadline(projections)
            .cancelRebuild(CancelRebuildRequest.newBuilder().setLedger(ledger).build());
    IO.println(answer.hasRebuild() ? outcome(answer.getRebuild()) : "There was no rebuild.");
    return ExitCode.OK;
  }

  private int rebuild(ProjectionServiceBlockingStub projections) throws InterruptedException {
    var projection =
        withDeadline(projections)
            .rebuildProjection(RebuildProjectionRequest.newBuilder().setLedger(ledger).build());
    var generation = projection.getRebuild().getGeneration();
    var bar = new Bar();
    while (isUnderWay(projection, generation)) {
      bar.show(
          projection.getRebuild().getState() == Rebuild.State.VERIFYING ? "verifying" : "building",
          projection.getRebuild().getPosition(),
          projection.getHeadPosition());
      TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
      projection =
          withDeadline(projections)
              .getProjection(GetProjectionRequest.newBuilder().setLedger(ledger).build());
    }
    bar.end();
    IO.println(outcome(projection.getRebuild()));
    return projection.getRebuild().getState() == Rebuild.State.DONE
        ? ExitCode.OK
        : ExitCode.SOFTWARE;
  }

  private static boolean isUnderWay(Projection projection, int generation) {
    var rebuild = projection.getRebuild();
    return rebuild.getGeneration() <= generation
        && (rebuild.getState() == Rebuild.State.BUILDING
            || rebuild.getState() == Rebuild.State.VERIFYING);
  }

  private static String outcome(Rebuild rebuild) {
    return switch (rebuild.getState()) {
      case DONE ->
          "Generation %d is read: every row was equal to the log's fold."
              .formatted(rebuild.getGeneration());
      case REFUSED ->
          "Generation %d was refused, and what was read still is: %s"
              .formatted(rebuild.getGeneration(), rebuild.getError());
      case CANCELLED ->
          "Generation %d was given up; what was read still is.".formatted(rebuild.getGeneration());
      case BUILDING, VERIFYING ->
          "Generation %d is being made, at position %,d."
              .formatted(rebuild.getGeneration(), rebuild.getPosition());
      case STATE_UNSPECIFIED, UNRECOGNIZED -> "The projector is of another version.";
    };
  }

  private static ProjectionServiceBlockingStub withDeadline(
      ProjectionServiceBlockingStub projections) {
    return projections.withDeadlineAfter(ANSWER_SECONDS_MAX, TimeUnit.SECONDS);
  }
}
