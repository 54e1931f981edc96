package chronicle.chaos.bench;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.regex.Pattern;

/** A process's metrics at one moment, as Prometheus would read them. */
record Metrics(List<Sample> samples) {
  private static final Pattern LINE =
      Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(?:\\{(.*)})? (\\S+)");
  private static final Pattern BOUND = Pattern.compile("le=\"([^\"]+)\"");

  /** One line: a name, its labels as they stand, a value. */
  record Sample(String name, String labels, double value) {}

  /** What the process says at that address; throws if it says nothing. */
  static Metrics read(String url) {
    try (var client = HttpClient.newHttpClient()) {
      var request = HttpRequest.newBuilder(URI.create(url)).build();
      return parse(client.send(request, BodyHandlers.ofString()).body());
    } catch (IOException e) {
      throw new IllegalStateException("No metrics at " + url, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  static Metrics parse(String text) {
    return new Metrics(
        text.lines()
            .map(LINE::matcher)
            .filter(line -> line.matches())
            .map(line ->
                new Sample(
                    line.group(1),
                    line.group(2) == null ? "" : line.group(2),
                    Double.parseDouble(line.group(3).replace("+Inf", "Infinity"))))
            .toList());
  }

  /** The sum of all samples of that name whose labels contain the text. */
  double sum(String name, String label) {
    return samples.stream()
        .filter(sample -> sample.name.equals(name) && sample.labels.contains(label))
        .mapToDouble(Sample::value)
        .sum();
  }

  /** The upper bound of the highest bucket of a histogram that anything fell into; 0 if none. */
  double highestBound(String histogram) {
    var total = sum(histogram + "_count", "");
    if (total == 0) {
      return 0;
    }
    return samples.stream()
        .filter(sample -> sample.name.equals(histogram + "_bucket"))
        .map(Metrics::bound)
        .distinct()
        .sorted()
        .filter(bound -> upTo(histogram, bound) >= total)
        .findFirst()
        .orElse(Double.POSITIVE_INFINITY);
  }

  private double upTo(String histogram, double bound) {
    return samples.stream()
        .filter(sample -> sample.name.equals(histogram + "_bucket") && bound(sample) == bound)
        .mapToDouble(Sample::value)
        .sum();
  }

  private static double bound(Sample sample) {
    var bound = BOUND.matcher(sample.labels);
    return bound.find()
        ? Double.parseDouble(bound.group(1).replace("+Inf", "Infinity"))
        : Double.POSITIVE_INFINITY;
  }
}
