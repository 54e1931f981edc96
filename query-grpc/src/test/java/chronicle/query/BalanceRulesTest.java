package chronicle.query;

import static org.assertj.core.api.Assertions.assertThat;

import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.protovalidate.exceptions.ExecutionException;
import build.buf.protovalidate.exceptions.ValidationException;
import chronicle.query.v1.GetBalanceRequest;
import chronicle.runtime.Failure;
import com.google.protobuf.Duration;
import java.time.DateTimeException;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class BalanceRulesTest {
  private static final int REQUESTS = 3_000;
  private static final List<String> IDS =
      List.of(
          "",
          "a",
          "Z9",
          "a.b",
          "a_b-c",
          ".a",
          "-a",
          "_a",
          "a b",
          "é",
          "a~",
          "aé",
          "a\n",
          "a\u0000",
          "x".repeat(64),
          "x".repeat(65));
  private static final List<Long> NUMBERS = List.of(Long.MIN_VALUE, -1L, 0L, 1L, Long.MAX_VALUE);
  private static final List<Long> SECONDS =
      List.of(Long.MIN_VALUE, -1L, 0L, 29L, 30L, 31L, Long.MAX_VALUE);
  private static final List<Integer> NANOS = List.of(-1, 0, 1, 999_999_999);

  private final Validator contract = ValidatorFactory.newBuilder().build();

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void refusesAllThatTheContractRefusesAndNothingElse(long seed) throws ValidationException {
    var random = new SplittableRandom(seed);

    for (var i = 0; i < REQUESTS; i++) {
      var request = request(random);
      assertThat(isRefused(request))
          .as("seed %d: %s", seed, request)
          .isEqualTo(isRefusedByTheContract(request));
    }
  }

  private static GetBalanceRequest request(SplittableRandom random) {
    var request = GetBalanceRequest.newBuilder().setAccount("a");
    if (random.nextInt(3) == 0) {
      request.setLedger(any(IDS, random));
    }
    if (random.nextInt(3) == 0) {
      request.setAccount(any(IDS, random));
    }
    if (random.nextInt(4) == 0) {
      request.setAtPosition(any(NUMBERS, random));
    }
    if (random.nextInt(4) == 0) {
      request.setMinPosition(any(NUMBERS, random));
    }
    if (random.nextInt(4) == 0) {
      request.setSourceValue(random.nextInt(-1, 4));
    }
    if (random.nextInt(4) == 0) {
      request.setMaxWait(
          Duration.newBuilder().setSeconds(any(SECONDS, random)).setNanos(any(NANOS, random)));
    }
    return request.build();
  }

  private static <T> T any(List<T> values, SplittableRandom random) {
    return values.get(random.nextInt(values.size()));
  }

  /** As {@code RequestRules} has it: what protovalidate fails to compute with is refused. */
  private boolean isRefusedByTheContract(GetBalanceRequest request) throws ValidationException {
    try {
      return !contract.validate(request).isSuccess();
    } catch (ArithmeticException | DateTimeException | ExecutionException _) {
      return true;
    }
  }

  private static boolean isRefused(GetBalanceRequest request) {
    try {
      BalanceRules.check(request);
      return false;
    } catch (Failure _) {
      return true;
    }
  }
}
