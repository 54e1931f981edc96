package chronicle.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class TimelineTest {
  private static final int LENGTH = Stretch.LENGTH;

  private final Timeline timeline = new Timeline();

  /** The second and the fourth stretch of a log that records ten events a second. */
  @BeforeEach
  void addTwo() {
    timeline.add("main", stretch("one", 1 + LENGTH));
    timeline.add("main", stretch("one", 1 + 3 * LENGTH));
  }

  @Test
  @DisplayName(
      "G10: a time in a stretch stands for the last position of its second or the one before")
  void timeInAStretch() {
    var first = 1L + LENGTH;
    var second = second(first);

    assertThat(timeline.find("main", second.minusNanos(1_000))).isEmpty();
    assertThat(timeline.find("main", second)).map(Place::position).hasValue(first + 4);
    assertThat(timeline.find("main", second.plusMillis(999)))
        .map(Place::position)
        .hasValue(first + 4);
    assertThat(timeline.find("main", second.plusSeconds(1)))
        .hasValue(new Place("one", first + 14, Stretch.micros(second.plusSeconds(1))));
    assertThat(timeline.find("other", second)).isEmpty();
  }

  @Test
  @DisplayName(
      "G10: a stretch says nothing of the second in which it ends, which may have more events")
  void timeAtTheEndOfAStretch() {
    var last = 2L * LENGTH;

    assertThat(timeline.find("main", second(last).minusNanos(1_000))).isPresent();
    assertThat(timeline.find("main", second(last))).isEmpty();
  }

  @Test
  @DisplayName(
      "G10: a position is rounded down to the end of a command, of one before the stretch too")
  void position() {
    timeline.add("pairs", pairs(1 + LENGTH));

    assertThat(timeline.find("main", 1 + LENGTH)).map(Place::position).hasValue(1L + LENGTH);
    assertThat(timeline.find("main", 2 * LENGTH)).map(Place::position).hasValue(2L * LENGTH);
    assertThat(timeline.find("main", 1 + 2 * LENGTH)).isEmpty();
    assertThat(timeline.find("pairs", 1 + LENGTH)).map(Place::position).hasValue(1L + LENGTH);
    assertThat(timeline.find("pairs", 2 + LENGTH)).map(Place::position).hasValue(1L + LENGTH);
    assertThat(timeline.find("pairs", 3 + LENGTH)).map(Place::position).hasValue(3L + LENGTH);
    timeline.add("triples", triples(1 + LENGTH));
    assertThat(timeline.find("triples", 1 + LENGTH)).map(Place::position).hasValue(LENGTH - 1L);
  }

  @Test
  @DisplayName("G10: a time in no stretch is looked for between those before and after it")
  void betweenStretches() {
    var between = second(3L * LENGTH - 100);

    assertThat(timeline.around("main", second(5))).isEqualTo(new Bounds("one", 0, 1 + LENGTH));
    assertThat(timeline.around("main", between))
        .isEqualTo(new Bounds("one", 2 * LENGTH, 1 + 3 * LENGTH));
    assertThat(timeline.around("main", second(9L * LENGTH)))
        .isEqualTo(new Bounds("one", 4 * LENGTH, Long.MAX_VALUE));
    assertThat(timeline.around("main", second(1 + LENGTH)))
        .isEqualTo(new Bounds("one", 5 + LENGTH, 6 + LENGTH));
    assertThat(timeline.around("other", between)).isEqualTo(Bounds.NONE);
  }

  @Test
  @DisplayName("G10: a stretch of another incarnation of the ledger bounds nothing")
  void anotherIncarnation() {
    timeline.add("main", stretch("two", 1 + 3 * LENGTH));

    assertThat(timeline.around("main", second(3L * LENGTH - 100)))
        .isEqualTo(new Bounds("one", 2 * LENGTH, Long.MAX_VALUE));
    assertThat(timeline.around("main", second(9L * LENGTH)))
        .isEqualTo(new Bounds("two", 4 * LENGTH, Long.MAX_VALUE));
  }

  @Test
  @DisplayName("A stretch is worth its rows only where it is asked about again")
  void askedAgain() {
    assertThat(timeline.isAskedAgain("main", 1)).isFalse();
    assertThat(timeline.isAskedAgain("main", 1 + LENGTH)).isFalse();
    assertThat(timeline.isAskedAgain("main", LENGTH)).isTrue();
    assertThat(timeline.isAskedAgain("other", 1)).isFalse();
  }

  @Test
  @DisplayName("A read model with a gap gives no stretch")
  void gap() {
    var gap = new Stretch.Builder("one", 1);
    gap.add(1, second(1), 0, 1);
    var half = new Stretch.Builder("one", 1);
    half.add(1, second(1), 0, 1);

    for (var position = 3L; position <= 1 + LENGTH; position++) {
      gap.add(position, second(position), 0, 1);
    }

    assertThat(gap.build()).isEmpty();
    assertThat(half.build()).isEmpty();
  }

  private static Stretch stretch(String incarnation, long first) {
    var stretch = new Stretch.Builder(incarnation, first);
    for (var position = first; position <= first + LENGTH; position++) {
      stretch.add(position, second(position), 0, 1);
    }
    return stretch.build().orElseThrow();
  }

  /** Commands of two events each, the second of which is the stretch's first. */
  private static Stretch pairs(long first) {
    var stretch = new Stretch.Builder("one", first);
    for (var position = first; position <= first + LENGTH; position++) {
      stretch.add(position, second(position), (int) (position - first + 1) % 2, 2);
    }
    return stretch.build().orElseThrow();
  }

  /** Commands of three events each, the second of which is the stretch's first. */
  private static Stretch triples(long first) {
    var stretch = new Stretch.Builder("one", first);
    for (var position = first; position <= first + LENGTH; position++) {
      stretch.add(position, second(position), (int) (position - first + 1) % 3, 3);
    }
    return stretch.build().orElseThrow();
  }

  /** Ten events share a second. */
  private static Instant second(long position) {
    return Instant.ofEpochSecond(position / 10);
  }
}
