package chronicle.chaos;

import chronicle.chaos.audit.AuditCommand;
import chronicle.chaos.bench.BenchCommand;
import chronicle.chaos.demo.DemoCommand;
import chronicle.chaos.lab.ChaosCommand;
import chronicle.chaos.operate.RebuildCommand;
import chronicle.chaos.operate.VerifyCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/**
 * {@code ./chronicle audit}, {@code bench}, {@code chaos}, {@code demo}, {@code rebuild} and {@code
 * verify}.
 */
@Command(
    name = "./chronicle",
    mixinStandardHelpOptions = true,
    subcommands = {
      AuditCommand.class,
      BenchCommand.class,
      ChaosCommand.class,
      DemoCommand.class,
      RebuildCommand.class,
      VerifyCommand.class
    },
    description =
        "Measures or harms a mesh of its own, shows the running one, audits and looks after any.")
final class ChaosMain {
  private ChaosMain() {}

  static void main(String[] arguments) {
    System.exit(
        new CommandLine(new ChaosMain())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(arguments));
  }
}
