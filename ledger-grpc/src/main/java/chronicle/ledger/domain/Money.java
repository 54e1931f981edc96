package chronicle.ledger.domain;

/** An amount of one currency in its minor units, in the whole range of {@code long}. */
public record Money(String currency, long minorUnits) {
  /** Refuses a malformed currency code. */
  public Money {
    Assets.requireCode(currency);
  }

  @Override
  public String toString() {
    return minorUnits + " " + currency;
  }
}
