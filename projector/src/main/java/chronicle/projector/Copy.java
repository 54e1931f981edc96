package chronicle.projector;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Writes new rows by {@code COPY … FROM STDIN (FORMAT binary)}, which costs the server a quarter
 * less than an INSERT of arrays. The format is that of PostgreSQL's manual, the values' that of the
 * types' receive functions.
 */
final class Copy {
  private static final byte[] HEADER = header();
  private static final int CHUNK_BYTES = 64 * 1024;
  private static final short END = -1;
  private static final int NULL = -1;
  private static final byte JSONB_VERSION = 1;
  private static final Instant EPOCH = Instant.parse("2000-01-01T00:00:00Z");
  private static final int NUMERIC_BASE = 10_000;
  private static final BigInteger NUMERIC_BASE_BIG = BigInteger.valueOf(NUMERIC_BASE);
  private static final short NUMERIC_NEGATIVE = 0x4000;

  private byte[] bytes = new byte[CHUNK_BYTES + CHUNK_BYTES / 4];
  private int length;
  private int columns;
  private short[] digits = new short[8];

  private Copy() {}

  /**
   * Copies rows as the statement says; {@code columns} adds a row's values in the order that the
   * statement names its columns.
   */
  static <R> void write(
      Connection session, String statement, Iterable<R> rows, BiConsumer<Copy, R> columns)
      throws SQLException {
    var target = session.unwrap(PGConnection.class).getCopyAPI().copyIn(statement);
    try {
      var copy = new Copy();
      copy.raw(HEADER);
      for (var row : rows) {
        copy.row(row, columns);
        if (copy.length >= CHUNK_BYTES) {
          copy.send(target);
        }
      }
      copy.int16(END);
      copy.send(target);
      target.endCopy();
    } finally {
      if (target.isActive()) {
        target.cancelCopy();
      }
    }
  }

  Copy int8(long value) {
    return size(Long.BYTES).int64(value);
  }

  Copy int4(int value) {
    return size(Integer.BYTES).int32(value);
  }

  Copy text(String value) {
    var utf8 = value.getBytes(StandardCharsets.UTF_8);
    return size(utf8.length).raw(utf8);
  }

  /** Of the type {@code timestamptz}, which has microseconds. */
  Copy time(Instant value) {
    return int8(ChronoUnit.MICROS.between(EPOCH, value));
  }

  /** Of the type {@code jsonb}. */
  Copy json(Map<String, String> value) {
    var utf8 = Json.object(value).getBytes(StandardCharsets.UTF_8);
    size(1 + utf8.length);
    room(1);
    bytes[length++] = JSONB_VERSION;
    return raw(utf8);
  }

  Copy numeric(long value) {
    if (value == Long.MIN_VALUE) {
      return numeric(BigInteger.valueOf(value));
    }
    var count = 0;
    for (var rest = Math.abs(value); rest != 0; rest /= NUMERIC_BASE) {
      count = digit(count, (short) (rest % NUMERIC_BASE));
    }
    return numeric(value < 0, count);
  }

  Copy numeric(BigInteger value) {
    if (value.bitLength() < Long.SIZE - 1) {
      return numeric(value.longValue());
    }
    var count = 0;
    for (var rest = value.abs(); rest.signum() != 0; ) {
      var parts = rest.divideAndRemainder(NUMERIC_BASE_BIG);
      count = digit(count, parts[1].shortValue());
      rest = parts[0];
    }
    return numeric(value.signum() < 0, count);
  }

  Copy absent() {
    return size(NULL);
  }

  /** Adds what there is, or that there is nothing. */
  <T> Copy optional(Optional<T> value, Consumer<T> add) {
    value.ifPresentOrElse(add, this::absent);
    return this;
  }

  private <R> void row(R row, BiConsumer<Copy, R> adder) {
    var start = length;
    columns = 0;
    int16((short) 0);
    adder.accept(this, row);
    bytes[start] = (byte) (columns >> Byte.SIZE);
    bytes[start + 1] = (byte) columns;
  }

  private int digit(int index, short digit) {
    if (index == digits.length) {
      digits = Arrays.copyOf(digits, 2 * index);
    }
    digits[index] = digit;
    return index + 1;
  }

  /** A whole number, of which {@link #digits} has so many digits, the least significant first. */
  private Copy numeric(boolean negative, int count) {
    size(Short.BYTES * (4 + count));
    int16((short) count).int16((short) Math.max(count - 1, 0));
    int16(negative ? NUMERIC_NEGATIVE : 0).int16((short) 0);
    for (var i = count - 1; i >= 0; i--) {
      int16(digits[i]);
    }
    return this;
  }

  /** Begins a column. */
  private Copy size(int size) {
    columns++;
    return int32(size);
  }

  private Copy int16(short value) {
    room(Short.BYTES);
    bytes[length++] = (byte) (value >> Byte.SIZE);
    bytes[length++] = (byte) value;
    return this;
  }

  private Copy int32(int value) {
    return int16((short) (value >> Short.SIZE)).int16((short) value);
  }

  private Copy int64(long value) {
    return int32((int) (value >> Integer.SIZE)).int32((int) value);
  }

  private Copy raw(byte[] value) {
    room(value.length);
    System.arraycopy(value, 0, bytes, length, value.length);
    length += value.length;
    return this;
  }

  private void room(int size) {
    if (length + size > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + size, 2 * bytes.length));
    }
  }

  private void send(CopyIn target) throws SQLException {
    target.writeToCopy(bytes, 0, length);
    length = 0;
  }

  /** The signature, no flags, and no extension. */
  private static byte[] header() {
    var signature = "PGCOPY\n\377\r\n\0".getBytes(StandardCharsets.ISO_8859_1);
    return Arrays.copyOf(signature, signature.length + 2 * Integer.BYTES);
  }
}
