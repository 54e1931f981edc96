package chronicle.projector;

import java.math.BigInteger;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Binds rows to a statement column by column, one array per parameter, for {@code unnest}; numbers
 * and text travel in binary; reads the columns that may be NULL.
 */
final class Columns<R> {
  /** The pairs of the column {@code metadata}, as {@link #pairs} reads them. */
  static final String METADATA =
      "(SELECT array_agg(ARRAY[m.key, m.value]) FROM jsonb_each_text(metadata) m)";

  private final PreparedStatement statement;
  private final Connection connection;
  private final List<R> rows;
  private int next;

  /** Binds from the given parameter on. */
  Columns(PreparedStatement statement, int first, List<R> rows) throws SQLException {
    this.statement = statement;
    this.connection = statement.getConnection();
    this.rows = rows;
    this.next = first;
  }

  Columns<R> longs(ToLongFunction<R> column) throws SQLException {
    return bind("int8", rows.stream().map(column::applyAsLong).toArray(Long[]::new));
  }

  Columns<R> ints(ToIntFunction<R> column) throws SQLException {
    return bind("int4", rows.stream().map(column::applyAsInt).toArray(Integer[]::new));
  }

  Columns<R> texts(Function<R, String> column) throws SQLException {
    return bind("text", rows.stream().map(column).toArray(String[]::new));
  }

  /** Numbers beyond 64 bits. */
  Columns<R> numerics(Function<R, Number> column) throws SQLException {
    return bind(
        "numeric", rows.stream().map(row -> column.apply(row).toString()).toArray(String[]::new));
  }

  /** Microseconds since 1970. */
  Columns<R> times(Function<R, Instant> column) throws SQLException {
    return longs(row -> micros(column.apply(row)));
  }

  Columns<R> optionalLongs(Function<R, Optional<Long>> column) throws SQLException {
    return bind(
        "int8", rows.stream().map(row -> column.apply(row).orElse(null)).toArray(Long[]::new));
  }

  Columns<R> optionalTexts(Function<R, Optional<String>> column) throws SQLException {
    return bind(
        "text", rows.stream().map(row -> column.apply(row).orElse(null)).toArray(String[]::new));
  }

  /** Microseconds since 1970. */
  Columns<R> optionalTimes(Function<R, Optional<Instant>> column) throws SQLException {
    return optionalLongs(row -> column.apply(row).map(Columns::micros));
  }

  /** The time in a column that is not NULL. */
  static Instant time(ResultSet row, int column) throws SQLException {
    return optionalTime(row, column).orElseThrow(() -> new IllegalStateException("a time is NULL"));
  }

  static Optional<Instant> optionalTime(ResultSet row, int column) throws SQLException {
    return Optional.ofNullable(row.getObject(column, OffsetDateTime.class))
        .map(OffsetDateTime::toInstant);
  }

  /** The number without a fraction in a column that is not NULL. */
  static BigInteger integer(ResultSet row, int column) throws SQLException {
    return Optional.ofNullable(row.getBigDecimal(column))
        .orElseThrow(() -> new IllegalStateException("a sum is NULL"))
        .toBigIntegerExact();
  }

  static Optional<Long> optionalLong(ResultSet row, int column) throws SQLException {
    var value = row.getLong(column);
    return row.wasNull() ? Optional.empty() : Optional.of(value);
  }

  /** The pairs of a column of {@link #METADATA}. */
  static Map<String, String> pairs(ResultSet row, int column) throws SQLException {
    var array = row.getArray(column);
    if (array == null) {
      return Map.of();
    }
    var pairs = new HashMap<String, String>();
    for (var pair : (String[][]) array.getArray()) {
      pairs.put(pair[0], pair[1]);
    }
    return pairs;
  }

  private static long micros(Instant time) {
    return ChronoUnit.MICROS.between(Instant.EPOCH, time);
  }

  private Columns<R> bind(String type, @Nullable Object[] values) throws SQLException {
    statement.setArray(next++, connection.createArrayOf(type, values));
    return this;
  }
}
