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
import java.util.Map;
import org.postgresql.PGConnection;

/**
 * Hashes the rows of a generation as they are stored, straight from the bytes of {@code COPY … TO
 * STDOUT (FORMAT binary)}: no row becomes an object. Belongs to one thread.
 */
final class StoredRows {
  private static final int HEADER_BYTES = 19;
  private static final short END = -1;

  private final Connection session;
  private final Generation generation;
  private final Runnable beforeRow;
  private final RowHash hash = new RowHash();

  /** The sum of the hashes of some rows, and their number. */
  record Sum(Digest digest, long count) {
    static final Sum NONE = new Sum(Digest.ZERO, 0);

    Sum plus(Sum other) {
      return new Sum(digest.plus(other.digest), count + other.count);
    }
  }

  /** Takes the key of a row, or '' where rows have none, and its hash. */
  private interface Hashed {
    void take(String key, Digest hash);
  }

  /**
   * Runs something before each row, of which there may be many; what it throws ends the reading.
   */
  StoredRows(Connection session, Generation generation, Runnable beforeRow) {
    this.session = session;
    this.generation = generation;
    this.beforeRow = beforeRow;
  }

  /** The sum of all hashes of all rows. */
  Digest sum() throws SQLException {
    var sum = new Digest[] {Digest.ZERO};
    for (var kind : RowKind.values()) {
      read(kind, kind.select(generation, "''"), (_, hash) -> sum[0] = sum[0].plus(hash));
    }
    return sum[0];
  }

  /** The sums of the hashes of accounts' rows in a table, and the number of rows, by account. */
  Map<String, Sum> byAccount(Table table, Collection<String> ids) throws SQLException {
    var sums = new HashMap<String, Sum>();
    for (var kind : table.kinds()) {
      var count = kind == table.row() ? 1 : 0;
      read(
          kind,
          kind.select(generation, "account_id")
              + " AND account_id = ANY (%s)".formatted(array(ids)),
          (account, hash) -> sums.merge(account, new Sum(hash, count), Sum::plus));
    }
    return sums;
  }

  /** The sums of the hashes of what happened to transactions, by thousands of positions. */
  Map<Long, Digest> byStretch() throws SQLException {
    var sums = new HashMap<Long, Digest>();
    for (var kind : Table.TRANSACTIONS.kinds()) {
      read(
          kind,
          kind.select(generation, "((%s - 1) / 1000 * 1000 + 1)::text".formatted(kind.position())),
          (stretch, hash) -> sums.merge(Long.valueOf(stretch), hash, Digest::plus));
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

  private void read(RowKind kind, String select, Hashed hashed) throws SQLException {
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
        if (row.getShort() != END) {
          beforeRow.run();
          hashed.take(key(row), hash(kind, row));
        }
      }
    } finally {
      if (source.isActive()) {
        source.cancelCopy();
      }
    }
  }

  private static String key(ByteBuffer row) {
    int size = row.getInt();
    var key = new byte[size];
    row.get(key);
    return new String(key, StandardCharsets.UTF_8);
  }

  private Digest hash(RowKind kind, ByteBuffer row) {
    hash.row(kind.hashed());
    for (var field : kind.fields()) {
      int size = row.getInt();
      if (size < 0) {
        hash.absent();
      } else {
        field.hash(row, row.position(), size, hash);
        row.position(row.position() + size);
      }
    }
    return hash.digest();
  }
}
