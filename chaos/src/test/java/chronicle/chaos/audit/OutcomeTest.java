package chronicle.chaos.audit;

import static org.assertj.core.api.Assertions.assertThat;

import chronicle.chaos.audit.Outcome.Failed;
import chronicle.chaos.audit.Outcome.Refused;
import chronicle.chaos.audit.Outcome.Unknown;
import chronicle.error.v1.ErrorReason;
import chronicle.error.v1.ErrorReasonOuterClass;
import chronicle.error.v1.Repeat;
import com.google.protobuf.Any;
import com.google.rpc.Code;
import com.google.rpc.ErrorInfo;
import com.google.rpc.Status;
import io.grpc.StatusRuntimeException;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a client may conclude from an error. */
final class OutcomeTest {
  /** Not executed, says the contract in words, though the same id may be sent again. */
  private static final Set<ErrorReason> NOT_EXECUTED =
      EnumSet.of(
          ErrorReason.CONTENTION, ErrorReason.EVENT_STORE_UNAVAILABLE, ErrorReason.QUEUE_FULL);

  static Stream<ErrorReason> finalReasons() {
    return Arrays.stream(ErrorReason.values())
        .filter(reason -> reason != ErrorReason.UNRECOGNIZED)
        .filter(reason ->
            repeat(reason) == Repeat.REPEAT_NEVER || repeat(reason) == Repeat.REPEAT_NEW_ID);
  }

  @ParameterizedTest
  @MethodSource("finalReasons")
  void whatIsNotToBeSentAgainUnderItsIdWasRefused(ErrorReason reason) {
    assertThat(Outcome.of(error(reason.name()))).isInstanceOf(Refused.class);
  }

  @Test
  void whatIsSaidNotToBeExecutedFailed() {
    assertThat(NOT_EXECUTED)
        .allSatisfy(reason ->
            assertThat(Outcome.of(error(reason.name()))).isEqualTo(new Failed(reason.name())));
  }

  @Test
  void whatNobodyCanKnowIsUnknown() {
    assertThat(Outcome.of(error("OUTCOME_UNKNOWN"))).isEqualTo(new Unknown("OUTCOME_UNKNOWN"));
    assertThat(Outcome.of(new StatusRuntimeException(io.grpc.Status.UNAVAILABLE)))
        .isEqualTo(new Unknown("UNAVAILABLE"));
    assertThat(Outcome.of(new StatusRuntimeException(io.grpc.Status.DEADLINE_EXCEEDED)))
        .isEqualTo(new Unknown("DEADLINE_EXCEEDED"));
  }

  @Test
  void anErrorOfAServerWithoutItsReasonIsUnclassified() {
    var bare = Status.newBuilder().setCode(Code.INTERNAL_VALUE).build();

    assertThat(Outcome.of(bare)).isEqualTo(new Unknown(Outcome.UNCLASSIFIED));
    assertThat(Outcome.of(error("NO_SUCH_REASON"))).isEqualTo(new Unknown(Outcome.UNCLASSIFIED));
  }

  private static Status error(String reason) {
    return Status.newBuilder()
        .setCode(Code.UNAVAILABLE_VALUE)
        .addDetails(Any.pack(ErrorInfo.newBuilder().setReason(reason).build()))
        .build();
  }

  private static Repeat repeat(ErrorReason reason) {
    return reason
        .getValueDescriptor()
        .getOptions()
        .getExtension(ErrorReasonOuterClass.rule)
        .getRepeat();
  }
}
