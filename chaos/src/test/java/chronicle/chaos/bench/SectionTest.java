package chronicle.chaos.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import chronicle.chaos.load.Measurement;
import java.io.StringReader;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.w3c.dom.Document;
import org.xml.sax.InputSource;

/** Ratios, charts and the record, of figures that the test makes up. */
final class SectionTest {
  private static final Trial JDBC = trial("jdbc", 32, Trial.Role.BASELINE);
  private static final Trial FEW = trial("deposit@16", 16, Trial.Role.WRITE, "jdbc");
  private static final Trial MANY = trial("deposit@256", 256, Trial.Role.WRITE, "jdbc", "pgbench");

  private static final Section SECTION =
      section(
          List.of(
              row(1, JDBC, 1_000),
              row(1, FEW, 2_000),
              row(1, MANY, 4_000),
              row(2, JDBC, 500),
              row(2, FEW, 2_000),
              row(2, MANY, 3_000),
              row(3, JDBC, 2_000),
              row(3, FEW, 2_000),
              row(3, MANY, 10_000)));

  @Test
  void aRatioIsTheMedianOfTheRoundsRatiosAndNotTheRatioOfMedians() {
    assertThat(SECTION.ratio("deposit@256", "jdbc")).hasValue(5);
    assertThat(SECTION.perSecond(MANY)).isEqualTo(4_000);
  }

  @Test
  void whatWasNotMeasuredIsNotComparedWith() {
    assertThat(SECTION.ratio("deposit@256", "pgbench")).isEmpty();
    assertThat(SECTION.ratios(MANY)).containsExactly(new Section.Ratio("jdbc", 5));
  }

  @Test
  void theMedianOfAnEvenNumberIsTheMeanOfTheMiddleTwo() {
    assertThat(Section.median(4, 1, 3, 2)).hasValue(2.5);
    assertThat(Section.median()).isEmpty();
  }

  @Test
  void allChartsAreWellFormedAndNamed() {
    var charts = Charts.of(SECTION);

    assertThat(charts)
        .containsOnlyKeys("alone-throughput.svg", "alone-latency.svg", "alone-ratios.svg");
    assertThat(charts.values())
        .allSatisfy(svg -> {
          var root = parse(svg).getDocumentElement();
          assertThat(root.getTagName()).isEqualTo("svg");
          assertThat(root.getElementsByTagName("title").getLength()).isOne();
          assertThat(root.getElementsByTagName("text").getLength()).isPositive();
        });
  }

  @Test
  void namesInChartsMayHoldAnything() throws Exception {
    var svg =
        Chart.bars(
            "a < b & \"c\"", List.of(new Chart.Bar("<x>", 1, "&"), new Chart.Bar("", 0, "0")));

    assertThat(parse(svg).getElementsByTagName("title").item(0).getTextContent())
        .isEqualTo("a < b & \"c\"");
  }

  @Test
  void theReportHasALineForEachTrialAndIsWrongWhereTheLedgerWas() {
    var right = new Report(plan(), Map.of("cores", "2"), List.of(SECTION));
    var wrong =
        new Report(
            plan(),
            Map.of(),
            List.of(
                new Section(
                    SECTION.configuration(),
                    Map.of(),
                    Optional.empty(),
                    List.of(),
                    List.of(),
                    List.of(),
                    Map.of(),
                    List.of("The head did not move."))));

    assertThat(right.isRight()).isTrue();
    assertThat(right.markdown()).contains("| deposit | 256 | 4,000 |", "5.00 × jdbc");
    assertThat(wrong.isRight()).isFalse();
    assertThat(wrong.markdown()).contains("**WRONG**: The head did not move.");
  }

  @Test
  void theRecordTakesTheRatiosOfAReportAndGrowsAtItsEnd() {
    var report = new Report(plan(), Map.of("time", "T", "commit", "abc"), List.of(SECTION));
    var page = "# Page\n\n" + TheRecord.HEAD + "\n|---|\n| old |\n\nMore.\n";

    var row = TheRecord.row(report).orElseThrow();

    assertThat(row).startsWith("| T | abc | 5.00 | - | - | - | 4,000 |");
    assertThat(TheRecord.append(page, row))
        .isEqualTo("# Page\n\n" + TheRecord.HEAD + "\n|---|\n| old |\n" + row + "\n\nMore.\n");
    assertThatThrownBy(() -> TheRecord.append("# Page\n", row))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aReportWithNoneOfTheRatiosIsNothingForTheRecord() {
    assertThat(TheRecord.row(new Report(plan(), Map.of(), List.of()))).isEmpty();
  }

  private static Document parse(String svg) throws Exception {
    return DocumentBuilderFactory.newInstance()
        .newDocumentBuilder()
        .parse(new InputSource(new StringReader(svg)));
  }

  private static Plan plan() {
    return new Plan(
        Duration.ofSeconds(1),
        3,
        Duration.ZERO,
        List.of(),
        Map.of(),
        10,
        1,
        List.of(32),
        0,
        0,
        false,
        false);
  }

  private static Section section(List<Section.Row> rows) {
    return new Section(
        new Configuration.Own(false, new Configuration.EventStore.Postgres()),
        Map.of(),
        Optional.empty(),
        rows,
        List.of(),
        List.of(),
        Map.of(),
        List.of());
  }

  private static Trial trial(String key, int inFlight, Trial.Role role, String... against) {
    return new Trial(
        key,
        key.replaceFirst("@.*", ""),
        inFlight,
        role,
        _ -> {
          throw new IllegalStateException("Nothing is measured here.");
        },
        List.of(against));
  }

  private static Section.Row row(int round, Trial trial, long units) {
    var latencyMicros = Measurement.histogram();
    latencyMicros.recordValue(1_000);
    return new Section.Row(
        round, trial, new Measurement(units, 0, 1, latencyMicros), 100, Duration.ZERO);
  }
}
