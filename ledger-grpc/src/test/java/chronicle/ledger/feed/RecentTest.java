package chronicle.ledger.feed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import chronicle.event.v1.Event;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class RecentTest {
  /** Pages 1 to 4, 5 to 8, …; no more than one of them is kept. */
  private static final FeedSettings PAGES_OF_FOUR =
      new FeedSettings(
          4, 1, 1, Duration.ofSeconds(1), Duration.ofSeconds(1), Duration.ofSeconds(1));

  @Test
  void afterAHeadThatFillsItsPageAllIsOldUntilSomethingIsAdded() {
    var recent = new Recent(PAGES_OF_FOUR, 8);

    assertThat(recent.end()).isEqualTo(8);
    assertThat(recent.last()).isEqualTo(8);
    assertThat(recent.from(8)).isEmpty();
  }

  @Test
  @DisplayName("G5: a page's start within a command is not taken for the end of one")
  void aPageThatStartsWithinACommand() {
    var recent = new Recent(PAGES_OF_FOUR, 9);

    assertThat(recent.end()).isZero();
    assertThat(recent.last()).isEqualTo(8);

    recent.add(List.of(event(9, 1, 2)));

    assertThat(recent.end()).isEqualTo(9);
    assertThat(positions(recent, 9)).containsExactly(9L);
  }

  @Test
  @DisplayName("G5: events may be read when their command is whole")
  void eventsMayBeReadWhenTheirCommandIsWhole() {
    var recent = new Recent(PAGES_OF_FOUR, 0);

    recent.add(List.of(event(1, 0, 1), event(2, 0, 3), event(3, 1, 3)));
    assertThat(recent.end()).isEqualTo(1);
    assertThat(positions(recent, 1)).containsExactly(1L);

    recent.add(List.of(event(4, 2, 3)));
    assertThat(recent.end()).isEqualTo(4);
    assertThat(positions(recent, 2)).containsExactly(2L, 3L, 4L);
  }

  @Test
  void theOldestPagesGoWholeAndTheNewestStays() {
    var recent = new Recent(PAGES_OF_FOUR, 0);

    recent.add(IntStream.rangeClosed(1, 6).mapToObj(i -> event(i, 0, 1)).toList());

    assertThat(recent.from(4)).isEmpty();
    assertThat(positions(recent, 5)).containsExactly(5L, 6L);
  }

  @Test
  @DisplayName("G2: a gap is not added")
  void aGapIsNotAdded() {
    var recent = new Recent(PAGES_OF_FOUR, 0);

    assertThatIllegalStateException().isThrownBy(() -> recent.add(List.of(event(2, 0, 1))));
  }

  private static List<Long> positions(Recent recent, long from) {
    return recent.from(from).orElseThrow().stream().map(Event::getPosition).toList();
  }

  private static Event event(long position, int index, int size) {
    return Event.newBuilder()
        .setPosition(position)
        .setTransactionIndex(index)
        .setTransactionSize(size)
        .build();
  }
}
