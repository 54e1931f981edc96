package chronicle.chaos.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Timetables, distributions and shares. */
final class PureLoadTest {
  @Test
  void callsAreDueOneAfterTheOtherFromTheStartOn() {
    var timetable = new Timetable(1_000, 1_000_000);

    assertThat(timetable.dueNanos(0)).isEqualTo(1_000);
    assertThat(timetable.dueNanos(3)).isEqualTo(4_000);
    assertThat(timetable.dueBefore(4_000)).isEqualTo(3);
    assertThat(timetable.dueBefore(4_001)).isEqualTo(4);
    assertThat(timetable.dueBefore(0)).isZero();
  }

  @Test
  void byZipfTheFirstComesTwiceAsOftenAsTheSecondAndAHundredTimesAsOftenAsTheHundredth() {
    var zipf = new Zipf(1_000);
    var random = new SplittableRandom(1);
    var counts = new int[1_000];

    IntStream.range(0, 1_000_000).forEach(_ -> counts[zipf.next(random)]++);

    assertThat(counts[0] / (double) counts[1]).isCloseTo(2, within(0.1));
    assertThat(counts[0] / (double) counts[99]).isCloseTo(100, within(15.0));
    assertThat(IntStream.of(counts).filter(count -> count > 0).count()).isGreaterThan(990);
  }

  @Test
  void theLanesShareTheCallsInFlightAndTheRate() {
    var closed = new Pacing.Closed(10);

    assertThat(IntStream.range(0, 3).mapToObj(lane -> closed.share(lane, 3)))
        .containsExactly(new Pacing.Closed(4), new Pacing.Closed(3), new Pacing.Closed(3));
    assertThat(new Pacing.Open(1_000).share(1, 4)).isEqualTo(new Pacing.Open(250));
  }

  @Test
  void everyScenarioIsNamedAsTheCommandLineNamesIt() {
    assertThat(Scenario.HOT_ACCOUNT).hasToString("hot-account");
    assertThat(Scenario.values())
        .allSatisfy(scenario -> {
          assertThat(scenario.variants()).isNotEmpty();
          assertThat(scenario.inFlight()).isNotEmpty();
        });
  }
}
