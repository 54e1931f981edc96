package chronicle.ledger.domain;

import chronicle.ledger.domain.Account.Open;
import chronicle.ledger.domain.Refusal.Reason;
import java.util.Map;
import java.util.Optional;

/** The refusals in words and figures; an empty Optional stands for none. */
final class Refusals {
  private Refusals() {}

  static Optional<Refusal> none() {
    return Optional.empty();
  }

  static Optional<Refusal> of(Reason reason, String message, Map<String, String> figures) {
    return Optional.of(new Refusal(reason, message, figures));
  }

  static Optional<Refusal> ofAccount(Reason reason, AccountId id, String message) {
    return of(reason, message.formatted(id), Map.of("account", id.value()));
  }

  static Optional<Refusal> ofTransaction(Reason reason, CommandId id, String message) {
    return of(reason, message.formatted(id), Map.of("transaction", id.value()));
  }

  static Optional<Refusal> notFound(AccountId id) {
    return ofAccount(Reason.ACCOUNT_NOT_FOUND, id, "Account %s does not exist.");
  }

  static Optional<Refusal> closed(AccountId id) {
    return ofAccount(Reason.ACCOUNT_CLOSED, id, "Account %s is closed.");
  }

  static Optional<Refusal> conflict(AccountId id, long version, long expected) {
    return of(
        Reason.VERSION_CONFLICT,
        "Account %s is at version %d, %d was expected.".formatted(id, version, expected),
        Map.of("account", id.value(), "account_version", Long.toString(version)));
  }

  static Optional<Refusal> mismatch(AccountId id, String currency, Money amount) {
    return of(
        Reason.CURRENCY_MISMATCH,
        "Account %s is in %s, the amount in %s.".formatted(id, currency, amount.currency()),
        Map.of("account", id.value(), "currency_code", currency));
  }

  static Optional<Refusal> frozen(AccountId id, Freeze freeze) {
    return of(
        Reason.ACCOUNT_FROZEN,
        "Account %s is frozen: %s.".formatted(id, freeze),
        Map.of("account", id.value(), "frozen", freeze.name()));
  }

  static Optional<Refusal> insufficient(AccountId id, Open open, Money amount) {
    return of(
        Reason.INSUFFICIENT_FUNDS,
        "Account %s has %d %s available, %d were asked for."
            .formatted(id, open.availableMinor(), open.currency(), amount.minorUnits()),
        Map.of(
            "account", id.value(),
            "available", Long.toString(open.availableMinor()),
            "requested", Long.toString(amount.minorUnits())));
  }

  static Optional<Refusal> aboveMax(AccountId id, Open open, long maxMinor) {
    return of(
        Reason.LIMIT_EXCEEDED,
        "Account %s may hold at most %d %s.".formatted(id, maxMinor, open.currency()),
        Map.of(
            "account", id.value(),
            "balance_max", Long.toString(maxMinor),
            "posted", Long.toString(open.postedMinor())));
  }

  static Optional<Refusal> belowLimit(AccountId id, Open open, long overdraftMinor) {
    return of(
        Reason.LIMIT_EXCEEDED,
        "Account %s would be below its new limit.".formatted(id),
        Map.of(
            "account", id.value(),
            "overdraft_limit", Long.toString(overdraftMinor),
            "posted", Long.toString(open.postedMinor()),
            "held", Long.toString(open.heldMinor())));
  }

  static Optional<Refusal> overflow(AccountId id) {
    return ofAccount(
        Reason.AMOUNT_OVERFLOW, id, "A balance of account %s would leave the range of 64 bits.");
  }
}
