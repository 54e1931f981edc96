package chronicle.chaos;

import chronicle.chaos.audit.Rule;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** The page docs/GUARANTEES.md as it follows from the tests. */
final class GuaranteesPage {
  /** What no test needs to show yet. */
  static final Set<Guarantee> PLANNED = Set.of(Guarantee.G11);

  private final List<ShownBy> tests;

  private GuaranteesPage(List<ShownBy> tests) {
    this.tests = tests;
  }

  static String text(List<ShownBy> tests) {
    return new GuaranteesPage(tests).page();
  }

  private String page() {
    return """
    # Guarantees

    <!-- Made by ./chronicle renew guarantees from the tests' names: name the id of what a test shows in its @DisplayName or @Tag. -->

    What ChronicleLedger promises, and the tests that fail where it is not so. `./chronicle test` runs them all; on a
    deployment of your own `./chronicle audit` checks what can be seen from outside ([AUDIT.md](AUDIT.md)).

    | id | in short | guarantee |
    |---|---|---|
    %s
    %s\
    """
        .formatted(
            Arrays.stream(Guarantee.values())
                .map(it -> "| %s | %s | %s |\n".formatted(it, it.title(), it.statement()))
                .collect(Collectors.joining()),
            Arrays.stream(Guarantee.values()).map(this::section).collect(Collectors.joining("\n")));
  }

  private String section(Guarantee guarantee) {
    return "## %s %s\n\n%s%s%s"
        .formatted(
            guarantee,
            guarantee.title(),
            PLANNED.contains(guarantee) ? "Planned; what there is of it:\n\n" : "",
            tests.stream()
                .filter(test -> test.ids().contains(guarantee.name()))
                .map(GuaranteesPage::line)
                .distinct()
                .collect(Collectors.joining()),
            audited(guarantee));
  }

  private static String line(ShownBy test) {
    return test.sentence().isEmpty()
        ? "- `%s` (%s)\n".formatted(test.name(), test.module())
        : "- `%s` (%s): %s\n".formatted(test.name(), test.module(), test.sentence());
  }

  private static String audited(Guarantee guarantee) {
    var rules =
        Arrays.stream(Rule.values())
            .filter(rule -> rule.guarantee().equals(guarantee.name()))
            .map(Rule::statement)
            .collect(Collectors.joining("; "));
    return rules.isEmpty() ? "" : "- `./chronicle audit`: %s\n".formatted(rules);
  }
}
