package chronicle.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import io.grpc.Context;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Logger;

class JsonAppenderTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final LoggerContext logs = new LoggerContext();
  private final Logger log = logger();

  @Test
  void aLineHoldsTheMessageAndItsKeyValues() {
    log.atInfo()
        .setMessage("Command")
        .addKeyValue("command_id", "c1")
        .addKeyValue("position", 7L)
        .log();

    assertThat(lines())
        .singleElement()
        .asString()
        .matches("\\{\"timestamp\":\"\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{6}Z\",.*")
        .contains("\"level\":\"INFO\",\"logger\":\"chronicle.audit\"")
        .endsWith("\"message\":\"Command\",\"command_id\":\"c1\",\"position\":7}");
  }

  @Test
  void whatJsonForbidsIsEscaped() {
    log.atInfo().setMessage("Odd").addKeyValue("value", "a\"b\\c\nd\u0001é").log();

    assertThat(lines())
        .singleElement()
        .asString()
        .endsWith("\"value\":\"a\\\"b\\\\c\\nd\\u0001é\"}");
  }

  @Test
  void aLineNamesTheTraceOfTheThreadThatLoggedIt() {
    var trace = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01";

    Context.current().withValue(Traceparent.CURRENT, trace).run(() -> log.info("Traced"));

    assertThat(lines())
        .singleElement()
        .asString()
        .endsWith(
            ",\"trace_id\":\"0af7651916cd43dd8448eb211c80319c\",\"span_id\":\"b7ad6b7169203331\"}");
  }

  @Test
  void anExceptionStaysOnItsLine() {
    log.error("Broken", new IllegalStateException("why"));

    assertThat(lines())
        .singleElement()
        .asString()
        .contains(",\"error\":\"java.lang.IllegalStateException: why\\n\\tat ");
  }

  @Test
  void aValueThatFailsCostsItsOwnLineOnly() {
    var failing =
        new Object() {
          @Override
          public String toString() {
            throw new IllegalStateException("no text");
          }
        };

    log.info("First");
    log.atInfo().setMessage("Lost").addKeyValue("value", failing).log();
    log.info("Last");

    assertThat(lines()).hasSize(2).noneMatch(line -> line.contains("Lost"));
  }

  @Test
  void noLineIsLostHoweverManyThreadsLog() throws Exception {
    var threads = new ArrayList<Thread>();
    for (var i = 0; i < 4; i++) {
      threads.add(Thread.ofPlatform().start(() -> logMany(20_000)));
    }
    for (var thread : threads) {
      thread.join();
    }

    assertThat(lines()).hasSize(80_000);
  }

  private void logMany(int count) {
    for (var i = 0; i < count; i++) {
      log.atInfo().setMessage("Many").addKeyValue("number", i).log();
    }
  }

  private Logger logger() {
    logs.setMDCAdapter(new LogbackMDCAdapter());
    var appender = new JsonAppender(out);
    appender.setContext(logs);
    appender.start();
    var logger = logs.getLogger("chronicle.audit");
    logger.addAppender(appender);
    return logger;
  }

  private List<String> lines() {
    logs.stop();
    return out.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
