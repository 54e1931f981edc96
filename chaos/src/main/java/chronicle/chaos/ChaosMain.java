package chronicle.chaos;

import chronicle.chaos.audit.AuditCommand;
import chronicle.chaos.bench.BenchCommand;
import chronicle.chaos.demo.DemoCommand;
import chronicle.chaos.operate.RebuildCommand;
import chronicle.chaos.operate.VerifyCommand;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** {@code ./chronicle audit}, {@code bench}, {@code demo}, {@code rebuild} and {@code verify}. */
@Command(
    name = "./chronicle",
    mixinStandardHelpOptions = true,
    subcommands = {
      AuditCommand.class,
      BenchCommand.class,
      DemoCommand.class,
      RebuildCommand.class,
      VerifyCommand.class
    },
    description = "Measures a mesh of its own, shows the running one, or looks after any.")
final class ChaosMain {
  private ChaosMain() {}

  static void main(String[] arguments) {
    System.exit(
        new CommandLine(new ChaosMain())
            .setCaseInsensitiveEnumValuesAllowed(true)
            .execute(arguments));
  }
}
