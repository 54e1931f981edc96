package chronicle.projector;

import static chronicle.projector.EventFields.currency;
import static chronicle.projector.EventFields.instant;
import static chronicle.projector.EventFields.metadata;
import static chronicle.projector.EventFields.newestVersion;
import static chronicle.projector.EventFields.type;

import chronicle.event.v1.AccountCreated;
import chronicle.event.v1.AccountFrozen;
import chronicle.event.v1.AccountUpdated;
import chronicle.event.v1.Event;
import chronicle.event.v1.Event.PayloadCase;
import chronicle.event.v1.HoldPosted;
import chronicle.type.v1.Money;
import com.google.errorprone.annotations.FormatMethod;
import com.google.errorprone.annotations.FormatString;
import java.math.BigInteger;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The rows that a batch of events makes: a pure function of the rows before it and the events. It
 * believes nothing that it can compute: positions and versions follow each other, balances are
 * those before plus what was posted, and each command balances.
 */
final class Fold {
  /** Of the rows that this fold makes; another one makes generations of its own. */
  static final int VERSION = 1;

  private final String ledger;
  private final Stored before;
  private final Map<String, Account> accounts;
  private final Map<String, Rows.Opening> openings = new HashMap<>();
  private final List<Entry> entries;
  private final List<AccountChange> changes = new ArrayList<>();
  private final TransactionFold transactions;
  private final BackdatedFold backdated;

  private final Map<String, BigInteger> unbalanced = new HashMap<>();
  private int commandIndex;
  private int commandSize;
  private Instant recordTime = Instant.EPOCH;
  private Instant effectiveTime = Instant.EPOCH;

  private Fold(String ledger, Stored before, int events) {
    this.ledger = ledger;
    this.before = before;
    this.accounts = LinkedHashMap.newLinkedHashMap(before.accounts().size());
    this.entries = new ArrayList<>(events);
    this.transactions = new TransactionFold(before, events);
    this.backdated = new BackdatedFold(before);
  }

  /**
   * Folds whole commands, the first event of which stands right after a position. {@code before}
   * holds those of {@link #touched}, {@link TransactionFold#touched} and {@link
   * BackdatedFold#touched} that exist. Throws {@link Unprojectable} for the first event that is
   * unknown or does not follow from what was before.
   */
  static Rows fold(String ledger, long after, Stored before, List<Event> events) {
    var fold = new Fold(ledger, before, events.size());
    var position = after;
    for (var event : events) {
      fold.apply(event, ++position);
    }
    var last = events.getLast();
    check(fold.commandIndex == fold.commandSize, last, "its command goes on beyond the batch");
    return new Rows(
        position,
        fold.recordTime,
        fold.accounts,
        fold.openings,
        fold.entries,
        fold.transactions.transactions(),
        fold.transactions.holds(),
        fold.changes,
        fold.backdated.changes());
  }

  /** The accounts that the events change, external ones included. */
  static Set<String> touched(List<Event> events) {
    var touched = HashSet.<String>newHashSet(events.size());
    for (var event : events) {
      if (!event.getAccount().isEmpty()) {
        touched.add(event.getAccount());
      }
      switch (event.getPayloadCase()) {
        case MONEY_DEPOSITED ->
            touched.add(
                Account.external(
                    currency(event, event.getMoneyDeposited().getAmount().getCurrencyCode())));
        case MONEY_WITHDRAWN ->
            touched.add(Account.external(event.getMoneyWithdrawn().getAmount().getCurrencyCode()));
        case HOLD_POSTED -> {
          var hold = event.getHoldPosted();
          if (hold.getDestinationAccount().isEmpty()) {
            touched.add(Account.external(hold.getAmount().getCurrencyCode()));
          }
        }
        case LEDGER_CREATED,
            ASSET_REGISTERED,
            ACCOUNT_CREATED,
            ACCOUNT_UPDATED,
            ACCOUNT_FROZEN,
            ACCOUNT_UNFROZEN,
            ACCOUNT_CLOSED,
            ACCOUNT_REOPENED,
            MONEY_TRANSFERRED_OUT,
            MONEY_TRANSFERRED_IN,
            FUNDS_HELD,
            HOLD_VOIDED,
            HOLD_EXPIRED,
            PAYLOAD_NOT_SET -> {}
      }
    }
    return touched;
  }

  private void apply(Event event, long position) {
    check(event.getPosition() == position, event, "stands where position %d is due", position);
    check(event.getLedger().equals(ledger), event, "belongs to ledger %s", event.getLedger());
    check(event.getPayloadCase() != PayloadCase.PAYLOAD_NOT_SET, event, "its type is unknown");
    check(
        event.getSchemaVersion() >= 1
            && event.getSchemaVersion() <= newestVersion(event.getPayloadCase()),
        event,
        "%s has unknown schema_version %d",
        type(event),
        event.getSchemaVersion());
    recordTime = instant(event.getRecordTime());
    effectiveTime = instant(event.getEffectiveTime());
    check(!effectiveTime.isAfter(recordTime), event, "takes effect after it was recorded");
    followCommand(event);
    try {
      applyPayload(event);
    } catch (ArithmeticException e) {
      throw new Unprojectable(position, "a balance leaves 64 bits");
    }
    if (commandIndex == commandSize) {
      unbalanced.forEach((currency, sum) ->
          check(sum.signum() == 0, event, "its command leaves %s %s unbalanced", sum, currency));
      unbalanced.clear();
      transactions.endCommand(event);
    }
  }

  private void followCommand(Event event) {
    if (commandIndex == commandSize) {
      commandSize = event.getTransactionSize();
      commandIndex = 0;
    }
    check(
        event.getTransactionIndex() == commandIndex
            && event.getTransactionSize() == commandSize
            && commandIndex < commandSize,
        event,
        "is event %d of %d of a command where %d of %d is due",
        event.getTransactionIndex(),
        event.getTransactionSize(),
        commandIndex,
        commandSize);
    commandIndex++;
  }

  private void applyPayload(Event event) {
    switch (event.getPayloadCase()) {
      case LEDGER_CREATED -> record(event, "");
      case ASSET_REGISTERED -> record(event, event.getAssetRegistered().getCurrencyCode());
      case ACCOUNT_CREATED -> open(event, event.getAccountCreated());
      case ACCOUNT_UPDATED -> update(event, event.getAccountUpdated());
      case ACCOUNT_FROZEN -> change(event, frozen(event, event.getAccountFrozen()));
      case ACCOUNT_UNFROZEN, ACCOUNT_REOPENED -> change(event, Account.Status.ACTIVE);
      case ACCOUNT_CLOSED -> change(event, Account.Status.CLOSED);
      case MONEY_DEPOSITED -> {
        var amount = event.getMoneyDeposited().getAmount();
        transactions.post(event);
        enter(event, currency(event, amount.getCurrencyCode()), amount.getMinorUnits());
      }
      case MONEY_WITHDRAWN -> {
        var amount = event.getMoneyWithdrawn().getAmount();
        transactions.post(event);
        enter(event, amount.getCurrencyCode(), -amount.getMinorUnits());
      }
      case MONEY_TRANSFERRED_OUT -> {
        var out = event.getMoneyTransferredOut();
        transactions.post(event);
        transfer(
            event,
            out.getAmount(),
            -out.getAmount().getMinorUnits(),
            0,
            out.getDestinationAccount());
      }
      case MONEY_TRANSFERRED_IN -> {
        var in = event.getMoneyTransferredIn();
        transactions.follow(event);
        transfer(event, in.getAmount(), in.getAmount().getMinorUnits(), 0, in.getSourceAccount());
      }
      case FUNDS_HELD -> {
        var held = event.getFundsHeld();
        transactions.hold(event, held);
        hold(
            event,
            held.getAmount(),
            held.getAmount().getMinorUnits(),
            held.getDestinationAccount());
      }
      case HOLD_POSTED -> {
        transactions.post(event, event.getHoldPosted());
        postHold(event, event.getHoldPosted());
      }
      case HOLD_VOIDED -> {
        var voided = event.getHoldVoided();
        release(event, voided.getPostingIndex(), voided.getAmount());
      }
      case HOLD_EXPIRED -> {
        var expired = event.getHoldExpired();
        release(event, expired.getPostingIndex(), expired.getAmount());
      }
      case PAYLOAD_NOT_SET -> throw new Unprojectable(event.getPosition(), "its type is unknown");
    }
  }

  /** An event of the ledger itself. */
  private void record(Event event, String currencyCode) {
    check(event.getAccount().isEmpty(), event, "has account %s", event.getAccount());
    entries.add(entry(event, Account.unopened("", currencyCode), 0, "", Optional.empty()));
  }

  private void open(Event event, AccountCreated created) {
    check(find(event.getAccount()) == null, event, "opens account %s again", event.getAccount());
    check(
        !event.getAccount().isEmpty() && !event.getAccount().startsWith(Account.external("")),
        event,
        "opens an account of the id %s",
        event.getAccount());
    var limits =
        new Account.Limits(
            created.getOverdraftLimitMinorUnits(),
            created.hasBalanceMaxMinorUnits()
                ? OptionalLong.of(created.getBalanceMaxMinorUnits())
                : OptionalLong.empty());
    var account = Account.unopened(event.getAccount(), created.getCurrencyCode()).with(limits);
    var opening = opening(event);
    openings.put(account.accountId(), opening);
    changes.add(
        changed(
            event,
            Optional.of(account.status()),
            Optional.of(limits),
            Optional.of(opening.reference()),
            Optional.of(opening.metadata())));
    write(event, account, 0, 0, "");
  }

  private void update(Event event, AccountUpdated updated) {
    var limits = limits(updated);
    changes.add(
        changed(
            event,
            Optional.empty(),
            Optional.of(limits),
            updated.getSetsReference() ? Optional.of(event.getReference()) : Optional.empty(),
            updated.getSetsMetadata() ? Optional.of(metadata(event)) : Optional.empty()));
    write(event, existing(event).with(limits), 0, 0, "");
  }

  private void change(Event event, Account.Status status) {
    changes.add(
        changed(event, Optional.of(status), Optional.empty(), Optional.empty(), Optional.empty()));
    write(event, existing(event).with(status), 0, 0, "");
  }

  private static Account.Status frozen(Event event, AccountFrozen frozen) {
    return switch (frozen.getScope()) {
      case DEBITS -> Account.Status.FROZEN_DEBITS;
      case CREDITS -> Account.Status.FROZEN_CREDITS;
      case ALL -> Account.Status.FROZEN_ALL;
      case SCOPE_UNSPECIFIED, UNRECOGNIZED ->
          throw new Unprojectable(event.getPosition(), "its scope is unknown");
    };
  }

  private AccountChange changed(
      Event event,
      Optional<Account.Status> status,
      Optional<Account.Limits> limits,
      Optional<String> reference,
      Optional<Map<String, String>> metadata) {
    return new AccountChange(
        event.getAccount(),
        event.getPosition(),
        recordTime,
        effectiveTime,
        status,
        limits,
        reference,
        metadata);
  }

  /** Money that came in from outside, or went out. */
  private void enter(Event event, String currencyCode, long amount) {
    var account = existing(event);
    checkMoney(event, account, currencyCode, Math.abs(amount));
    cross(event, account, amount, 0);
  }

  private void transfer(Event event, Money money, long amount, long held, String counterparty) {
    var account = existing(event);
    checkMoney(event, account, money.getCurrencyCode(), money.getMinorUnits());
    check(!counterparty.isEmpty(), event, "names no other account");
    write(event, account, amount, held, counterparty);
    unbalanced.merge(money.getCurrencyCode(), BigInteger.valueOf(amount), BigInteger::add);
  }

  private void hold(Event event, Money money, long held, String counterparty) {
    var account = existing(event);
    checkMoney(event, account, money.getCurrencyCode(), money.getMinorUnits());
    write(event, account, 0, held, counterparty);
  }

  private void release(Event event, int postingIndex, Money held) {
    transactions.release(event, postingIndex, held);
    hold(event, held, -held.getMinorUnits(), "");
  }

  private void postHold(Event event, HoldPosted posted) {
    var money = posted.getAmount();
    var held = posted.getHeld();
    checkMoney(event, existing(event), held.getCurrencyCode(), held.getMinorUnits());
    check(money.getMinorUnits() <= held.getMinorUnits(), event, "posts more than was held");
    if (posted.getDestinationAccount().isEmpty()) {
      var account = existing(event);
      checkMoney(event, account, money.getCurrencyCode(), money.getMinorUnits());
      cross(event, account, -money.getMinorUnits(), -held.getMinorUnits());
    } else {
      transfer(
          event,
          money,
          -money.getMinorUnits(),
          -held.getMinorUnits(),
          posted.getDestinationAccount());
    }
  }

  private void write(Event event, Account account, long amount, long held, String counterparty) {
    var after = move(event, account, amount, held);
    entries.add(entry(event, after, amount, counterparty, Optional.empty()));
  }

  /** Moves money across the ledger's border. */
  private void cross(Event event, Account account, long amount, long held) {
    var after = move(event, account, amount, held);
    var external = moveExternal(event, account.currencyCode(), -amount);
    entries.add(entry(event, after, amount, external.accountId(), Optional.of(external.posted())));
  }

  private Account move(Event event, Account account, long amount, long held) {
    check(
        event.getAccountVersion() == account.version() + 1,
        event,
        "has version %d of account %s where %d is due",
        event.getAccountVersion(),
        account.accountId(),
        account.version() + 1);
    var after =
        account.move(amount, held, event.getAccountVersion(), event.getPosition(), recordTime);
    checkBalances(event, after);
    accounts.put(after.accountId(), after);
    var heldTime = held == 0 ? effectiveTime : transactions.heldTime(event);
    backdated.change(event, after.accountId(), amount, held, heldTime);
    return after;
  }

  private Account moveExternal(Event event, String currencyCode, long amount) {
    var id = Account.external(currencyCode);
    var account = find(id);
    if (account == null) {
      account = Account.unopened(id, currencyCode);
      openings.put(id, new Rows.Opening(recordTime, event.getPosition(), "", Map.of()));
    }
    var after = account.move(amount, 0, 0, event.getPosition(), recordTime);
    accounts.put(id, after);
    backdated.change(event, id, amount, 0, effectiveTime);
    return after;
  }

  private Account existing(Event event) {
    var account = find(event.getAccount());
    if (account == null) {
      throw new Unprojectable(
          event.getPosition(), "account %s was never opened".formatted(event.getAccount()));
    }
    return account;
  }

  private @Nullable Account find(String accountId) {
    var account = accounts.get(accountId);
    return account == null ? before.accounts().get(accountId) : account;
  }

  private static void checkMoney(
      Event event, Account account, String currencyCode, long minorUnits) {
    check(minorUnits > 0, event, "its amount is not positive");
    check(
        currencyCode.equals(account.currencyCode()),
        event,
        "is in %s, but account %s in %s",
        currencyCode,
        account.accountId(),
        account.currencyCode());
  }

  private static void checkBalances(Event event, Account after) {
    var said = event.getBalancesAfter();
    var currencyCode = currency(event, said.getCurrencyCode());
    var available = after.available();
    var right =
        event.hasBalancesAfter()
            && currencyCode.equals(after.currencyCode())
            && is(after.posted(), said.getPostedMinorUnits())
            && said.getHeldMinorUnits() == after.held()
            && is(available, said.getAvailableMinorUnits())
            && after.held() >= 0;
    if (!right) {
      throw new Unprojectable(
          event.getPosition(),
          "says that account %s has posted %d, held %d, available %d %s; it should have %s, %d, %s %s"
              .formatted(
                  after.accountId(),
                  said.getPostedMinorUnits(),
                  said.getHeldMinorUnits(),
                  said.getAvailableMinorUnits(),
                  currencyCode,
                  after.posted(),
                  after.held(),
                  available,
                  after.currencyCode()));
    }
  }

  private static boolean is(BigInteger number, long said) {
    return number.bitLength() < Long.SIZE && number.longValue() == said;
  }

  @FormatMethod
  static void check(
      boolean holds, Event event, @FormatString String reason, @Nullable Object... arguments) {
    if (!holds) {
      throw new Unprojectable(event.getPosition(), reason.formatted(arguments));
    }
  }

  private Entry entry(
      Event event,
      Account after,
      long amount,
      String counterparty,
      Optional<BigInteger> externalPostedAfter) {
    return new Entry(
        event.getPosition(),
        after.accountId(),
        after.version(),
        type(event),
        after.currencyCode(),
        amount,
        after.posted(),
        after.held(),
        after.available(),
        event.getCommandId(),
        event.getTransactionId(),
        event.getTransactionIndex(),
        event.getTransactionSize(),
        counterparty,
        recordTime,
        effectiveTime,
        event.getReference(),
        metadata(event),
        externalPostedAfter);
  }

  private Rows.Opening opening(Event event) {
    return new Rows.Opening(recordTime, event.getPosition(), event.getReference(), metadata(event));
  }

  private static Account.Limits limits(AccountUpdated updated) {
    return new Account.Limits(
        updated.getOverdraftLimitMinorUnits(),
        updated.hasBalanceMaxMinorUnits()
            ? OptionalLong.of(updated.getBalanceMaxMinorUnits())
            : OptionalLong.empty());
  }
}
