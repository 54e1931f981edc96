package chronicle.ledger.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class StoreClockTest {
  private static final Instant THEN = Instant.parse("2026-11-29T12:00:00.000001Z");

  private final AtomicLong nanos = new AtomicLong(-5);
  private final StoreClock clock = new StoreClock(nanos::get);

  @Test
  void aClockThatWasNeverReadTellsNoTime() {
    assertThat(clock.now()).isEmpty();
  }

  @Test
  @DisplayName(
      "between two readings the time is what has passed later, in whole microseconds, never early")
  void timePasses() {
    clock.read(THEN);

    nanos.addAndGet(2_999);

    assertThat(clock.now()).contains(THEN.plusNanos(2_000));
  }

  @Test
  @DisplayName("an old reading tells no time: this machine's clock may go another way")
  void anOldReadingIsNoneAtAll() {
    clock.read(THEN);

    nanos.addAndGet(Duration.ofSeconds(1).toNanos() + 1);

    assertThat(clock.now()).isEmpty();
  }
}
