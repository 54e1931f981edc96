package chronicle.runtime;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DigestTest {
  private static final BigInteger MODULUS = BigInteger.TWO.pow(128);

  @Test
  void sumsAndDifferencesAreThoseOfArithmeticModulo2To128() {
    var random = new SplittableRandom(1);
    for (var i = 0; i < 1_000; i++) {
      var a = new Digest(random.nextLong(), random.nextLong());
      var b = new Digest(random.nextLong(), random.nextLong());
      assertThat(number(a.plus(b))).isEqualTo(number(a).add(number(b)).mod(MODULUS));
      assertThat(number(a.minus(b))).isEqualTo(number(a).subtract(number(b)).mod(MODULUS));
      assertThat(Digest.of(a.bytes())).isEqualTo(a);
      assertThat(a.toString()).isEqualTo("%032x".formatted(number(a)));
    }
  }

  @ParameterizedTest
  @ValueSource(
      longs = {
        0,
        1,
        -1,
        127,
        128,
        -128,
        -129,
        32_767,
        32_768,
        8_388_607,
        8_388_608,
        Long.MAX_VALUE,
        Long.MIN_VALUE
      })
  void aNumberIsHashedAsTwosComplementWhateverItsType(long number) throws Exception {
    var bytes = BigInteger.valueOf(number).toByteArray();
    var expected =
        ByteBuffer.allocate(100).putInt(1).put("r".getBytes(UTF_8)).putInt(bytes.length).put(bytes);
    var sha256 = MessageDigest.getInstance("SHA-256");
    sha256.update(expected.array(), 0, expected.position());
    var digest = Digest.of(sha256.digest());
    assertThat(new RowHash().row("r").number(number).digest()).isEqualTo(digest);
    assertThat(new RowHash().row("r").number(BigInteger.valueOf(number)).digest())
        .isEqualTo(digest);
  }

  @Test
  void theEncodingIsTheOneThatIsWrittenDown() throws Exception {
    var expected =
        ByteBuffer.allocate(200)
            .putInt(1)
            .put("r".getBytes(UTF_8))
            .putInt(2)
            .put("ü".getBytes(UTF_8))
            .putInt(2)
            .putShort((short) -200)
            .putInt(-1)
            .putInt(3)
            .put(new byte[] {0x0f, 0x42, 0x40})
            .putInt(1)
            .put((byte) 2)
            .putInt(1)
            .put("a".getBytes(UTF_8))
            .putInt(0)
            .putInt(1)
            .put("b".getBytes(UTF_8))
            .putInt(1)
            .put("c".getBytes(UTF_8));
    var sha256 = MessageDigest.getInstance("SHA-256");
    sha256.update(expected.array(), 0, expected.position());

    var pairs = new TreeMap<>(Map.of("a", "", "b", "c")).descendingMap();
    var row =
        new RowHash()
            .row("r")
            .text("ü")
            .number(-200)
            .absent()
            .time(Instant.ofEpochSecond(1))
            .pairs(pairs);

    assertThat(row.digest().bytes()).isEqualTo(Arrays.copyOf(sha256.digest(), Digest.BYTES));
  }

  @Test
  void rowsAfterEachOtherDoNotMix() {
    var hash = new RowHash();
    var first = hash.row("a").text("x".repeat(5_000)).digest();
    hash.row("b").number(7).digest();
    assertThat(hash.row("a").text("x".repeat(5_000)).digest()).isEqualTo(first);
  }

  private static BigInteger number(Digest digest) {
    return new BigInteger(1, digest.bytes());
  }
}
