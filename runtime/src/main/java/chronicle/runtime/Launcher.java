package chronicle.runtime;

import ch.qos.logback.classic.LoggerContext;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.bridge.SLF4JBridgeHandler;
import picocli.CommandLine;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;

/**
 * Runs a {@link Program} as the process. An option {@code --grpc-port} that is not given on the
 * command line is taken from {@code CHRONICLE_GRPC_PORT}, else from its own default.
 */
public final class Launcher {
  private static final Logger log = LoggerFactory.getLogger(Launcher.class);
  private static final Duration STOP_MAX = Duration.ofSeconds(30);
  private static final int FAILED = 1;
  private static final int MISCONFIGURED = 2;

  private Launcher() {}

  /**
   * Runs the program and ends the process: 0 when it ends by itself, 1 when it throws, 2 after
   * naming every option at fault; on SIGTERM or SIGINT it asks the program to end and waits for up
   * to 30 s, logs included.
   */
  public static void launch(Program program, String... arguments) {
    SLF4JBridgeHandler.removeHandlersForRootLogger();
    SLF4JBridgeHandler.install();
    var shutdown = new Shutdown(Thread.currentThread());
    var finished = new CountDownLatch(1);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(shutdown, finished), "stop"));
    var err = new PrintWriter(System.err, true, StandardCharsets.UTF_8);
    var code = run(program, shutdown, System.getenv(), err, arguments);
    if (LoggerFactory.getILoggerFactory() instanceof LoggerContext logs) {
      logs.stop();
    }
    finished.countDown();
    System.exit(code);
  }

  private static void stop(Shutdown shutdown, CountDownLatch finished) {
    shutdown.request();
    try {
      var _ = finished.await(STOP_MAX.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException _) {
      // Then the JVM ends now.
    }
  }

  static int run(
      Program program,
      Shutdown shutdown,
      Map<String, String> environment,
      PrintWriter err,
      String... arguments) {
    var command = new CommandLine(program);
    command.setDefaultValueProvider(argument -> fromEnvironment(argument, environment));
    command.getCommandSpec().mixinStandardHelpOptions(true).parser().collectErrors(true);
    command
        .getCommandSpec()
        .usageMessage()
        .footer(
            "", "An option --x-y that is not given is taken from the environment's CHRONICLE_X_Y.");
    var parsed = command.parseArgs(arguments);
    if (CommandLine.printHelpIfRequested(parsed)) {
      return 0;
    }
    var errors = errors(command, parsed);
    if (!errors.isEmpty()) {
      errors.forEach(err::println);
      return MISCONFIGURED;
    }
    return run(program, shutdown);
  }

  private static int run(Program program, Shutdown shutdown) {
    try {
      program.run(shutdown);
      return 0;
    } catch (InterruptedException _) {
      log.info("Stopped while starting");
      return 0;
    } catch (Exception e) {
      log.error("Process failed", e);
      return FAILED;
    }
  }

  @SuppressWarnings("NullAway") // picocli asks for null where there is no default
  private static String fromEnvironment(ArgSpec argument, Map<String, String> environment) {
    if (argument instanceof OptionSpec option) {
      var value = environment.get(variable(option));
      return value == null || value.isEmpty() ? null : value;
    }
    return null;
  }

  private static String variable(OptionSpec option) {
    return "CHRONICLE_"
        + option.longestName().substring(2).toUpperCase(Locale.ROOT).replace('-', '_');
  }

  private static List<String> errors(CommandLine command, CommandLine.ParseResult parsed) {
    var errors = new ArrayList<String>();
    for (var error : parsed.errors()) {
      errors.add(
          error instanceof ParameterException e
              ? String.valueOf(e.getMessage())
              : error.toString());
    }
    for (var option : command.getCommandSpec().options()) {
      if (option.longestName().endsWith("-port")
          && option.getValue() instanceof Integer port
          && (port < 0 || port > 65_535)) {
        errors.add(
            "Invalid value for option '%s': %d is not a port"
                .formatted(option.longestName(), port));
      }
    }
    return errors;
  }
}
