package chronicle.ledger.domain;

import java.util.Arrays;

/**
 * The alphabet of ids: {@code [A-Za-z0-9][A-Za-z0-9._-]{0,63}}, checked without a regular
 * expression.
 */
final class Identifiers {
  private static final int LENGTH_MAX = 64;
  private static final boolean[] ALPHANUMERIC = alphanumeric();

  private Identifiers() {}

  static String require(String value, String what, String punctuation) {
    if (!isValid(value, punctuation)) {
      throw new IllegalArgumentException(
          "%s must be 1 to 64 letters, digits or any of '%s', beginning with a letter or digit"
              .formatted(what, punctuation));
    }
    return value;
  }

  private static boolean isValid(String value, String punctuation) {
    if (value.isEmpty() || value.length() > LENGTH_MAX || !isAlphanumeric(value.charAt(0))) {
      return false;
    }
    for (int i = 1; i < value.length(); i++) {
      char c = value.charAt(i);
      if (!isAlphanumeric(c) && punctuation.indexOf(c) < 0) {
        return false;
      }
    }
    return true;
  }

  private static boolean isAlphanumeric(char c) {
    return c < ALPHANUMERIC.length && ALPHANUMERIC[c];
  }

  private static boolean[] alphanumeric() {
    var are = new boolean['z' + 1];
    Arrays.fill(are, '0', '9' + 1, true);
    Arrays.fill(are, 'A', 'Z' + 1, true);
    Arrays.fill(are, 'a', 'z' + 1, true);
    return are;
  }
}
