package chronicle.projector;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import java.util.function.ToLongFunction;

/**
 * Binds rows to a statement column by column, one array per parameter, for {@code unnest}; numbers
 * and text travel in binary.
 */
final class Columns<R> {
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
    return longs(row -> ChronoUnit.MICROS.between(Instant.EPOCH, column.apply(row)));
  }

  private Columns<R> bind(String type, Object[] values) throws SQLException {
    statement.setArray(next++, connection.createArrayOf(type, values));
    return this;
  }
}
