package chronicle.ledger.domain;

import java.util.Map;

/** Why a ledger says no: the reason, the same in words, and the figures of that moment by name. */
public record Refusal(Reason reason, String message, Map<String, String> figures) {
  /** Keeps a copy of the figures. */
  public Refusal {
    figures = Map.copyOf(figures);
  }

  /**
   * The reasons of refusals; each stands by the same name in {@code
   * chronicle.error.v1.ErrorReason}.
   */
  public enum Reason {
    /** An account of that id exists. */
    ACCOUNT_ALREADY_EXISTS,
    /** No account of that id exists. */
    ACCOUNT_NOT_FOUND,
    /** A balance would leave the range of 64 bits. */
    AMOUNT_OVERFLOW,
    /** The currency is not one of the ledger's. */
    ASSET_UNKNOWN,
    /** The amount is not in the account's currency. */
    CURRENCY_MISMATCH,
    /** What is available does not cover the debit. */
    INSUFFICIENT_FUNDS,
    /** A ledger of that id exists. */
    LEDGER_ALREADY_EXISTS,
    /** The ledger has not been created. */
    LEDGER_NOT_FOUND,
    /** The credit would exceed the highest balance permitted. */
    LIMIT_EXCEEDED,
    /** The effective time lies after the record time. */
    TIME_IN_FUTURE,
    /** The account's version is not the one expected. */
    VERSION_CONFLICT
  }
}
