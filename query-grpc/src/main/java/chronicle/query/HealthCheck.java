package chronicle.query;

import chronicle.runtime.Failure;
import chronicle.runtime.GrpcServer;
import java.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says SERVING while the read model answers, and looks every second. */
final class HealthCheck implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(HealthCheck.class);
  private static final Duration PERIOD = Duration.ofSeconds(1);

  private final ReadModel model;
  private final GrpcServer server;
  private final Thread thread;
  private boolean serving;

  private HealthCheck(ReadModel model, GrpcServer server) {
    this.model = model;
    this.server = server;
    this.thread = Thread.ofVirtual().name("health-check").unstarted(this::watch);
  }

  static HealthCheck start(ReadModel model, GrpcServer server) {
    var check = new HealthCheck(model, server);
    check.thread.start();
    return check;
  }

  @Override
  public void close() {
    thread.interrupt();
  }

  private void watch() {
    try {
      while (true) {
        look();
        Thread.sleep(PERIOD);
      }
    } catch (InterruptedException _) {
      // Closed.
    }
  }

  private void look() {
    var answers = answers();
    if (answers != serving) {
      serving = answers;
      server.serving(answers);
      log.atInfo().setMessage("Read model").addKeyValue("answers", answers).log();
    }
  }

  private boolean answers() {
    try {
      var _ = model.checkpoint("main");
      return true;
    } catch (Failure _) {
      return false;
    }
  }
}
