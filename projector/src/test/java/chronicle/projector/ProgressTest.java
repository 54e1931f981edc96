package chronicle.projector;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

final class ProgressTest {
  private static final Instant START = Instant.parse("2026-01-01T00:00:00Z");

  @Test
  void thereIsNoLagAtTheHead() {
    var progress = Progress.begin(START).withHead(5, at(1)).withPosition(5, at(1));

    assertThat(progress.lag(at(100))).isZero();
  }

  @Test
  void aLagBeginsWhenTheHeadWasLastReached() {
    var progress =
        Progress.begin(START)
            .withHead(5, at(1))
            .withPosition(5, at(1))
            .withHead(5, at(60))
            .withHead(6, at(61));

    assertThat(progress.lag(at(62))).isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void aBacklogIsAsOldAsTheLastEventProjected() {
    var progress = Progress.begin(START).withHead(9, at(100)).withPosition(5, at(40));

    assertThat(progress.lag(at(101))).isEqualTo(Duration.ofSeconds(61));
  }

  @Test
  void anEmptyProjectionWaitsSinceItBegan() {
    assertThat(Progress.begin(START).withHead(9, at(2)).lag(at(3)))
        .isEqualTo(Duration.ofSeconds(3));
  }

  private static Instant at(long second) {
    return START.plusSeconds(second);
  }
}
