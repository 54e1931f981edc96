package chronicle.query;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.List;

/**
 * Names one answer that can never change: a hash over what was asked, as of which position of which
 * ledger, and of which rows of the read model. Other words have another name.
 */
record AnswerKey(String text) {
  private static final String ALGORITHM = "SHA-256";

  /** The name of a question's answer; the moment is settled, and the question in normal form. */
  static AnswerKey of(String kind, String ledger, Moment moment, List<String> asked) {
    var digest = sha256();
    add(digest, ledger);
    add(digest, moment.origin());
    add(digest, Long.toString(moment.position()));
    asked.forEach(word -> add(digest, word));
    return new AnswerKey("chronicle:" + kind + ":" + HexFormat.of().formatHex(digest.digest()));
  }

  byte[] bytes() {
    return text.getBytes(UTF_8);
  }

  private static void add(MessageDigest digest, String word) {
    var bytes = word.getBytes(UTF_8);
    digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(bytes.length).flip());
    digest.update(bytes);
  }

  private static MessageDigest sha256() {
    try {
      return MessageDigest.getInstance(ALGORITHM);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}
