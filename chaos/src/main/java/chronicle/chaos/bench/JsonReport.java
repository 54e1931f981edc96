package chronicle.chaos.bench;

import static chronicle.chaos.bench.Json.array;
import static chronicle.chaos.bench.Json.number;
import static chronicle.chaos.bench.Json.object;
import static chronicle.chaos.bench.Json.string;
import static chronicle.chaos.bench.Json.strings;

/** A report for programs: every single measurement. */
final class JsonReport {
  private JsonReport() {}

  static String of(Report report) {
    return object(
        "machine",
        strings(report.machine()),
        "accounts",
        report.plan().accounts(),
        "connections",
        report.plan().connections(),
        "seconds",
        report.plan().time().toMillis() / 1000.0,
        "warm_up_seconds",
        report.plan().warmUp().toMillis() / 1000.0,
        "configurations",
        array(report.sections().stream().map(JsonReport::section).toList()));
  }

  private static String section(Section section) {
    return object(
        "configuration",
        string(section.configuration().slug()),
        "settings",
        strings(section.settings()),
        "growth",
        section.growth().map(JsonReport::growth).orElse("null"),
        "measurements",
        array(section.rows().stream().map(JsonReport::row).toList()),
        "ratios",
        array(
            section.trials().stream()
                .flatMap(trial -> section.ratios(trial).stream().map(ratio -> ratio(trial, ratio)))
                .toList()),
        "processes",
        array(section.processes().stream().map(JsonReport::process).toList()),
        "faults",
        array(section.faults().stream().map(Json::string).toList()));
  }

  private static String growth(Growth growth) {
    return object(
        "accounts",
        growth.accounts(),
        "opened_per_second",
        number(growth.openedPerSecond()),
        "windows",
        array(
            growth.windows().stream()
                .map(window ->
                    object("position", window.position(), "per_second", number(window.perSecond())))
                .toList()));
  }

  private static String row(Section.Row row) {
    return object(
        "round",
        row.round(),
        "trial",
        string(row.trial().key()),
        "in_flight",
        row.trial().inFlight(),
        "per_second",
        number(row.measurement().perSecond()),
        "p50_ms",
        number(row.measurement().millisAt(50)),
        "p99_ms",
        number(row.measurement().millisAt(99)),
        "p999_ms",
        number(row.measurement().millisAt(99.9)),
        "commands_per_commit",
        number(row.batch()),
        "readers_behind_seconds",
        row.catchUp().toMillis() / 1000.0,
        "errors",
        row.measurement().errors());
  }

  private static String ratio(Trial trial, Section.Ratio ratio) {
    return object(
        "trial", string(trial.key()), "to", string(ratio.to()), "ratio", number(ratio.value()));
  }

  private static String process(ProcessState process) {
    return object(
        "service",
        string(process.service()),
        "heap_mib",
        number(process.heapMiB()),
        "pauses",
        number(process.pauses()),
        "pause_seconds",
        number(process.pauseSeconds()),
        "longest_pause_seconds_at_most",
        number(process.longestPauseSeconds()));
  }
}
