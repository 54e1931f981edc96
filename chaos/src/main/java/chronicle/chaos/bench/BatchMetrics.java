package chronicle.chaos.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/**
 * How many commands shared how many commits, from the ledger's metrics, since the process started.
 */
record BatchMetrics(double commands, double batches) {
  private static final String HISTOGRAM = "chronicle_batch_commands";

  static BatchMetrics read(String url) {
    try (var client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create(url)).build();
      var text = client.send(request, BodyHandlers.ofString()).body();
      return new BatchMetrics(sum(text, HISTOGRAM + "_sum"), sum(text, HISTOGRAM + "_count"));
    } catch (IOException e) {
      throw new IllegalStateException("No metrics at " + url, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** The mean batch since then. */
  double commandsPerBatchSince(BatchMetrics before) {
    return (commands - before.commands) / Math.max(1, batches - before.batches);
  }

  private static double sum(String text, String name) {
    return text.lines()
        .filter(line -> line.startsWith(name))
        .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
        .sum();
  }
}
