package chronicle.ledger.digest;

import chronicle.ledger.domain.Account;
import chronicle.ledger.domain.Event.AccountClosed;
import chronicle.ledger.domain.Event.AccountCreated;
import chronicle.ledger.domain.Event.AccountEvent;
import chronicle.ledger.domain.Event.AccountFrozen;
import chronicle.ledger.domain.Event.AccountReopened;
import chronicle.ledger.domain.Event.AccountUnfrozen;
import chronicle.ledger.domain.Event.AccountUpdated;
import chronicle.ledger.domain.Event.AssetRegistered;
import chronicle.ledger.domain.Event.FundsHeld;
import chronicle.ledger.domain.Event.HoldExpired;
import chronicle.ledger.domain.Event.HoldPosted;
import chronicle.ledger.domain.Event.HoldVoided;
import chronicle.ledger.domain.Event.LedgerCreated;
import chronicle.ledger.domain.Event.LedgerEvent;
import chronicle.ledger.domain.Event.Limits;
import chronicle.ledger.domain.Event.MoneyDeposited;
import chronicle.ledger.domain.Event.MoneyTransferredIn;
import chronicle.ledger.domain.Event.MoneyTransferredOut;
import chronicle.ledger.domain.Event.MoneyWithdrawn;
import chronicle.ledger.domain.Event.TransactionEvent;
import chronicle.ledger.domain.Freeze;
import chronicle.ledger.log.AccountAt;
import chronicle.ledger.log.RecordedEvent;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The digests of one account's rows: the fold of its events in order. What it keeps does not grow
 * with them, but for holds that are open.
 */
final class AccountFold {
  private final Rows rows;
  private final Sums sums;
  private final Map<HoldKey, Instant> openHolds = new HashMap<>();
  private AccountAt account = AccountAt.UNOPENED;
  private Rows.Tally tally = Rows.Tally.NONE;
  private Rows.@Nullable Opening opening;

  private record HoldKey(String transaction, int posting) {}

  AccountFold(String id, Rows rows) {
    this.rows = rows;
    this.sums = new Sums(id, rows);
  }

  String id() {
    return sums.account();
  }

  void add(RecordedEvent event) {
    switch (event.event()) {
      case LedgerEvent about -> addToLedger(event, about);
      case AccountEvent about -> {
        say(event, about);
        enter(event);
      }
      case TransactionEvent _ -> enter(event);
    }
  }

  AccountDigests end() {
    if (opening != null) {
      sums.row(rows.account(row(), opening));
    }
    return sums.digests();
  }

  /** An event of the ledger itself has an entry, and nothing else. */
  private void addToLedger(RecordedEvent event, LedgerEvent about) {
    var currency =
        switch (about) {
          case LedgerCreated _ -> "";
          case AssetRegistered(var registered, _) -> registered;
        };
    sums.entry(rows.entry(event, "", 0, currency, Change.of(about), Rows.Tally.NONE, 0));
  }

  private void enter(RecordedEvent event) {
    var change = Change.of(event.event());
    account = account.evolve(event);
    tally = tally.plus(change);
    sums.entry(
        rows.entry(
            event,
            id(),
            event.accountVersion(),
            event.balancesAfter().currency(),
            change,
            tally,
            limits().overdraftMinor()));
    sums.backdated(event, change, noteHold(event));
  }

  /**
   * Takes note of what an event holds or releases, and returns when that takes effect: a hold's end
   * not before the hold.
   */
  private Instant noteHold(RecordedEvent event) {
    return switch (event.event()) {
      case FundsHeld(var amount, var to, var expireTime, var posting) -> {
        var destination = to.map(Object::toString).orElse(Change.external(amount.currency()));
        sums.hold(
            rows.hold(
                event, posting, destination, amount.currency(), amount.minorUnits(), expireTime));
        openHolds.put(key(event, posting), event.cause().effectiveTime());
        yield event.cause().effectiveTime();
      }
      case HoldPosted(var amount, _, _, var posting) ->
          endHold(event, posting, amount.minorUnits());
      case HoldVoided(_, var posting) -> endHold(event, posting, 0);
      case HoldExpired(_, var posting) -> endHold(event, posting, 0);
      case LedgerEvent _,
          AccountEvent _,
          MoneyDeposited _,
          MoneyWithdrawn _,
          MoneyTransferredOut _,
          MoneyTransferredIn _ ->
          event.cause().effectiveTime();
    };
  }

  private Instant endHold(RecordedEvent event, int posting, long posted) {
    var held = openHolds.remove(key(event, posting));
    if (held == null) {
      throw new IllegalStateException(
          "position %d ends a hold that is not open".formatted(event.position()));
    }
    var ended = event.cause().effectiveTime();
    var effectiveTime = ended.isBefore(held) ? held : ended;
    sums.holdEnd(rows.holdEnd(event, posting, posted, effectiveTime));
    return effectiveTime;
  }

  private static HoldKey key(RecordedEvent event, int posting) {
    return new HoldKey(event.cause().transactionId(), posting);
  }

  private void say(RecordedEvent event, AccountEvent about) {
    var details = event.cause().details();
    switch (about) {
      case AccountCreated(_, var limits) -> {
        opening =
            new Rows.Opening(
                event.cause().recordTime(),
                event.position(),
                details.reference(),
                details.metadata());
        say(
            event,
            Optional.of("ACTIVE"),
            Optional.of(limits),
            Optional.of(details.reference()),
            Optional.of(details.metadata()));
      }
      case AccountUpdated(var limits, var setsReference, var setsMetadata) -> {
        var reference = setsReference ? Optional.of(details.reference()) : Optional.<String>empty();
        var metadata =
            setsMetadata ? Optional.of(details.metadata()) : Optional.<Map<String, String>>empty();
        relabel(reference, metadata);
        say(event, Optional.empty(), Optional.of(limits), reference, metadata);
      }
      case AccountFrozen(var freeze) -> say(event, status(freeze));
      case AccountUnfrozen(), AccountReopened() -> say(event, status(Freeze.NONE));
      case AccountClosed() -> say(event, "CLOSED");
    }
  }

  private void say(RecordedEvent event, String status) {
    say(event, Optional.of(status), Optional.empty(), Optional.empty(), Optional.empty());
  }

  private void say(
      RecordedEvent event,
      Optional<String> status,
      Optional<Limits> limits,
      Optional<String> reference,
      Optional<Map<String, String>> metadata) {
    sums.change(rows.change(event, status, limits, reference, metadata));
  }

  private void relabel(Optional<String> reference, Optional<Map<String, String>> metadata) {
    if (opening != null) {
      opening =
          new Rows.Opening(
              opening.time(),
              opening.position(),
              reference.orElse(opening.reference()),
              metadata.orElse(opening.metadata()));
    }
  }

  private Rows.AccountRow row() {
    return new Rows.AccountRow(
        id(),
        currency(),
        status(),
        limits(),
        tally,
        account.state().version(),
        account.position(),
        account.recordTime());
  }

  private String currency() {
    return switch (account.state()) {
      case Account.Unopened _ -> "";
      case Account.Open open -> open.currency();
      case Account.Closed closed -> closed.currency();
    };
  }

  private Limits limits() {
    return switch (account.state()) {
      case Account.Unopened _ -> Limits.NONE;
      case Account.Open open -> open.limits();
      case Account.Closed closed -> closed.limits();
    };
  }

  private String status() {
    return switch (account.state()) {
      case Account.Unopened _ -> "";
      case Account.Open open -> status(open.freeze());
      case Account.Closed _ -> "CLOSED";
    };
  }

  private static String status(Freeze freeze) {
    return switch (freeze) {
      case NONE -> "ACTIVE";
      case DEBITS -> "FROZEN_DEBITS";
      case CREDITS -> "FROZEN_CREDITS";
      case ALL -> "FROZEN_ALL";
    };
  }
}
