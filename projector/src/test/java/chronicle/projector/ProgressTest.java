package chronicle.projector;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class ProgressTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void thereIsNoLagAtTheHead() {
    var progress = Progress.begin(START).withHead(5, at(1)).withPosition(5, at(1), at(1));

    assertThat(progress.lag(at(100))).isZero();
  }

  @Test
  void aLagBeginsWhenTheHeadWasLastReached() {
    var progress =
        Progress.begin(START)
            .withHead(5, at(1))
            .withPosition(5, at(1), at(1))
            .withHead(5, at(60))
            .withHead(6, at(61));

    assertThat(progress.lag(at(62))).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void aBacklogIsAsOldAsTheLastEventProjected() {
    var progress = Progress.begin(START).withHead(9, at(100)).withPosition(5, at(40), at(50));

    assertThat(progress.lag(at(101))).isEqualTo(Duration.ofSeconds(61));
  }

  @Test
  void anEmptyProjectionWaitsSinceItBegan() {
    assertThat(Progress.begin(START).withHead(9, at(2)).lag(at(3)))
        .isEqualTo(Duration.ofSeconds(3));
  }

  @Test
  void whatIsBehindAndMovesIsNotStalled() {
    var behind = Progress.begin(START).withHead(9, at(100)).withPosition(5, at(40), at(100));
    var lagMax = Duration.ofSeconds(30);
    var standstillMax = Duration.ofSeconds(10);

    assertThat(behind.stalled(at(105), lagMax, standstillMax)).isFalse();
    assertThat(behind.stalled(at(111), lagMax, standstillMax)).isTrue();
    assertThat(behind.stalled(at(111), Duration.ofSeconds(80), standstillMax)).isFalse();
    assertThat(behind.withPosition(6, at(41), at(110)).stalled(at(111), lagMax, standstillMax))
        .isFalse();
    assertThat(behind.withPosition(9, at(42), at(110)).stalled(at(200), lagMax, standstillMax))
        .isFalse();
  }

  private static Instant at(long second) {
    return START.plusSeconds(second);
  }
}
