package chronicle.ledger.domain;

import java.util.Currency;
import java.util.Set;
import java.util.stream.Collectors;

/** The currencies of ISO 4217 and the form of every asset's code. */
public final class Assets {
  private static final int CODE_LENGTH_MIN = 3;
  private static final int CODE_LENGTH_MAX = 12;

  private static final Set<String> ISO_4217 =
      Currency.getAvailableCurrencies().stream()
          .filter(currency -> currency.getDefaultFractionDigits() >= 0)
          .map(Currency::getCurrencyCode)
          .collect(Collectors.toUnmodifiableSet());

  private Assets() {}

  /** Whether the code is a currency of ISO 4217 that has minor units. */
  public static boolean isIso4217(String code) {
    return ISO_4217.contains(code);
  }

  /**
   * Returns the code: 3 to 12 upper-case letters and digits, a letter first, else {@link
   * IllegalArgumentException}.
   */
  static String requireCode(String code) {
    if (!hasForm(code)) {
      throw new IllegalArgumentException(
          "currency_code must be 3 to 12 upper-case letters and digits, beginning with a letter");
    }
    return code;
  }

  private static boolean hasForm(String code) {
    if (code.length() < CODE_LENGTH_MIN
        || code.length() > CODE_LENGTH_MAX
        || !isUpper(code.charAt(0))) {
      return false;
    }
    for (int i = 1; i < code.length(); i++) {
      char c = code.charAt(i);
      if (!isUpper(c) && (c < '0' || c > '9')) {
        return false;
      }
    }
    return true;
  }

  private static boolean isUpper(char c) {
    return c >= 'A' && c <= 'Z';
  }
}
