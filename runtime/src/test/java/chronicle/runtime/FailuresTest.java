package chronicle.runtime;

import static org.assertj.core.api.Assertions.assertThat;

import chronicle.error.v1.ErrorReason;
import chronicle.error.v1.Repeat;
import com.google.protobuf.Duration;
import com.google.protobuf.Message;
import com.google.rpc.BadRequest;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.RetryInfo;
import com.google.rpc.Status;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class FailuresTest {
  @ParameterizedTest
  @EnumSource(
      mode = EnumSource.Mode.EXCLUDE,
      names = {"ERROR_REASON_UNSPECIFIED", "UNRECOGNIZED"})
  void everyReasonSaysItsCodeAndWhetherToRepeat(ErrorReason reason) {
    var rule = Failures.rule(reason);

    assertThat(rule.getCode()).isNotIn(Code.OK, Code.UNKNOWN, Code.UNRECOGNIZED);
    assertThat(rule.getRepeat()).isNotIn(Repeat.REPEAT_UNSPECIFIED, Repeat.UNRECOGNIZED);
  }

  @Test
  void aFailureHasOneErrorInfoWithItsReasonAndMetadata() throws Exception {
    var failure = Failure.of(ErrorReason.INSUFFICIENT_FUNDS, "Not enough").with("available", "5");

    var status = Failures.status(failure);

    assertThat(status.getCode()).isEqualTo(Code.FAILED_PRECONDITION_VALUE);
    assertThat(status.getMessage()).isEqualTo("Not enough");
    assertThat(details(status, ErrorInfo.class))
        .containsExactly(
            ErrorInfo.newBuilder()
                .setReason("INSUFFICIENT_FUNDS")
                .setDomain("chronicleledger.dev")
                .putMetadata("available", "5")
                .build());
    assertThat(status.getDetailsCount()).isEqualTo(1);
  }

  @Test
  void violationsBecomeABadRequest() throws Exception {
    var status = Failures.status(Failure.invalid("amount.minor_units", "must be above 0"));

    assertThat(status.getCode()).isEqualTo(Code.INVALID_ARGUMENT_VALUE);
    assertThat(details(status, BadRequest.class))
        .flatExtracting(BadRequest::getFieldViolationsList)
        .extracting(BadRequest.FieldViolation::getField)
        .containsExactly("amount.minor_units");
  }

  @Test
  void aDelayBecomesARetryInfo() throws Exception {
    var failure =
        Failure.of(ErrorReason.QUEUE_FULL, "Full").retryAfter(java.time.Duration.ofMillis(1_500));

    var status = Failures.status(failure);

    assertThat(details(status, RetryInfo.class))
        .extracting(RetryInfo::getRetryDelay)
        .containsExactly(Duration.newBuilder().setSeconds(1).setNanos(500_000_000).build());
  }

  @Test
  void aBugIsInternalAndTellsNothing() throws Exception {
    var status = Failures.status(new IllegalStateException("secret"));

    assertThat(status.getCode()).isEqualTo(Code.INTERNAL_VALUE);
    assertThat(details(status, ErrorInfo.class))
        .extracting(ErrorInfo::getReason)
        .containsExactly("INTERNAL");
    assertThat(status.toString()).doesNotContain("secret");
  }

  @Test
  void aClassifiedStatusPassesAsItIs() {
    var status =
        Failures.status(io.grpc.Status.DEADLINE_EXCEEDED.withDescription("late").asException());

    assertThat(status.getCode()).isEqualTo(Code.DEADLINE_EXCEEDED_VALUE);
    assertThat(status.getMessage()).isEqualTo("late");
  }

  @Test
  void anUnclassifiedStatusIsABug() {
    assertThat(Failures.status(io.grpc.Status.UNKNOWN.asRuntimeException()).getCode())
        .isEqualTo(Code.INTERNAL_VALUE);
  }

  private static <T extends Message> List<T> details(Status status, Class<T> type)
      throws Exception {
    var details = new ArrayList<T>();
    for (var detail : status.getDetailsList()) {
      if (detail.is(type)) {
        details.add(detail.unpack(type));
      }
    }
    return details;
  }
}
