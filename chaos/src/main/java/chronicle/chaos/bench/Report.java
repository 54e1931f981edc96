package chronicle.chaos.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.StringJoiner;
import java.util.function.ToDoubleFunction;
import java.util.stream.Collectors;

/** What was measured, on what, and how, for people and for programs. */
record Report(Plan plan, Map<String, String> machine, List<Section> sections) {
  private static final String HEAD =
      """
      | workload | per second | p50 ms | p99 ms | x JDBC | x pgbench | commands per commit | read model behind, s | failed |
      |---|---:|---:|---:|---:|---:|---:|---:|---:|
      """;

  /** Writes {@code bench.md} and {@code bench.json} into the directory. */
  void write(Path directory) throws IOException {
    Files.createDirectories(directory);
    Files.writeString(directory.resolve("bench.md"), markdown());
    Files.writeString(directory.resolve("bench.json"), json());
  }

  String markdown() {
    var text = new StringBuilder("# Benchmark\n\n").append(method()).append('\n');
    machine.forEach((name, value) -> text.append("- %s: %s%n".formatted(name, value)));
    sections.forEach(section -> append(text, section));
    return text.toString();
  }

  String json() {
    return object(
        "machine",
        strings(machine),
        "in_flight",
        plan.inFlight(),
        "connections",
        plan.connections(),
        "accounts",
        plan.accounts(),
        "seconds",
        plan.seconds(),
        "warm_up_seconds",
        plan.warmUpSeconds(),
        "configurations",
        array(sections.stream().map(Report::json).toList()));
  }

  /** A latency as the table shows it. */
  static String millis(OptionalDouble value) {
    return value.isEmpty() ? "-" : "%.1f".formatted(value.getAsDouble());
  }

  private String method() {
    return """
    Durable unary Deposit over gRPC, closed loop, %,d in flight on %d connection(s), every command under an id of its
    own; load generator, services and PostgreSQL share the machine. %d round(s) of %d s in turns, after %d s of
    warm-up. Baseline: one transaction per command (id, account, version, event) on the same server, statements
    prepared and sent from the client, the best of %s connections; what it failed are lost races for a version. Figures are medians over the rounds,
    ratios medians of the rounds' ratios. Latencies include queueing at that load.
    """
        .formatted(
            plan.inFlight(),
            plan.connections(),
            plan.rounds(),
            plan.seconds(),
            plan.warmUpSeconds(),
            plan.baselineClients());
  }

  private static void append(StringBuilder text, Section section) {
    text.append("\n## %s%n%n".formatted(section.configuration().description()));
    section.settings().forEach((name, value) -> text.append("- %s: %s%n".formatted(name, value)));
    text.append('\n').append(HEAD);
    section.workloads().forEach(workload -> text.append(line(section, workload)));
    section.failures().forEach((why, n) -> text.append("%n%,d failed: %s%n".formatted(n, why)));
    section.faults().forEach(fault -> text.append("%n**WRONG**: %s%n".formatted(fault)));
  }

  private static String line(Section section, Workload workload) {
    var isLedger = workload instanceof LoadGenerator.Deposits;
    return "| %s | %,.0f | %s | %s | %s | %s | %s | %s | %d |%n"
        .formatted(
            workload.name(),
            median(section, workload, row -> row.measurement().perSecond()).orElseThrow(),
            millis(latency(section, workload, 50)),
            millis(latency(section, workload, 99)),
            ratio(section, workload, JdbcBaseline.class),
            ratio(section, workload, PgbenchBaseline.class),
            isLedger ? millis(median(section, workload, Section.Row::batch)) : "",
            isLedger
                ? millis(median(section, workload, row -> row.catchUp().toMillis() / 1000.0))
                : "",
            section.of(workload).mapToLong(row -> row.measurement().errors()).sum());
  }

  private static OptionalDouble latency(Section section, Workload workload, double percentile) {
    return Section.median(
        section
            .of(workload)
            .flatMapToDouble(row -> row.measurement().millisAt(percentile).stream())
            .toArray());
  }

  private static OptionalDouble median(
      Section section, Workload workload, ToDoubleFunction<Section.Row> figure) {
    return Section.median(section.of(workload).mapToDouble(figure).toArray());
  }

  private static String ratio(
      Section section, Workload workload, Class<? extends Workload> baseline) {
    return section.workloads().stream()
        .filter(baseline::isInstance)
        .map(to -> "%.2f".formatted(section.ratio(workload, to).orElseThrow()))
        .findFirst()
        .orElse("-");
  }

  private static String json(Section section) {
    return object(
        "configuration",
        string(section.configuration().name()),
        "settings",
        strings(section.settings()),
        "rows",
        array(section.rows().stream().map(Report::json).toList()),
        "faults",
        array(section.faults().stream().map(Report::string).toList()));
  }

  private static String json(Section.Row row) {
    return object(
        "round",
        row.round(),
        "workload",
        string(row.workload().name()),
        "per_second",
        row.measurement().perSecond(),
        "p50_ms",
        number(row.measurement().millisAt(50)),
        "p99_ms",
        number(row.measurement().millisAt(99)),
        "commands_per_commit",
        row.batch(),
        "read_model_behind_seconds",
        row.catchUp().toMillis() / 1000.0,
        "errors",
        row.measurement().errors());
  }

  private static String object(Object... namesAndValues) {
    var object = new StringJoiner(", ", "{", "}");
    for (int i = 0; i < namesAndValues.length; i += 2) {
      object.add("\"%s\": %s".formatted(namesAndValues[i], namesAndValues[i + 1]));
    }
    return object.toString();
  }

  private static String array(List<String> values) {
    return "[" + String.join(",\n", values) + "]";
  }

  private static String strings(Map<String, String> values) {
    return values.entrySet().stream()
        .map(entry -> string(entry.getKey()) + ": " + string(entry.getValue()))
        .collect(Collectors.joining(", ", "{", "}"));
  }

  private static String string(String value) {
    return '"' + value.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
  }

  private static String number(OptionalDouble value) {
    return value.isEmpty() ? "null" : Double.toString(value.getAsDouble());
  }
}
