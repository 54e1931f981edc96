package chronicle.chaos.lab;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What came of several scenarios, for people and for programs. */
record Results(List<Result> all) {
  private static final String HEAD =
      """
      | scenario | deposits acknowledged per second before / during / after | longest without, s | lost | twice | unknown | read model behind at most, events / s | caught up after, s | wrong |
      |---|---:|---:|---:|---:|---:|---:|---:|---:|
      """;

  /** Writes {@code chaos.md}, {@code chaos.json} and a picture of each into the directory. */
  void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("chaos.md"), markdown());
    Files.writeString(directory.resolve("chaos.json"), json());
    for (var result : all) {
      Files.writeString(
          directory.resolve(result.scenario().name() + ".svg"), new Picture(result).svg());
    }
  }

  /** The table, and below it what was wrong. */
  String markdown() {
    var text = new StringBuilder(HEAD);
    all.forEach(result -> text.append(row(result)));
    all.stream().filter(result -> !result.isClean()).forEach(result -> text.append(wrong(result)));
    return text.toString();
  }

  String json() {
    return all.stream().map(Results::json).collect(Collectors.joining(",\n", "[", "]\n"));
  }

  private static String row(Result result) {
    return String.format(
        Locale.ROOT,
        "| %s | %.0f / %.0f / %.0f | %s | %d | %d | %d | %,d / %s | %s | %d |\n",
        result.scenario().name(),
        result.perSecondBefore(),
        result.perSecondDuring(),
        result.perSecondAfter(),
        seconds(result.gap()),
        result.lost(),
        result.duplicated(),
        result.acknowledged().unknown(),
        result.lagEventsMax(),
        seconds(result.lagMax()),
        seconds(result.catchUp()),
        result.findings().size());
  }

  private static String wrong(Result result) {
    return result.findings().stream()
        .map(finding -> "- " + finding + "\n")
        .collect(
            Collectors.joining(
                "",
                "\nWrong in %s, seed %d:\n\n".formatted(result.scenario().name(), result.seed()),
                ""));
  }

  private static String json(Result result) {
    return String.format(
        Locale.ROOT,
        "{\"scenario\": %s, \"seed\": %d, \"per_second_before\": %.1f, \"per_second_during\": %.1f, "
            + "\"per_second_after\": %.1f, \"seconds_without_acknowledgement_max\": %s, \"lost\": %d, "
            + "\"duplicated\": %d, \"unknown_resolved\": %d, \"behind_events_max\": %d, "
            + "\"behind_seconds_max\": %s, \"catch_up_seconds\": %s, \"marks\": [%s], \"findings\": [%s]}",
        string(result.scenario().name()),
        result.seed(),
        result.perSecondBefore(),
        result.perSecondDuring(),
        result.perSecondAfter(),
        seconds(result.gap()),
        result.lost(),
        result.duplicated(),
        result.acknowledged().unknown(),
        result.lagEventsMax(),
        seconds(result.lagMax()),
        seconds(result.catchUp()),
        result.marks().stream().map(mark -> json(result, mark)).collect(Collectors.joining(", ")),
        result.findings().stream().map(Results::string).collect(Collectors.joining(", ")));
  }

  private static String json(Result result, Timeline.Mark mark) {
    return String.format(
        Locale.ROOT,
        "{\"seconds\": %.2f, \"what\": %s}",
        (mark.nanos() - result.phases().begun()) / 1e9,
        string(mark.what()));
  }

  private static String seconds(Duration time) {
    return String.format(Locale.ROOT, "%.2f", time.toNanos() / 1e9);
  }

  private static String string(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }
}
