package chronicle.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import build.buf.protovalidate.Validator;
import build.buf.protovalidate.ValidatorFactory;
import build.buf.protovalidate.exceptions.ValidationException;
import chronicle.chaos.FuzzedMessages.Known;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.Message;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class FuzzedMessagesTest {
  private static final int MESSAGES = 200;
  private static final Known KNOWN =
      new Known(List.of("alice", "bob", "carol", "dave"), List.of("t-1", "t-2"), 9, Instant.EPOCH);
  private static final Validator RULES = ValidatorFactory.newBuilder().build();

  static Stream<MethodDescriptor> methods() {
    return FuzzIT.methods().map(FuzzIT::descriptor);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aGoodPartKeepsTheRulesAndSomeDoNot(MethodDescriptor method) throws ValidationException {
    var messages = new FuzzedMessages(new Random(FuzzIT.SEED), KNOWN);
    int sound = 0;
    for (int i = 0; i < MESSAGES; i++) {
      if (RULES.validate(messages.next(method.getInputType())).isSuccess()) {
        sound++;
      }
    }

    assertThat(sound).as("sound messages of %d", MESSAGES).isBetween(MESSAGES / 4, MESSAGES - 1);
  }

  @ParameterizedTest
  @MethodSource("methods")
  void aSeedDrawsTheSameMessagesAgain(MethodDescriptor method) {
    assertThat(draw(method)).isEqualTo(draw(method));
  }

  private static List<Message> draw(MethodDescriptor method) {
    var messages = new FuzzedMessages(new Random(FuzzIT.SEED), KNOWN);
    var drawn = new ArrayList<Message>();
    for (int i = 0; i < MESSAGES; i++) {
      drawn.add(messages.next(method.getInputType()));
    }
    return drawn;
  }
}
