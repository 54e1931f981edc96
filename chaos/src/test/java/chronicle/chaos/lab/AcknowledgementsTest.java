package chronicle.chaos.lab;

import static org.assertj.core.api.Assertions.assertThat;

import chronicle.chaos.audit.Call;
import chronicle.chaos.audit.Outcome;
import chronicle.ledger.v1.CommandReceipt;
import chronicle.ledger.v1.CommandRequest;
import chronicle.query.v1.GetBalanceRequest;
import com.google.protobuf.Message;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

final class AcknowledgementsTest {
  private static final Message COMMAND = CommandRequest.getDefaultInstance();

  @Test
  void whatIsAcknowledgedForTheFirstTimeCounts() {
    var replayed = CommandReceipt.newBuilder().setPosition(1).setReplayed(true).build();

    var acknowledged =
        Acknowledgements.of(
            List.of(
                receipt(10, 1),
                new Call(1, "", 0, 20, COMMAND, new Outcome.Answered(replayed)),
                new Call(1, "", 0, 30, COMMAND, new Outcome.Failed("QUEUE_FULL")),
                new Call(1, "", 0, 40, COMMAND, new Outcome.Unknown("UNAVAILABLE")),
                read(new Outcome.Unknown("UNAVAILABLE"))));

    assertThat(acknowledged.between(0, 100)).isOne();
    assertThat(acknowledged.unknown()).isOne();
  }

  @Test
  void theLongestGapMayBeAtEitherEnd() {
    var acknowledged = Acknowledgements.of(List.of(receipt(10, 1), receipt(14, 2)));

    assertThat(acknowledged.longestGap(0, 20)).isEqualTo(Duration.ofNanos(10));
    assertThat(acknowledged.longestGap(9, 16)).isEqualTo(Duration.ofNanos(4));
    assertThat(acknowledged.longestGap(9, 30)).isEqualTo(Duration.ofNanos(16));
  }

  @Test
  void theLagIsThatOfTheOldestCommandThatIsMissing() {
    var acknowledged = Acknowledgements.of(List.of(receipt(10, 1), receipt(20, 3), receipt(30, 2)));

    var samples =
        List.of(new LagProbe.Sample(15, 1), new LagProbe.Sample(40, 1), new LagProbe.Sample(50, 3));

    // Position 2 was there when 3 was acknowledged.
    assertThat(acknowledged.lags(samples))
        .containsExactly(Duration.ZERO, Duration.ofNanos(20), Duration.ZERO);
    assertThat(acknowledged.behind(samples)).containsExactly(0L, 2L, 0L);
  }

  private static Call receipt(long nanos, long position) {
    var receipt = CommandReceipt.newBuilder().setPosition(position).build();
    return new Call(1, "", 0, nanos, COMMAND, new Outcome.Answered(receipt));
  }

  private static Call read(Outcome outcome) {
    return new Call(1, "", 0, 50, GetBalanceRequest.getDefaultInstance(), outcome);
  }
}
