package chronicle.projector;

import chronicle.projector.RowKind.Table;
import chronicle.runtime.Digest;
import chronicle.runtime.RowHash;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntUnaryOperator;
import java.util.stream.Stream;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyOut;
import org.postgresql.util.PSQLState;

/**
 * Hashes the rows of a generation as they are stored, straight from the bytes of {@code COPY … TO
 * STDOUT (FORMAT binary)}: no row becomes an object. Belongs to one thread.
 */
final class StoredRows {
  private static final int HEADER_BYTES = 19;
  private static final short END = -1;
  private static final int ZERO = -1;

  // What a row of entries says of the external account where money crossed the ledger's border, as
  // the view account_entries does: but each row is sent once.
  private static final Map<String, String> OTHER_SIDE =
      Map.of(
          "account_id", "counterparty_account",
          "account_version", "0",
          "amount", "-amount",
          "posted_after", "external_posted_after",
          "held_after", "0",
          "available_after", "external_posted_after",
          "counterparty_account", "account_id");

  private static final List<String> ENTRY_COLUMNS =
      Stream.concat(
              RowKind.ENTRY.fields().stream().map(Field::sql),
              Stream.of("-amount", "external_posted_after"))
          .toList();
  private static final int[] OTHER_SIDE_COLUMNS =
      RowKind.ENTRY.fields().stream()
          .map(field -> OTHER_SIDE.getOrDefault(field.sql(), field.sql()))
          .mapToInt(sql -> sql.equals("0") ? ZERO : 1 + ENTRY_COLUMNS.indexOf(sql))
          .toArray();

  private final Connection session;
  private final Generation generation;
  private final Runnable beforeRow;
  private final RowHash hash = new RowHash();

  // Where the columns of a row begin, and how long they are: -1 where there is nothing.
  private int[] starts = {};
  private int[] sizes = {};

  /** The sum of the hashes of some rows, and their number. */
  record Sum(Digest digest, long count) {
    static final Sum NONE = new Sum(Digest.ZERO, 0);

    Sum plus(Sum other) {
      return new Sum(digest.plus(other.digest), count + other.count);
    }
  }

  /** Takes a row's bytes, of which {@link #starts} and {@link #sizes} tell. */
  private interface Row {
    void take(ByteBuffer row);
  }

  /**
   * Runs something before each row, of which there may be many; what it throws ends the reading.
   */
  StoredRows(Connection session, Generation generation, Runnable beforeRow) {
    this.session = session;
    this.generation = generation;
    this.beforeRow = beforeRow;
  }

  /** The sum of the hashes of all entries. */
  Digest sumEntries() throws SQLException {
    var sum = new Digest[] {Digest.ZERO};
    var select =
        "SELECT '', %s FROM entries WHERE generation = %d"
            .formatted(String.join(", ", ENTRY_COLUMNS), generation.number());
    read(
        select,
        row -> {
          sum[0] = sum[0].plus(hash(RowKind.ENTRY, row));
          if (sizes[ENTRY_COLUMNS.size()] >= 0) {
            sum[0] = sum[0].plus(hash(RowKind.ENTRY, row, i -> OTHER_SIDE_COLUMNS[i]));
          }
        });
    return sum[0];
  }

  /** The sum of the hashes of all rows but entries. */
  Digest sumOthers() throws SQLException {
    var sum = new Digest[] {Digest.ZERO};
    for (var kind : RowKind.values()) {
      if (kind != RowKind.ENTRY) {
        read(kind.select(generation, "''"), row -> sum[0] = sum[0].plus(hash(kind, row)));
      }
    }
    return sum[0];
  }

  /** The sums of the hashes of accounts' rows in a table, and the number of rows, by account. */
  Map<String, Sum> byAccount(Table table, Collection<String> ids) throws SQLException {
    var sums = new HashMap<String, Sum>();
    for (var kind : table.kinds()) {
      var count = kind == table.row() ? 1 : 0;
      read(
          kind.select(generation, "account_id")
              + " AND account_id = ANY (%s)".formatted(array(ids)),
          row -> sums.merge(key(row), new Sum(hash(kind, row), count), Sum::plus));
    }
    return sums;
  }

  /** The sums of the hashes of what happened to transactions, by thousands of positions. */
  Map<Long, Digest> byStretch() throws SQLException {
    var sums = new HashMap<Long, Digest>();
    for (var kind : Table.TRANSACTIONS.kinds()) {
      read(
          kind.select(generation, "((%s - 1) / 1000 * 1000 + 1)::text".formatted(kind.position())),
          row -> sums.merge(Long.valueOf(key(row)), hash(kind, row), Digest::plus));
    }
    return sums;
  }

  /** The number of rows in a table. */
  long count(Table table) throws SQLException {
    try (var statement =
        session.prepareStatement(
            "SELECT count(*) FROM %s WHERE generation = ?".formatted(table.sql()))) {
      statement.setInt(1, generation.number());
      try (var row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    }
  }

  private String array(Collection<String> ids) throws SQLException {
    var array = session.createArrayOf("text", ids.toArray(String[]::new)).toString();
    return "'%s'::text[]".formatted(session.unwrap(PGConnection.class).escapeLiteral(array));
  }

  private void read(String select, Row taker) throws SQLException {
    var source =
        session
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyOut("COPY (%s) TO STDOUT (FORMAT binary)".formatted(select));
    try {
      // The header comes with the first row, or with the end.
      var start = HEADER_BYTES;
      for (var bytes = source.readFromCopy(); bytes != null; bytes = source.readFromCopy()) {
        var row = ByteBuffer.wrap(bytes).position(start);
        start = 0;
        int columns = row.getShort();
        if (columns != END) {
          beforeRow.run();
          locate(row, columns);
          taker.take(row);
        }
      }
    } finally {
      if (source.isActive()) {
        end(source);
      }
    }
  }

  /**
   * Ends a COPY before its end. The driver's own cancelCopy leaves what is on its way, and the
   * server's last word, to be taken for the answer to the next statement.
   */
  private void end(CopyOut source) throws SQLException {
    session.unwrap(PGConnection.class).cancelQuery();
    try {
      while (source.readFromCopy() != null) {
        // Nobody wants it any more.
      }
    } catch (SQLException e) {
      if (!PSQLState.QUERY_CANCELED.getState().equals(e.getSQLState())) {
        throw e;
      }
    }
  }

  private void locate(ByteBuffer row, int columns) {
    if (starts.length != columns) {
      starts = new int[columns];
      sizes = new int[columns];
    }
    for (var i = 0; i < columns; i++) {
      sizes[i] = row.getInt();
      starts[i] = row.position();
      row.position(starts[i] + Math.max(sizes[i], 0));
    }
  }

  /** The first column. */
  private String key(ByteBuffer row) {
    var utf8 = new byte[sizes[0]];
    row.get(starts[0], utf8);
    return new String(utf8, StandardCharsets.UTF_8);
  }

  /** The hash of the columns after the first one. */
  private Digest hash(RowKind kind, ByteBuffer row) {
    return hash(kind, row, i -> 1 + i);
  }

  /** The hash of fields, each of which is in some column, or is 0. */
  private Digest hash(RowKind kind, ByteBuffer row, IntUnaryOperator columns) {
    hash.row(kind.hashed());
    for (var i = 0; i < kind.fields().size(); i++) {
      var column = columns.applyAsInt(i);
      if (column == ZERO) {
        hash.number(0);
      } else if (sizes[column] < 0) {
        hash.absent();
      } else {
        kind.fields().get(i).hash(row, starts[column], sizes[column], hash);
      }
    }
    return hash.digest();
  }
}
