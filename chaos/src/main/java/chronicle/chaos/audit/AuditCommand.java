package chronicle.chaos.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code ./chronicle audit}. */
@Command(
    name = "audit",
    mixinStandardHelpOptions = true,
    description = {
      "Runs a bounded random load on a deployment, in a ledger of its own, and holds what its"
          + " clients saw against the log, the read model and the stream.",
      "Exit code: 0 where everything was checked and holds, 1 where something is broken, 2 where"
          + " not everything could be checked."
    })
public final class AuditCommand implements Callable<Integer> {
  private static final int CLEAN = 0;
  private static final int VIOLATED = 1;
  private static final int INCOMPLETE = 2;

  @Option(
      names = "--target",
      paramLabel = "HOST:PORT",
      split = ",",
      description = "The gateway, or ledgers (default: ${DEFAULT-VALUE}).")
  private List<String> ledgers = List.of("127.0.0.1:8080");

  @Option(
      names = "--query",
      paramLabel = "HOST:PORT",
      split = ",",
      description = "Query services (default: the same).")
  private List<String> queries = List.of();

  @Option(
      names = "--nats",
      paramLabel = "URL",
      description = "Compare the ledger's JetStream stream too (default: not).")
  private Optional<String> nats = Optional.empty();

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "How long to load it (default: ${DEFAULT-VALUE}).")
  private int seconds = 20;

  @Option(
      names = "--clients",
      paramLabel = "N",
      description = "How many clients at once (default: ${DEFAULT-VALUE}).")
  private int clients = 8;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Calls per second at most, of all clients (default: ${DEFAULT-VALUE}).")
  private int rate = 500;

  @Option(
      names = "--calls",
      paramLabel = "N",
      description = "Calls at most; all are kept in memory (default: ${DEFAULT-VALUE}).")
  private int calls = 100_000;

  @Option(
      names = "--seed",
      paramLabel = "N",
      description = "What the clients' choices follow from (default: a new one, which is said).")
  private Optional<Long> seed = Optional.empty();

  @Option(
      names = "--ledger",
      paramLabel = "PREFIX",
      description = "What the ledger's name begins with (default: ${DEFAULT-VALUE}).")
  private String prefix = "audit";

  @Option(
      names = "--output",
      paramLabel = "DIRECTORY",
      description = "Keep the history, the log and the report there (default: not).")
  private Optional<Path> output = Optional.empty();

  @Override
  public Integer call() throws IOException, InterruptedException {
    var plan = plan();
    IO.println("Ledger %s, seed %d".formatted(plan.ledger(), plan.seed()));
    try (var audit = Audit.start(targets(), plan)) {
      watch(audit);
      IO.println("Reading the read model and the log, and checking ...");
      var report = audit.finish();
      var text = ReportText.of(plan, audit.history(), audit.log(), report);
      IO.println(text);
      if (output.isPresent()) {
        keep(output.get(), audit, text);
      }
      return switch (report.verdict()) {
        case CLEAN -> CLEAN;
        case VIOLATED -> VIOLATED;
        case INCOMPLETE -> INCOMPLETE;
      };
    } catch (LedgerNotMade e) {
      System.err.println(e.getMessage());
      return INCOMPLETE;
    }
  }

  private Plan plan() {
    var name = prefix + "-" + UUID.randomUUID();
    return Plan.of(name, seed.orElseGet(System::nanoTime))
        .by(clients)
        .lasting(Duration.ofSeconds(seconds))
        .at(rate, calls);
  }

  private Targets targets() {
    return new Targets(ledgers, queries.isEmpty() ? ledgers : queries, nats);
  }

  /** Says every second how far the load has come. */
  private void watch(Audit audit) throws InterruptedException {
    for (int second = 1; second <= seconds && !audit.history().isFull(); second++) {
      Thread.sleep(Duration.ofSeconds(1));
      IO.println("%3d s: %s".formatted(second, audit.progress()));
    }
    audit.await();
  }

  private static void keep(Path directory, Audit audit, String text) throws IOException {
    Files.createDirectories(directory);
    HistoryFile.write(directory.resolve("history.jsonl"), audit.history().calls());
    LogFile.write(directory.resolve("log.jsonl"), audit.log().events());
    Files.writeString(directory.resolve("report.txt"), text + "\n");
  }
}
