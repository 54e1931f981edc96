package chronicle.runtime;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/**
 * A sum of hashes, modulo 2^128, so that the same rows have the same digest in whatever order they
 * are added, and one that is taken away again leaves no trace.
 */
public record Digest(long high, long low) {
  /** The number of bytes that a digest is written in. */
  public static final int BYTES = 16;

  /** Of nothing. */
  public static final Digest ZERO = new Digest(0, 0);

  /** Reads the first {@link #BYTES} bytes, the most significant first. */
  public static Digest of(byte[] bytes) {
    var buffer = ByteBuffer.wrap(bytes);
    return new Digest(buffer.getLong(), buffer.getLong());
  }

  /** Returns the sum of both. */
  public Digest plus(Digest other) {
    long sum = low + other.low;
    long carry = Long.compareUnsigned(sum, low) < 0 ? 1 : 0;
    return new Digest(high + other.high + carry, sum);
  }

  /** Returns what is to be added to the other to get this. */
  public Digest minus(Digest other) {
    long borrow = Long.compareUnsigned(low, other.low) < 0 ? 1 : 0;
    return new Digest(high - other.high - borrow, low - other.low);
  }

  /** Returns {@link #BYTES} bytes, the most significant first. */
  public byte[] bytes() {
    return ByteBuffer.allocate(BYTES).putLong(high).putLong(low).array();
  }

  /** Returns 32 hexadecimal digits. */
  @Override
  public String toString() {
    return HexFormat.of().toHexDigits(high) + HexFormat.of().toHexDigits(low);
  }
}
