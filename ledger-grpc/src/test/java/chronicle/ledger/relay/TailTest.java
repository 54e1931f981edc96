package chronicle.ledger.relay;

import static org.assertj.core.api.Assertions.assertThat;

import chronicle.ledger.log.EncodedEvent;
import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("The newest events are kept for the relay, and only for it")
final class TailTest {
  private final Tail tail = new Tail();

  @Test
  @DisplayName(
      "what was added since somebody reads is kept; where it begins later, nothing is read")
  void keptFromThenOn() {
    tail.add(events(1, 5));
    tail.keep();
    tail.add(events(6, 9));

    assertThat(positions(tail.from(6, 3))).containsExactly(6L, 7L, 8L);
    assertThat(tail.from(5, 3)).isEmpty();
  }

  @Test
  @DisplayName("without a reader nothing is kept, and the head is known all the same")
  void nothingIsKeptForNobody() {
    tail.keep();
    tail.add(events(1, 5));
    tail.letGo();
    tail.add(events(6, 9));
    tail.keep();

    assertThat(tail.head()).isEqualTo(9);
    assertThat(tail.from(6, 3)).isEmpty();
  }

  @Test
  @DisplayName("G2: what came before another process's events is let go")
  void noGapIsRead() {
    tail.keep();
    tail.add(events(1, 5));
    tail.add(events(8, 9));

    assertThat(tail.from(5, 9)).isEmpty();
    assertThat(positions(tail.from(8, 9))).containsExactly(8L, 9L);
  }

  private static List<EncodedEvent> events(long from, long to) {
    return LongStream.rangeClosed(from, to)
        .mapToObj(position -> new EncodedEvent(position, "MoneyDeposited", new byte[] {1}))
        .toList();
  }

  private static List<Long> positions(List<EncodedEvent> events) {
    return events.stream().map(EncodedEvent::position).toList();
  }
}
