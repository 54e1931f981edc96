package chronicle.query.statement;

import java.math.BigDecimal;
import java.math.BigInteger;

/** Money as a person reads it: exact, and with all digits of the asset's scale. */
record Decimals(int scale) {
  private static final int GROUP = 3;

  /** Such as {@code -1234.50}. */
  String plain(long minorUnits) {
    return plain(BigInteger.valueOf(minorUnits));
  }

  /** Such as {@code -1234.50}. */
  String plain(BigInteger minorUnits) {
    return new BigDecimal(minorUnits, scale).toPlainString();
  }

  /** Such as {@code -1,234.50}. */
  String grouped(long minorUnits) {
    return grouped(BigInteger.valueOf(minorUnits));
  }

  /** Such as {@code -1,234.50}. */
  String grouped(BigInteger minorUnits) {
    var text = new StringBuilder(plain(minorUnits));
    var begin = minorUnits.signum() < 0 ? 1 : 0;
    var end = scale == 0 ? text.length() : text.length() - scale - 1;
    for (var at = end - GROUP; at > begin; at -= GROUP) {
      text.insert(at, ',');
    }
    return text.toString();
  }
}
