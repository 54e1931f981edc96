package chronicle.query;

import chronicle.ledger.v1.Asset;
import java.util.Currency;
import java.util.Map;
import java.util.stream.Collectors;

/** How many decimal digits a minor unit of a currency is. */
final class Scales {
  private static final Map<String, Integer> ISO_4217 =
      Currency.getAvailableCurrencies().stream()
          .filter(currency -> currency.getDefaultFractionDigits() >= 0)
          .collect(
              Collectors.toUnmodifiableMap(
                  Currency::getCurrencyCode, Currency::getDefaultFractionDigits));

  private final LedgerClient ledgers;

  Scales(LedgerClient ledgers) {
    this.ledgers = ledgers;
  }

  /**
   * The scale of a currency that an account of the ledger has: ISO 4217's, or else the ledger says.
   */
  int of(String ledger, String currency) {
    var iso = ISO_4217.get(currency);
    return iso != null ? iso : registered(ledger, currency);
  }

  private int registered(String ledger, String currency) {
    return ledgers.assets(ledger).stream()
        .filter(asset -> asset.getCurrencyCode().equals(currency))
        .mapToInt(Asset::getScale)
        .findFirst()
        .orElseThrow(() ->
            new IllegalStateException("ledger %s has no asset %s".formatted(ledger, currency)));
  }
}
