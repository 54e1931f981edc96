package chronicle.chaos.bench;

import chronicle.chaos.bench.Chart.Bar;
import chronicle.chaos.bench.Chart.Point;
import chronicle.chaos.bench.Chart.Series;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** The charts of a section. */
final class Charts {
  private Charts() {}

  /** SVG by the names of files. */
  static Map<String, String> of(Section section) {
    var charts = new LinkedHashMap<String, String>();
    var slug = section.configuration().slug();
    var where = ", " + section.configuration().description();
    var throughput = throughput(section);
    if (!throughput.isEmpty()) {
      charts.put(
          slug + "-throughput.svg",
          Chart.lines(
              "Rate over calls in flight" + where, "calls in flight", "per second", throughput));
    }
    charts.put(
        slug + "-latency.svg",
        Chart.bars("Latency in ms (p50, p99, p99.9)" + where, latencies(section)));
    var ratios = ratios(section);
    if (!ratios.isEmpty()) {
      charts.put(slug + "-ratios.svg", Chart.bars("Ratios of rates" + where, ratios));
    }
    section
        .growth()
        .ifPresent(growth ->
            charts.put(
                slug + "-growth.svg",
                Chart.lines(
                    "Rate while the log grows" + where,
                    "events in the log",
                    "per second",
                    List.of(growth(growth)))));
    return charts;
  }

  private static List<Series> throughput(Section section) {
    var points = new LinkedHashMap<String, List<Point>>();
    section.trials().stream()
        .filter(trial -> trial.inFlight() > 0 && !trial.isBaseline())
        .forEach(trial ->
            points
                .computeIfAbsent(trial.series(), _ -> new ArrayList<>())
                .add(new Point(trial.inFlight(), section.perSecond(trial))));
    return points.entrySet().stream()
        .filter(series -> series.getValue().size() > 1)
        .map(series -> new Series(series.getKey(), series.getValue()))
        .toList();
  }

  private static List<Bar> latencies(Section section) {
    return section.trials().stream().flatMap(trial -> latencies(section, trial)).toList();
  }

  private static Stream<Bar> latencies(Section section, Trial trial) {
    return Stream.of(50.0, 99.0, 99.9)
        .flatMap(percentile ->
            section.millisAt(trial, percentile).stream()
                .mapToObj(millis ->
                    new Bar(
                        percentile == 50 ? trial.key() : "", millis, "%.1f".formatted(millis))));
  }

  private static List<Bar> ratios(Section section) {
    return section.trials().stream()
        .flatMap(trial ->
            section.ratios(trial).stream()
                .map(ratio ->
                    new Bar(
                        trial.key() + " / " + ratio.to(),
                        ratio.value(),
                        "%.2f".formatted(ratio.value()))))
        .toList();
  }

  private static Series growth(Growth growth) {
    return new Series(
        "stream",
        growth.windows().stream()
            .map(window -> new Point(window.position(), window.perSecond()))
            .toList());
  }
}
