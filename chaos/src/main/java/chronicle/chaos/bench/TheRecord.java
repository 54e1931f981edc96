package chronicle.chaos.bench;

import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The table in docs/BENCHMARKS.md of the ratios by which later work is judged. */
final class TheRecord {
  /** The table's first line. */
  static final String HEAD =
      "| time | commit | deposit / jdbc | hot / deposit | stream / jdbc | balance / echo | deposits per second | load before | processor |";

  private TheRecord() {}

  /** A report's row of the table; empty unless it has one of the ratios. */
  static Optional<String> row(Report report) {
    var ratios =
        List.of(
            ratio(report, "alone", "deposit@256", Trials.JDBC),
            ratio(report, "alone", "hot-account@256", "deposit@256"),
            ratio(report, "alone", "stream@1024", Trials.JDBC),
            ratio(report, "mesh", "balance@64", Trials.ECHO + "@64"));
    if (ratios.stream().allMatch(OptionalDouble::isEmpty)) {
      return Optional.empty();
    }
    var machine = report.machine();
    var cells =
        Stream.of(
                Stream.of(machine.get("time"), machine.get("commit")),
                ratios.stream().map(Report::millis),
                Stream.of(
                    deposits(report),
                    machine.get("load average before"),
                    "%s × %s".formatted(machine.get("cores"), machine.get("processor"))))
            .flatMap(it -> it);
    return Optional.of(cells.collect(Collectors.joining(" | ", "| ", " |")));
  }

  /** The page with one row more at the end of the table; throws if the page has none. */
  static String append(String page, String row) {
    var lines = page.lines().collect(Collectors.toList());
    var at = lines.indexOf(HEAD);
    if (at < 0) {
      throw new IllegalArgumentException("The page has no table that begins with: " + HEAD);
    }
    while (at < lines.size() && lines.get(at).startsWith("|")) {
      at++;
    }
    lines.add(at, row);
    return String.join("\n", lines) + "\n";
  }

  private static OptionalDouble ratio(Report report, String slug, String key, String to) {
    return report.sections().stream()
        .filter(section -> section.configuration().slug().equals(slug))
        .map(section -> section.ratio(key, to))
        .findFirst()
        .orElse(OptionalDouble.empty());
  }

  private static String deposits(Report report) {
    return report.sections().stream()
        .filter(section -> section.configuration().slug().equals("alone"))
        .flatMap(section ->
            section.trials().stream()
                .filter(trial -> trial.key().equals("deposit@256"))
                .map(trial -> "%,.0f".formatted(section.perSecond(trial))))
        .findFirst()
        .orElse("-");
  }
}
