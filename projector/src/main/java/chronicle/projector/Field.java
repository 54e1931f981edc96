package chronicle.projector;

import chronicle.runtime.RowHash;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.time.temporal.ChronoUnit;

/**
 * A field of a hashed row as it is stored: the SQL that yields it, and the type that PostgreSQL
 * sends it in. What no projection could have written, such as a sum with a fraction, is hashed too,
 * to something else than anything that it could.
 */
record Field(String sql, Type type) {
  private static final long EPOCH_MICROS =
      ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse("2000-01-01T00:00:00Z"));
  private static final int NUMERIC_BASE = 10_000;
  private static final short NUMERIC_POSITIVE = 0;
  private static final short NUMERIC_NEGATIVE = 0x4000;
  private static final int NUMERIC_DIGITS_IN_LONG = 4; // each of four decimal ones

  /** What a value's bytes are: those of the type's send function. */
  enum Type {
    /** {@code text}. */
    TEXT,
    /** {@code int4} or {@code int8}. */
    NUMBER,
    /** {@code numeric}. */
    NUMERIC,
    /** {@code timestamptz}. */
    TIME,
    /** {@code text[][]}: keys and values, in the order of the keys' bytes. */
    PAIRS
  }

  static Field text(String sql) {
    return new Field(sql, Type.TEXT);
  }

  static Field number(String sql) {
    return new Field(sql, Type.NUMBER);
  }

  static Field numeric(String sql) {
    return new Field(sql, Type.NUMERIC);
  }

  static Field time(String sql) {
    return new Field(sql, Type.TIME);
  }

  /** Of a column of the type {@code jsonb}, for most rows an empty object. */
  static Field pairs(String column) {
    return new Field(
        """
        CASE WHEN %1$s = '{}' THEN '{}'
          WHEN jsonb_typeof(%1$s) = 'object' THEN (
            SELECT array_agg(ARRAY[m.key, m.value] ORDER BY m.key COLLATE "C") FROM jsonb_each_text(%1$s) m)
          WHEN %1$s IS NOT NULL THEN ARRAY[%1$s::text] END
        """
            .formatted(column),
        Type.PAIRS);
  }

  /** Adds a value that is there: so many bytes of a row from a place on. */
  void hash(ByteBuffer row, int start, int size, RowHash hash) {
    switch (type) {
      case TEXT -> hash.text(row, start, size);
      case NUMBER -> hash.number(size == Integer.BYTES ? row.getInt(start) : row.getLong(start));
      case NUMERIC -> numeric(row, start, size, hash);
      case TIME -> hash.number(EPOCH_MICROS + row.getLong(start));
      case PAIRS -> pairs(row, start, size, hash);
    }
  }

  private static void numeric(ByteBuffer row, int start, int size, RowHash hash) {
    int digits = row.getShort(start);
    int whole = row.getShort(start + Short.BYTES) + 1;
    int sign = row.getShort(start + 2 * Short.BYTES);
    if (digits > whole || (sign != NUMERIC_POSITIVE && sign != NUMERIC_NEGATIVE)) {
      hash.text(row, start, size); // a fraction, infinite, or no number
      return;
    }
    if (whole <= NUMERIC_DIGITS_IN_LONG) {
      var sum = 0L;
      for (var i = 0; i < whole; i++) {
        sum = sum * NUMERIC_BASE + digit(row, start, i, digits);
      }
      hash.number(sign == NUMERIC_POSITIVE ? sum : -sum);
    } else {
      var sum = BigInteger.ZERO;
      for (var i = 0; i < whole; i++) {
        sum =
            sum.multiply(BigInteger.valueOf(NUMERIC_BASE))
                .add(BigInteger.valueOf(digit(row, start, i, digits)));
      }
      hash.number(sign == NUMERIC_POSITIVE ? sum : sum.negate());
    }
  }

  /** Zeros at the end are not sent. */
  private static int digit(ByteBuffer row, int start, int index, int digits) {
    return index < digits ? row.getShort(start + (4 + index) * Short.BYTES) : 0;
  }

  private static void pairs(ByteBuffer row, int start, int size, RowHash hash) {
    int dimensions = row.getInt(start);
    hash.number(dimensions == 0 ? 0 : row.getInt(start + 3 * Integer.BYTES));
    var end = start + size;
    for (var at = start + (3 + 2 * dimensions) * Integer.BYTES; at < end; ) {
      int length = row.getInt(at);
      at += Integer.BYTES;
      if (length < 0) {
        hash.absent();
      } else {
        hash.text(row, at, length);
        at += length;
      }
    }
  }
}
