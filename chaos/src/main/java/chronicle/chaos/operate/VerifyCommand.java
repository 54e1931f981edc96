package chronicle.chaos.operate;

import chronicle.projection.v1.ProjectionServiceGrpc;
import chronicle.projection.v1.Verification;
import chronicle.projection.v1.VerifyProjectionRequest;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code ./chronicle verify}. */
@Command(
    name = "verify",
    mixinStandardHelpOptions = true,
    description = {
      "Reads every row of a ledger's read model, and compares it with the fold that the ledger makes of its"
          + " log by its own code, at the same position; both go on serving.",
      "Exit code: 0 where all is equal, 1 where something differs, 2 where not all could be compared."
    })
public final class VerifyCommand implements Callable<Integer> {
  private static final int INCOMPLETE = 2;
  private static final long MINUTES_MAX = 120;

  @Option(
      names = "--target",
      paramLabel = "HOST:PORT",
      description = "The gateway, or a projector (default: ${DEFAULT-VALUE}).")
  private String target = "127.0.0.1:8080";

  @Option(names = "--ledger", description = "The ledger (default: ${DEFAULT-VALUE}).")
  private String ledger = "main";

  @Override
  public Integer call() {
    var channel = Grpc.newChannelBuilder(target, InsecureChannelCredentials.create()).build();
    var bar = new Bar();
    try {
      var frames =
          ProjectionServiceGrpc.newBlockingStub(channel)
              .withDeadlineAfter(MINUTES_MAX, TimeUnit.MINUTES)
              .verifyProjection(VerifyProjectionRequest.newBuilder().setLedger(ledger).build());
      while (frames.hasNext()) {
        var frame = frames.next();
        if (frame.hasResult()) {
          bar.end();
          return tell(frame.getResult());
        }
        var progress = frame.getProgress();
        bar.show("accounts", progress.getAccounts(), progress.getAccountTotal());
      }
      bar.end();
      System.err.println("The projector ended without a result.");
    } catch (StatusRuntimeException e) {
      bar.end();
      System.err.printf("%s answered %s.%n", target, e.getMessage());
    } finally {
      channel.shutdownNow();
    }
    return INCOMPLETE;
  }

  private static int tell(Verification result) {
    IO.println(
        "Ledger %s at position %,d, %,d accounts compared."
            .formatted(result.getLedger(), result.getPosition(), result.getAccounts()));
    IO.println("  digest of the log's fold  %s".formatted(result.getLogDigest()));
    IO.println("  digest of the rows        %s".formatted(result.getRowDigest()));
    IO.println("  digest at the checkpoint  %s".formatted(result.getCheckpointDigest()));
    return switch (result.getVerdict()) {
      case EQUAL -> {
        IO.println("EQUAL: every row is what the log says.");
        yield ExitCode.OK;
      }
      case DIFFERENT -> {
        var found = result.getFirstDifference();
        IO.println(
            "DIFFERENT: %,d accounts differ. The first difference: table %s%s: %s"
                .formatted(
                    result.getAccountsDifferent(),
                    found.getTable(),
                    found.getAccount().isEmpty() ? "" : ", account " + found.getAccount(),
                    found.getDetail()));
        yield ExitCode.SOFTWARE;
      }
      case INCOMPLETE -> {
        IO.println("INCOMPLETE: " + result.getReason());
        yield INCOMPLETE;
      }
      case VERDICT_UNSPECIFIED, UNRECOGNIZED -> {
        IO.println("INCOMPLETE: the projector is of another version.");
        yield INCOMPLETE;
      }
    };
  }
}
