package chronicle.chaos.bench;

import chronicle.chaos.profile.FlameGraph;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.stream.Collectors;

/** What was measured, on what, and how, for people and for programs. */
record Report(Plan plan, Map<String, String> machine, List<Section> sections) {
  private static final String HEAD =
      """
      | what | in flight | per second | p50 ms | p99 ms | p99.9 ms | ratios | commands per commit | readers behind, s | failed |
      |---|---:|---:|---:|---:|---:|---|---:|---:|---:|
      """;

  private static final String PROCESSES =
      """

      | process | heap in use, MiB | pauses | pauses, s | longest at most, ms |
      |---|---:|---:|---:|---:|
      """;

  private static final String BUDGET =
      """
      | process | processor, µs | allocated, bytes | |
      |---|---:|---:|---|
      """;

  /** Writes {@code bench.md}, {@code bench.json} and the charts into the directory. */
  void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("bench.md"), markdown());
    Files.writeString(directory.resolve("bench.json"), JsonReport.of(this));
    for (var chart : charts().entrySet()) {
      Files.writeString(directory.resolve(chart.getKey()), chart.getValue());
    }
    for (var section : sections) {
      for (var budget : section.budgets()) {
        for (var profile : budget.profiles().entrySet()) {
          Files.writeString(
              directory.resolve(picture(section, budget, profile.getKey())),
              FlameGraph.svg(
                  "%s, %s: %s"
                      .formatted(
                          section.configuration().slug(), budget.trial().key(), profile.getKey()),
                  profile.getValue()));
        }
      }
    }
  }

  /** Whether every answer was right, and the ledger in the end. */
  boolean isRight() {
    return sections.stream().allMatch(section -> section.faults().isEmpty());
  }

  String markdown() {
    var text = new StringBuilder("# Benchmark\n\n").append(method()).append('\n');
    machine.forEach((name, value) -> text.append("- %s: %s%n".formatted(name, value)));
    sections.forEach(section -> append(text, section));
    return text.toString();
  }

  /** The charts by the names of their files. */
  Map<String, String> charts() {
    return sections.stream()
        .flatMap(section -> Charts.of(section).entrySet().stream())
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  /** A latency as the table shows it. */
  static String millis(OptionalDouble value) {
    return value.isEmpty() ? "-" : "%.2f".formatted(value.getAsDouble());
  }

  private String method() {
    return """
    Over gRPC, %d connection(s), %,d accounts, every command under an id of its own; load generator, services and
    database share the machine. %d round(s) of %.1f s in turns, after %.1f s of warm-up. Figures are medians over the
    rounds, ratios medians of the rounds' ratios of rates. A closed loop keeps so many calls in flight, and its latencies
    include queueing at that load; `lag` is an open loop of 1,000 a second, `half-load` one of half the rate that %d
    callers reached right before. `jdbc` and `pgbench` are a ledger of one transaction per command on the same server,
    statements prepared and sent from the client, by the best of %s connections, and what they failed are lost races;
    `bare insert` is a multi-row insert of the same rows on one connection, and its "in flight" the rows of a transaction;
    `echo` is a gRPC server that answers from nowhere; `jdbc rows` and `pgbench rows` read a balance at a time.
    """
        .formatted(
            plan.connections(),
            plan.accounts(),
            plan.rounds(),
            plan.time().toMillis() / 1000.0,
            plan.warmUp().toMillis() / 1000.0,
            Trials.FULL_IN_FLIGHT,
            plan.baselineClients());
  }

  private static void append(StringBuilder text, Section section) {
    text.append("\n## %s%n%n".formatted(section.configuration().description()));
    section.settings().forEach((name, value) -> text.append("- %s: %s%n".formatted(name, value)));
    section.growth().ifPresent(growth -> text.append(line(growth)));
    text.append('\n').append(HEAD);
    section.trials().forEach(trial -> text.append(line(section, trial)));
    if (!section.processes().isEmpty()) {
      text.append(PROCESSES);
      section.processes().forEach(process -> text.append(line(process)));
    }
    section.budgets().forEach(budget -> append(text, section, budget));
    Charts.of(section).keySet().stream()
        .sorted()
        .forEach(file -> text.append("%n![%s](%s)%n".formatted(file.replace(".svg", ""), file)));
    section.failures().forEach((why, n) -> text.append("%n%,d failed: %s%n".formatted(n, why)));
    section.faults().forEach(fault -> text.append("%n**WRONG**: %s%n".formatted(fault)));
  }

  private static void append(StringBuilder text, Section section, Budget budget) {
    text.append(
        "%n### What one of %s costs (%,d of them)%n%n%s"
            .formatted(budget.trial().key(), budget.units(), BUDGET));
    for (var process : budget.spent().processor().keySet()) {
      var allocated = budget.allocatedBytes(process);
      text.append(
          "| %s | %.1f | %s | %s |%n"
              .formatted(
                  process,
                  budget.processorMicros(process),
                  allocated > 0 ? "%,.0f".formatted(allocated) : "",
                  budget.profiles().containsKey(process)
                      ? "[flame graph](%s)".formatted(picture(section, budget, process))
                      : ""));
    }
    text.append('\n');
    budget
        .spent()
        .databases()
        .forEach((name, done) ->
            text.append(
                "- %s: %.3f transactions, %.2f rows inserted, %.2f updated%n"
                    .formatted(
                        name,
                        (double) done.commits() / budget.units(),
                        (double) done.inserted() / budget.units(),
                        (double) done.updated() / budget.units())));
    if (!budget.spent().databases().isEmpty()) {
      text.append(
          "- written ahead by the databases' server: %,d bytes%n"
              .formatted(budget.spent().walBytes() / budget.units()));
    }
  }

  private static String picture(Section section, Budget budget, String service) {
    return "%s-flames-%s-%s.svg"
        .formatted(section.configuration().slug(), budget.trial().series(), service);
  }

  private static String line(Growth growth) {
    return "- grown: %,d accounts opened at %,.0f/s; then to %,d events, at %,.0f/s at the start and %,.0f/s at the end (%.2f)%n"
        .formatted(
            growth.accounts(),
            growth.openedPerSecond(),
            growth.windows().isEmpty() ? 0 : growth.windows().getLast().position(),
            growth.atStart(),
            growth.atEnd(),
            growth.atEnd() / growth.atStart());
  }

  private static String line(Section section, Trial trial) {
    return "| %s | %d | %,.0f | %s | %s | %s | %s | %s | %s | %d |%n"
        .formatted(
            trial.series(),
            trial.inFlight(),
            section.perSecond(trial),
            millis(section.millisAt(trial, 50)),
            millis(section.millisAt(trial, 99)),
            millis(section.millisAt(trial, 99.9)),
            section.ratios(trial).stream()
                .map(ratio -> "%.2f × %s".formatted(ratio.value(), ratio.to()))
                .collect(Collectors.joining(", ")),
            trial.isWrite() ? "%.0f".formatted(batch(section, trial)) : "",
            trial.isWrite() ? "%.2f".formatted(behind(section, trial)) : "",
            section.of(trial).mapToLong(row -> row.measurement().errors()).sum());
  }

  private static double batch(Section section, Trial trial) {
    return Section.median(section.of(trial).mapToDouble(Section.Row::batch).toArray())
        .orElseThrow();
  }

  private static double behind(Section section, Trial trial) {
    return Section.median(
            section.of(trial).mapToDouble(row -> row.catchUp().toMillis() / 1000.0).toArray())
        .orElseThrow();
  }

  private static String line(ProcessState process) {
    return "| %s | %.0f | %.0f | %.2f | %.0f |%n"
        .formatted(
            process.service(),
            process.heapMiB(),
            process.pauses(),
            process.pauseSeconds(),
            process.longestPauseSeconds() * 1000);
  }
}
