package chronicle.ledger.domain;

import java.util.HashMap;
import java.util.Map;

/** Why a ledger says no: the reason, the same in words, and the figures of that moment by name. */
public record Refusal(Reason reason, String message, Map<String, String> figures) {
  /** Keeps a copy of the figures. */
  public Refusal {
    figures = Map.copyOf(figures);
  }

  /** The same with one more figure. */
  public Refusal with(String name, String figure) {
    var more = new HashMap<>(figures);
    more.put(name, figure);
    return new Refusal(reason, message, more);
  }

  /**
   * The reasons of refusals; each stands by the same name in {@code
   * chronicle.error.v1.ErrorReason}.
   */
  public enum Reason {
    /** An account of that id exists. */
    ACCOUNT_ALREADY_EXISTS,
    /** The account is closed. */
    ACCOUNT_CLOSED,
    /** The account is frozen for this direction of posting. */
    ACCOUNT_FROZEN,
    /** The account is not closed. */
    ACCOUNT_NOT_CLOSED,
    /** The account has money or holds. */
    ACCOUNT_NOT_EMPTY,
    /** No account of that id exists. */
    ACCOUNT_NOT_FOUND,
    /** The account is not frozen. */
    ACCOUNT_NOT_FROZEN,
    /** A balance would leave the range of 64 bits. */
    AMOUNT_OVERFLOW,
    /** The amounts to post are not one for each posting. */
    AMOUNTS_MISMATCH,
    /** The asset is registered, or a currency of ISO 4217. */
    ASSET_ALREADY_EXISTS,
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
    /** The highest or lowest balance permitted would be exceeded. */
    LIMIT_EXCEEDED,
    /** More was to be posted than is pending. */
    POST_AMOUNT_EXCEEDS_PENDING,
    /** The effective time lies after the record time. */
    TIME_IN_FUTURE,
    /** The pending transaction was posted before. */
    TRANSACTION_ALREADY_POSTED,
    /** The transaction was reversed before. */
    TRANSACTION_ALREADY_REVERSED,
    /** The pending transaction was voided before. */
    TRANSACTION_ALREADY_VOIDED,
    /** The pending transaction's time is up. */
    TRANSACTION_EXPIRED,
    /** No transaction of that id exists. */
    TRANSACTION_NOT_FOUND,
    /** The transaction was never pending. */
    TRANSACTION_NOT_PENDING,
    /** The transaction is still pending. */
    TRANSACTION_NOT_POSTED,
    /** The account's version is not the one expected. */
    VERSION_CONFLICT
  }
}
