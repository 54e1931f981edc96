package chronicle.chaos.lab;

import static org.assertj.core.api.Assertions.assertThat;

import chronicle.chaos.audit.Call;
import chronicle.chaos.audit.Outcome;
import chronicle.chaos.audit.Report;
import chronicle.chaos.audit.Rule;
import chronicle.ledger.v1.CommandReceipt;
import chronicle.ledger.v1.CommandRequest;
import com.google.gson.JsonParser;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.xml.sax.InputSource;

final class ResultsTest {
  private static final long SECOND = 1_000_000_000L;

  @Test
  void aRowHasTheFiguresOfThePhases() {
    var table = new Results(List.of(result(List.of()))).markdown();

    assertThat(table).contains("| nats-killed | 10 / 5 / 10 | 0.20 | 1 | 0 | 0 |");
  }

  @Test
  void whatWasWrongIsToldBelowTheTable() {
    var text = new Results(List.of(result(List.of("It was \"wrong\".")))).markdown();

    assertThat(text).contains("Wrong in nats-killed, seed 7:\n\n- It was \"wrong\".");
  }

  @Test
  void jsonIsJson() {
    var json = new Results(List.of(result(List.of("It was \"wrong\".")))).json();

    var row = JsonParser.parseString(json).getAsJsonArray().get(0).getAsJsonObject();
    assertThat(row.get("per_second_during").getAsDouble()).isEqualTo(5);
    assertThat(row.get("findings").getAsJsonArray().get(0).getAsString())
        .isEqualTo("It was \"wrong\".");
  }

  @Test
  void thePictureIsXmlWithEachMark() throws Exception {
    var svg = new Picture(result(List.of())).svg();

    var document =
        DocumentBuilderFactory.newInstance()
            .newDocumentBuilder()
            .parse(new InputSource(new StringReader(svg)));
    assertThat(document.getDocumentElement().getTextContent())
        .contains("nats-killed", "NATS killed <at once>", "deposits acknowledged per second");
  }

  /** Ten commands a second for a second, five for two, ten for one. */
  private static Result result(List<String> findings) {
    var times =
        LongStream.concat(
            LongStream.range(0, 10).map(i -> i * SECOND / 10),
            LongStream.concat(
                LongStream.range(0, 10).map(i -> SECOND + i * SECOND / 5),
                LongStream.range(0, 10).map(i -> 3 * SECOND + i * SECOND / 10)));
    var calls = times.mapToObj(ResultsTest::call).toList();
    return new Result(
        Scenarios.named("nats-killed").orElseThrow(),
        7,
        new Phases(0, SECOND, 3 * SECOND, 3 * SECOND + 1, 4 * SECOND),
        List.of(new Timeline.Mark(SECOND, "NATS killed <at once>")),
        Acknowledgements.of(calls),
        Acknowledgements.of(calls),
        List.of(new LagProbe.Sample(SECOND, 1)),
        new Report(Map.of(), List.of(), Map.of(Rule.RECEIPTS, 1L), List.of()),
        findings);
  }

  private static Call call(long nanos) {
    var receipt = CommandReceipt.newBuilder().setPosition(1 + nanos / (SECOND / 10)).build();
    return new Call(
        1, "", 0, nanos, CommandRequest.getDefaultInstance(), new Outcome.Answered(receipt));
  }
}
