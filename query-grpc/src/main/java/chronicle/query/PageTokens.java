package chronicle.query;

import static chronicle.error.v1.ErrorReason.PAGE_TOKEN_INVALID;
import static java.nio.charset.StandardCharsets.UTF_8;

import chronicle.runtime.Failure;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.Message;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.Optional;
import java.util.Set;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * Makes page tokens of cursors, and cursors of page tokens: a MAC over the list and the cursor,
 * then the cursor. So a token works only for the list it was made for, on every server with the
 * same key. It grants nothing that the caller could not ask for anyway: the key may be known.
 */
final class PageTokens {
  private static final String ALGORITHM = "HmacSHA256";
  private static final int MAC_BYTES = 16;
  private static final Set<String> PAGING =
      Set.of("ledger", "page_size", "page_token", "min_position", "max_wait");

  private final SecretKeySpec key;

  PageTokens(String key) {
    this.key = new SecretKeySpec(key.getBytes(UTF_8), ALGORITHM);
  }

  /**
   * The list of a ledger that a request asks for, by all that it says but how to page through it
   * and how long to wait: its type and a hash.
   */
  static String list(String ledger, Message request) {
    var filter = request.toBuilder();
    for (var field : request.getAllFields().keySet()) {
      if (PAGING.contains(field.getName())) {
        filter.clearField(field);
      }
    }
    return request.getDescriptorForType().getName() + " " + ledger + " " + hash(filter.build());
  }

  private static String hash(Message filter) {
    try {
      var bytes = new ByteArrayOutputStream();
      var output = CodedOutputStream.newInstance(bytes);
      output.useDeterministicSerialization();
      filter.writeTo(output);
      output.flush();
      var hash = MessageDigest.getInstance("SHA-256").digest(bytes.toByteArray());
      return Base64.getEncoder().encodeToString(hash);
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalStateException("a message can't be hashed", e);
    }
  }

  /** The token of a cursor in a list, the list being a method's name and its filter. */
  String token(String list, String cursor) {
    var bytes = cursor.getBytes(UTF_8);
    var token = ByteBuffer.allocate(MAC_BYTES + bytes.length).put(mac(list, bytes)).put(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(token.array());
  }

  /** The cursor of a list's token; empty for the empty token, which stands for the first page. */
  Optional<String> cursor(String list, String token) {
    if (token.isEmpty()) {
      return Optional.empty();
    }
    var bytes = decode(token);
    if (bytes.length < MAC_BYTES) {
      throw invalid();
    }
    var cursor = Arrays.copyOfRange(bytes, MAC_BYTES, bytes.length);
    if (!MessageDigest.isEqual(mac(list, cursor), Arrays.copyOf(bytes, MAC_BYTES))) {
      throw invalid();
    }
    return Optional.of(new String(cursor, UTF_8));
  }

  static Failure invalid() {
    return Failure.of(PAGE_TOKEN_INVALID, "The page token was not made for this list");
  }

  private static byte[] decode(String token) {
    try {
      return Base64.getUrlDecoder().decode(token);
    } catch (IllegalArgumentException _) {
      throw invalid();
    }
  }

  private byte[] mac(String list, byte[] cursor) {
    try {
      var mac = Mac.getInstance(ALGORITHM);
      mac.init(key);
      mac.update(list.getBytes(UTF_8));
      mac.update((byte) 0);
      return Arrays.copyOf(mac.doFinal(cursor), MAC_BYTES);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + ALGORITHM, e);
    }
  }
}
