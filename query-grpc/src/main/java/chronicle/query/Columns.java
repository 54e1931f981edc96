package chronicle.query;

import chronicle.type.v1.Money;
import chronicle.type.v1.Total;
import com.google.protobuf.Timestamp;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.LinkedHashMap;
import java.util.Map;

/** Values of the protocol from columns of the read model. */
final class Columns {
  /** Selects a column {@code metadata} of JSON as an array of pairs; NULL where it has none. */
  static final String METADATA =
      "(SELECT array_agg(ARRAY[m.key, m.value]) FROM jsonb_each_text(metadata) m)";

  /** As {@link #METADATA}, of the table whose alias is put in. */
  static final String METADATA_OF = METADATA.replace("(metadata)", "(%s.metadata)");

  private Columns() {}

  static Money money(String currency, long minorUnits) {
    return Money.newBuilder().setCurrencyCode(currency).setMinorUnits(minorUnits).build();
  }

  static Total total(String currency, ResultSet rows, int column) throws SQLException {
    return Total.newBuilder()
        .setCurrencyCode(currency)
        .setMinorUnits(rows.getBigDecimal(column).toPlainString())
        .build();
  }

  static Timestamp timestamp(ResultSet rows, int column) throws SQLException {
    return Times.timestamp(rows.getObject(column, OffsetDateTime.class).toInstant());
  }

  static Map<String, String> metadata(ResultSet rows, int column) throws SQLException {
    var metadata = new LinkedHashMap<String, String>();
    var pairs = rows.getArray(column);
    if (pairs != null) {
      for (var pair : (String[][]) pairs.getArray()) {
        metadata.put(pair[0], pair[1]);
      }
    }
    return metadata;
  }
}
