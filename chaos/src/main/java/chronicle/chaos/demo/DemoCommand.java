package chronicle.chaos.demo;

import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.StatusRuntimeException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ExitCode;
import picocli.CommandLine.Option;

/** {@code ./chronicle demo}. */
@Command(
    name = "demo",
    mixinStandardHelpOptions = true,
    description = "Plays a tour against the running mesh, and checks every answer.")
public final class DemoCommand implements Callable<Integer> {
  @Option(
      names = "--target",
      paramLabel = "HOST:PORT",
      description = "The gateway (default: ${DEFAULT-VALUE}).")
  private String target = "127.0.0.1:8080";

  @Override
  public Integer call() {
    var channel = Grpc.newChannelBuilder(target, InsecureChannelCredentials.create()).build();
    try {
      new Tour(channel, target).play();
      IO.println("\nEvery answer was right.");
      return ExitCode.OK;
    } catch (WrongAnswer e) {
      System.err.println("\nWRONG ANSWER: " + e.getMessage());
    } catch (StatusRuntimeException e) {
      System.err.printf(
          "%nThe mesh at %s answered %s.%nDoes it run? ./chronicle up starts one.%n",
          target, e.getMessage());
    } finally {
      channel.shutdownNow();
    }
    return ExitCode.SOFTWARE;
  }
}
