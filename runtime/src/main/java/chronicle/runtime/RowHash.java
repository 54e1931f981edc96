package chronicle.runtime;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Map;

/**
 * Hashes rows, one after the other: {@link #row} begins one, each field is added in its order, and
 * {@link #digest} ends it. The hash is the first 128 bits of SHA-256 over the canonical encoding:
 * each field by its length in four bytes, the most significant first, and its bytes. Text is UTF-8;
 * a number is in two's complement, in as few bytes as hold it, the most significant first; a time
 * is the number of microseconds since 1970; what is absent has the length -1; pairs are their
 * number and then keys and values, by the bytes of the keys. The first field is the row's kind.
 * Belongs to one thread.
 */
public final class RowHash {
  private static final int ABSENT = -1;
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);
  private static final Comparator<byte[]> BY_BYTES = Arrays::compareUnsigned;

  private final MessageDigest sha256;
  private byte[] bytes = new byte[512];
  private int length;

  /** A hash of nothing yet. */
  public RowHash() {
    try {
      sha256 = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /** Begins a row of that kind. */
  public RowHash row(String kind) {
    length = 0;
    return text(kind);
  }

  /** Adds a text. */
  public RowHash text(String text) {
    return field(text.getBytes(StandardCharsets.UTF_8));
  }

  /** Adds a text that is there in UTF-8: so many bytes from a place on. */
  public RowHash text(ByteBuffer source, int start, int size) {
    size(size);
    source.get(start, bytes, length, size);
    length += size;
    return this;
  }

  /** Adds a number. */
  public RowHash number(long number) {
    // 64 - (leading bits that equal the sign) + 1 for the sign, in whole bytes
    int size = (64 - Long.numberOfLeadingZeros(number < 0 ? ~number : number)) / 8 + 1;
    size(size);
    LONGS.set(bytes, length, number << (Long.SIZE - size * Byte.SIZE));
    length += size;
    return this;
  }

  /** Adds a number, the same way whatever its type. */
  public RowHash number(BigInteger number) {
    return number.bitLength() < Long.SIZE
        ? number(number.longValue())
        : field(number.toByteArray());
  }

  /** Adds a time. */
  public RowHash time(Instant time) {
    return number(ChronoUnit.MICROS.between(Instant.EPOCH, time));
  }

  /** Adds a field that is absent. */
  public RowHash absent() {
    size(ABSENT);
    return this;
  }

  /** Adds pairs, whose order does not matter. */
  public RowHash pairs(Map<String, String> pairs) {
    number(pairs.size());
    if (!pairs.isEmpty()) {
      pairs.keySet().stream()
          .sorted(Comparator.comparing(key -> key.getBytes(StandardCharsets.UTF_8), BY_BYTES))
          .forEach(key -> text(key).text(pairs.getOrDefault(key, "")));
    }
    return this;
  }

  /** Returns the hash of the row. */
  public Digest digest() {
    sha256.update(bytes, 0, length);
    return Digest.of(sha256.digest());
  }

  private RowHash field(byte[] field) {
    size(field.length);
    System.arraycopy(field, 0, bytes, length, field.length);
    length += field.length;
    return this;
  }

  /** Writes the length of a field, and makes room for the field, eight bytes at least. */
  private void size(int size) {
    int needed = length + Integer.BYTES + Math.max(size, Long.BYTES);
    if (needed > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(needed, 2 * bytes.length));
    }
    INTS.set(bytes, length, size);
    length += Integer.BYTES;
  }
}
