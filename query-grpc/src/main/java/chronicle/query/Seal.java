package chronicle.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Seals what is kept outside under a name: an HMAC-SHA-256 over name and content, then the content.
 * What was not sealed under that name with the same key does not open.
 */
final class Seal {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int MAC_BYTES = 32;
  private static final byte[] PURPOSE = "chronicle query cache 1".getBytes(UTF_8);

  private final SecretKeySpec key;

  /** A seal with a key made from the service's, so that nothing else that it signs opens. */
  Seal(String serviceKey) {
    key = key(mac(key(serviceKey.getBytes(UTF_8)), PURPOSE, new byte[0]));
  }

  byte[] seal(AnswerKey name, byte[] content) {
    return ByteBuffer.allocate(MAC_BYTES + content.length)
        .put(mac(key, name.bytes(), content))
        .put(content)
        .array();
  }

  /** The content; empty where it was not sealed under this name. */
  Optional<byte[]> open(AnswerKey name, byte[] sealed) {
    if (sealed.length < MAC_BYTES) {
      return Optional.empty();
    }
    var content = Arrays.copyOfRange(sealed, MAC_BYTES, sealed.length);
    var expected = mac(key, name.bytes(), content);
    return MessageDigest.isEqual(expected, Arrays.copyOf(sealed, MAC_BYTES))
        ? Optional.of(content)
        : Optional.empty();
  }

  private static SecretKeySpec key(byte[] bytes) {
    return new SecretKeySpec(bytes, ALGORITHM);
  }

  private static byte[] mac(SecretKeySpec key, byte[] name, byte[] content) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(ByteBuffer.allocate(Integer.BYTES).putInt(name.length).flip());
      mac.update(name);
      return mac.doFinal(content);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}
