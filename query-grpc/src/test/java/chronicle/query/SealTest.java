package chronicle.query;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

@DisplayName("G8: what is kept outside opens only under the name and with the key it was sealed by")
final class SealTest {
  private static final byte[] CONTENT = "content".getBytes(UTF_8);
  private static final AnswerKey NAME = new AnswerKey("name");

  private final Seal seal = new Seal("key");

  @Test
  void whatWasSealedOpens() {
    assertThat(seal.open(NAME, seal.seal(NAME, CONTENT))).hasValue(CONTENT);
    assertThat(new Seal("key").open(NAME, seal.seal(NAME, CONTENT))).hasValue(CONTENT);
  }

  @Test
  void underAnotherNameItDoesNotOpen() {
    assertThat(seal.open(new AnswerKey("names"), seal.seal(NAME, CONTENT))).isEmpty();
  }

  @Test
  void withAnotherKeyItDoesNotOpen() {
    assertThat(new Seal("another").open(NAME, seal.seal(NAME, CONTENT))).isEmpty();
  }

  @Test
  void withAnyBitChangedOrByteMissingItDoesNotOpen() {
    var sealed = seal.seal(NAME, CONTENT);

    for (var bit = 0; bit < sealed.length * Byte.SIZE; bit++) {
      var changed = sealed.clone();
      changed[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
      assertThat(seal.open(NAME, changed)).as("bit %d", bit).isEmpty();
    }
    for (var length = 0; length < sealed.length; length++) {
      assertThat(seal.open(NAME, Arrays.copyOf(sealed, length))).as("%d bytes", length).isEmpty();
    }
  }

  @Test
  void differentQuestionsHaveDifferentNames() {
    var moment = moment(7, "a/1/1");
    var names =
        Stream.of(
            AnswerKey.of("kind", "ledger", moment, List.of("a", "bc")),
            AnswerKey.of("other", "ledger", moment, List.of("a", "bc")),
            AnswerKey.of("kind", "ledgers", moment, List.of("a", "bc")),
            AnswerKey.of("kind", "ledger", moment(8, "a/1/1"), List.of("a", "bc")),
            AnswerKey.of("kind", "ledger", moment(7, "b/1/1"), List.of("a", "bc")),
            AnswerKey.of("kind", "ledger", moment, List.of("ab", "c")),
            AnswerKey.of("kind", "ledger", moment, List.of("abc")),
            AnswerKey.of("kind", "ledger", moment, List.of("bc", "a")));

    assertThat(names).doesNotHaveDuplicates();
  }

  @Test
  void theSameQuestionHasOneNameHoweverFarTheReadModelIs() {
    var names =
        IntStream.range(7, 10)
            .mapToObj(i -> new Moment(i, 7, Instant.EPOCH, "a/1/1"))
            .map(moment -> AnswerKey.of("kind", "ledger", moment, List.of("a")));

    assertThat(names.distinct()).hasSize(1);
  }

  private static Moment moment(long position, String origin) {
    return new Moment(9, position, Instant.EPOCH, origin);
  }
}
