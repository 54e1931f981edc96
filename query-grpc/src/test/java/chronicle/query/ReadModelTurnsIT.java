package chronicle.query;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chronicle.mesh.EmbeddedPostgres;
import chronicle.runtime.Database;
import chronicle.runtime.DatabaseSettings;
import chronicle.runtime.Telemetry;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.RepeatedTest;

/** Which of many callers reads next, where connections are fewer than they. */
final class ReadModelTurnsIT {
  private static final int CONNECTIONS = 1;

  @RepeatedTest(5)
  void whoHasWaitedLongestReadsFirstAndNobodyStarves() throws Exception {
    var url = EmbeddedPostgres.shared().createDatabase("turns_" + System.nanoTime());
    try (var telemetry = Telemetry.start("query-test", "127.0.0.1", 0);
        var database = Database.open(DatabaseSettings.of("turns", url, CONNECTIONS), telemetry)) {
      var model = new ReadModel(database, CONNECTIONS);
      var order = new CopyOnWriteArrayList<String>();
      var reading = new CompletableFuture<Void>();
      var goOn = new CompletableFuture<Void>();
      var greedy =
          Thread.ofPlatform()
              .start(() -> {
                ask(
                    model,
                    () -> {
                      reading.complete(null);
                      goOn.join();
                    });
                ask(model, () -> order.add("who has just read"));
              });
      reading.join();
      var patient = Thread.ofPlatform().start(() -> ask(model, () -> order.add("who has waited")));
      await().until(() -> patient.getState() == Thread.State.TIMED_WAITING);

      goOn.complete(null);
      greedy.join();
      patient.join();

      assertThat(order).isEqualTo(List.of("who has waited", "who has just read"));
    }
  }

  private static void ask(ReadModel model, Runnable whileReading) {
    model.query(
        "SELECT 1",
        _ -> {},
        _ -> {
          whileReading.run();
          return "";
        });
  }
}
