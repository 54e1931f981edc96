package chronicle.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

final class BreakerTest {
  private static final long START = -500;

  private final Breaker breaker = new Breaker(Duration.ofNanos(1_000));

  @Test
  void aServerThatNeverFailedIsAsked() {
    assertThat(breaker.allows(START)).isTrue();
    assertThat(breaker.allows(START)).isTrue();
  }

  @Test
  void aServerThatFailedRestsAndThenOneCallTriesIt() {
    assertThat(breaker.failed(START)).isTrue();

    assertThat(breaker.allows(START + 999)).isFalse();
    assertThat(breaker.allows(START + 1_000)).isTrue();
    assertThat(breaker.allows(START + 1_000)).isFalse();
    assertThat(breaker.allows(START + 2_000)).isTrue();
  }

  @Test
  void oneSuccessIsEnoughForAll() {
    breaker.failed(START);
    breaker.succeeded();

    assertThat(breaker.allows(START)).isTrue();
    assertThat(breaker.allows(START)).isTrue();
    assertThat(breaker.failed(START)).isTrue();
    assertThat(breaker.failed(START)).isFalse();
  }
}
