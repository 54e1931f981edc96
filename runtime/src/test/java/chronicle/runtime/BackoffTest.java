package chronicle.runtime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BackoffTest {
  private static final Backoff BACKOFF = new Backoff(Duration.ofMillis(10), Duration.ofSeconds(1));

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void everyDelayLiesInTheUpperHalfOfItsStep(long seed) {
    var random = new Random(seed);
    for (var attempt = 0; attempt < 100; attempt++) {
      var step = Math.min(1_000_000_000L, 10_000_000L << Math.min(attempt, 20));

      var delay = BACKOFF.delay(attempt, random);

      assertThat(delay).isBetween(Duration.ofNanos(step / 2), Duration.ofNanos(step));
    }
  }

  @Test
  void theSameRandomnessGivesTheSameDelay() {
    assertThat(BACKOFF.delay(3, new Random(7))).isEqualTo(BACKOFF.delay(3, new Random(7)));
  }

  @Test
  void anEmptyOrShrinkingRangeIsRefused() {
    assertThatThrownBy(() -> new Backoff(Duration.ZERO, Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
