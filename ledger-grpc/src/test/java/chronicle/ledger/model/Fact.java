package chronicle.ledger.model;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Event;
import chronicle.ledger.domain.Event.Limits;
import chronicle.ledger.domain.Money;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One event in words, so that two ledgers of different make can be held against each other: which
 * account, what happened, and the account's version and balances after it.
 */
public record Fact(String account, String event, long version, String balances) {
  /** What an event about the ledger itself says of balances. */
  public static final String NO_BALANCES = "none";

  /** The balances in words. */
  public static String balances(
      String currency, BigInteger posted, BigInteger held, BigInteger available) {
    return currency + " posted " + posted + " held " + held + " available " + available;
  }

  /** The balances in words. */
  public static String balances(String currency, long posted, long held, long available) {
    return currency + " posted " + posted + " held " + held + " available " + available;
  }

  /** A limit in words. */
  static String limits(BigInteger overdraft, Optional<BigInteger> max) {
    return "overdraft %d max %s".formatted(overdraft, max.map(BigInteger::toString).orElse("none"));
  }

  /** An event of the product in words. */
  public static Fact of(AccountId account, Event event, long version, String balances) {
    return new Fact(account.value(), words(event), version, balances);
  }

  private static String words(Event event) {
    String what =
        switch (event) {
          case Event.LedgerCreated _,
              Event.AccountUnfrozen _,
              Event.AccountClosed _,
              Event.AccountReopened _ ->
              "";
          case Event.AssetRegistered(var currency, var scale) -> currency + " scale " + scale;
          case Event.AccountCreated(var currency, var limits) -> currency + " " + words(limits);
          case Event.AccountUpdated(var limits, var setsReference, var setsMetadata) ->
              "%s reference %s metadata %s".formatted(words(limits), setsReference, setsMetadata);
          case Event.AccountFrozen(var freeze) -> freeze.name();
          case Event.MoneyDeposited(var amount) -> words(amount);
          case Event.MoneyWithdrawn(var amount) -> words(amount);
          case Event.MoneyTransferredOut(var amount, var destination) ->
              words(amount) + " to " + destination;
          case Event.MoneyTransferredIn(var amount, var source) ->
              words(amount) + " from " + source;
          case Event.FundsHeld(var amount, var destination, var expireTime, var posting) ->
              "%s to %s until %s posting %d"
                  .formatted(words(amount), words(destination), until(expireTime), posting);
          case Event.HoldPosted(var amount, var held, var destination, var posting) ->
              "%s of %s to %s posting %d"
                  .formatted(words(amount), words(held), words(destination), posting);
          case Event.HoldVoided(var amount, var posting) -> words(amount) + " posting " + posting;
          case Event.HoldExpired(var amount, var posting) -> words(amount) + " posting " + posting;
        };
    return (event.getClass().getSimpleName() + " " + what).strip();
  }

  private static String words(Limits limits) {
    OptionalLong max = limits.balanceMaxMinor();
    return limits(
        BigInteger.valueOf(limits.overdraftMinor()),
        max.isPresent() ? Optional.of(BigInteger.valueOf(max.getAsLong())) : Optional.empty());
  }

  private static String words(Money amount) {
    return amount.minorUnits() + " " + amount.currency();
  }

  private static String words(Optional<AccountId> side) {
    return side.map(AccountId::value).orElse("outside");
  }

  private static String until(Optional<Instant> time) {
    return time.map(Instant::toString).orElse("told");
  }
}
