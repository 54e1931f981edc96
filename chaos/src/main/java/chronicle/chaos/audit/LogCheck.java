package chronicle.chaos.audit;

import chronicle.event.v1.Event;
import chronicle.query.v1.Account;
import chronicle.query.v1.Transaction;
import chronicle.type.v1.Money;
import com.google.protobuf.util.Timestamps;
import java.math.BigInteger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What must hold of any log, whatever was asked. */
final class LogCheck {
  private final Replay replay;
  private final Findings findings;
  private final Map<String, Long> versions = new HashMap<>();
  private final Map<String, BigInteger> unbalanced = new HashMap<>();
  private final Set<String> finished = new HashSet<>();
  private final Set<String> openHolds = new HashSet<>();

  private LogCheck(Replay replay, Findings findings) {
    this.replay = replay;
    this.findings = findings;
  }

  /** Whether the positions are 1, 2, 3, …, without which nothing else can be checked. */
  static boolean hasOrder(List<Event> events, Findings findings) {
    boolean hasOrder = true;
    for (int i = 0; i < events.size() && hasOrder; i++) {
      long position = events.get(i).getPosition();
      long due = i + 1L;
      hasOrder = position == due;
      findings.require(
          hasOrder,
          Rule.POSITIONS,
          "position " + due,
          () -> "The log has position %d where %d is due.".formatted(position, due));
    }
    return hasOrder;
  }

  static void check(Replay replay, Findings findings) {
    var check = new LogCheck(replay, findings);
    for (Event event : replay.events()) {
      check.check(event);
    }
  }

  private void check(Event event) {
    var before =
        event.getPosition() == 1
            ? Optional.<Event>empty()
            : Optional.of(replay.events().get((int) event.getPosition() - 2));
    before.ifPresent(it -> requireTime(it, event));
    requireWhole(before, event);
    requireVersion(event);
    if (!event.getAccount().isEmpty()) {
      requireState(event);
    }
    requireHold(event);
    book(event);
  }

  private void requireTime(Event before, Event event) {
    findings.require(
        Timestamps.compare(before.getRecordTime(), event.getRecordTime()) <= 0,
        Rule.RECORD_TIMES,
        at(event),
        () ->
            "It was recorded at %s, after an event of %s."
                .formatted(
                    Timestamps.toString(event.getRecordTime()),
                    Timestamps.toString(before.getRecordTime())));
  }

  private void requireWhole(Optional<Event> before, Event event) {
    boolean goesOn =
        before.filter(it -> it.getTransactionIndex() < it.getTransactionSize() - 1).isPresent();
    boolean isDue =
        goesOn
            ? event.getCommandId().equals(before.get().getCommandId())
                && event.getTransactionIndex() == before.get().getTransactionIndex() + 1
                && event.getTransactionSize() == before.get().getTransactionSize()
                && event.getRecordTime().equals(before.get().getRecordTime())
            : event.getTransactionIndex() == 0 && event.getTransactionSize() > 0;
    boolean isWhole = isDue && (event.getPosition() < replay.head() || isEnd(event));
    findings.require(
        isWhole,
        Rule.WHOLE_COMMANDS,
        at(event),
        () ->
            "Event %d of %d of command %s does not go on from the event before, or the log ends within it."
                .formatted(
                    event.getTransactionIndex(), event.getTransactionSize(), event.getCommandId()));
    if (isEnd(event)) {
      findings.require(
          finished.add(event.getCommandId()),
          Rule.ONCE,
          event.getCommandId(),
          () -> "It ended before, and again at position %d.".formatted(event.getPosition()));
    }
  }

  private void requireVersion(Event event) {
    long due = versions.merge(event.getAccount(), 1L, Long::sum);
    findings.require(
        event.getAccountVersion() == due,
        Rule.VERSIONS,
        at(event),
        () ->
            "It has version %d of account %s, due is %d."
                .formatted(event.getAccountVersion(), event.getAccount(), due));
    versions.put(event.getAccount(), event.getAccountVersion());
  }

  private void requireState(Event event) {
    var after =
        replay
            .account(event.getAccount(), event.getPosition())
            .filter(it -> it.getPosition() == event.getPosition());
    findings.require(
        after.isPresent(),
        Rule.EFFECTS,
        at(event),
        () ->
            "%s can't follow what account %s was before."
                .formatted(Replay.type(event), event.getAccount()));
    after.ifPresent(it -> requireBalances(event, it));
  }

  private void requireBalances(Event event, Account after) {
    findings.require(
        AccountFold.isWithinLimits(after),
        Rule.LIMITS,
        at(event),
        () ->
            "Account %s has posted %d, held %d, available %d, which is beyond its limits."
                .formatted(
                    event.getAccount(),
                    after.getPosted().getMinorUnits(),
                    after.getHeld().getMinorUnits(),
                    after.getAvailable().getMinorUnits()));
    var said = event.getBalancesAfter();
    findings.require(
        said.getCurrencyCode().equals(after.getPosted().getCurrencyCode())
            && said.getPostedMinorUnits() == after.getPosted().getMinorUnits()
            && said.getHeldMinorUnits() == after.getHeld().getMinorUnits()
            && said.getAvailableMinorUnits() == after.getAvailable().getMinorUnits(),
        Rule.BALANCES_AFTER,
        at(event),
        () ->
            "It says that account %s has %d, %d, %d; a replay says %d, %d, %d."
                .formatted(
                    event.getAccount(),
                    said.getPostedMinorUnits(),
                    said.getHeldMinorUnits(),
                    said.getAvailableMinorUnits(),
                    after.getPosted().getMinorUnits(),
                    after.getHeld().getMinorUnits(),
                    after.getAvailable().getMinorUnits()));
  }

  /** A hold ends as it was made; by a command before its time, and by the clock not before it. */
  private void requireHold(Event event) {
    if (event.hasFundsHeld()) {
      openHolds.add(hold(event, event.getFundsHeld().getPostingIndex()));
    }
    if (!event.hasHoldPosted() && !event.hasHoldVoided() && !event.hasHoldExpired()) {
      return;
    }
    var before = replay.transaction(event.getTransactionId(), event.getPosition() - 1);
    boolean isOpen =
        openHolds.remove(hold(event, postingIndex(event)))
            && TransactionFold.next(before, event).isPresent();
    boolean isInTime = event.hasHoldExpired() == before.filter(it -> isDue(it, event)).isPresent();
    findings.require(
        isOpen && isInTime,
        Rule.HOLDS,
        at(event),
        () ->
            "%s of transaction %s ends %s."
                .formatted(
                    Replay.type(event),
                    event.getTransactionId(),
                    isOpen ? "it on the wrong side of its expire_time" : "no open hold"));
  }

  private static boolean isDue(Transaction transaction, Event event) {
    return transaction.hasExpireTime()
        && Timestamps.compare(transaction.getExpireTime(), event.getRecordTime()) <= 0;
  }

  private static int postingIndex(Event event) {
    if (event.hasHoldPosted()) {
      return event.getHoldPosted().getPostingIndex();
    }
    return event.hasHoldVoided()
        ? event.getHoldVoided().getPostingIndex()
        : event.getHoldExpired().getPostingIndex();
  }

  private static String hold(Event event, int postingIndex) {
    return event.getTransactionId() + "/" + postingIndex;
  }

  /** What leaves an account for another must arrive within the command. */
  private void book(Event event) {
    switch (event.getPayloadCase()) {
      case MONEY_TRANSFERRED_OUT -> sum(event.getMoneyTransferredOut().getAmount(), -1);
      case MONEY_TRANSFERRED_IN -> sum(event.getMoneyTransferredIn().getAmount(), 1);
      case HOLD_POSTED -> {
        if (!event.getHoldPosted().getDestinationAccount().isEmpty()) {
          sum(event.getHoldPosted().getAmount(), -1);
        }
      }
      case MONEY_DEPOSITED,
          MONEY_WITHDRAWN,
          FUNDS_HELD,
          HOLD_VOIDED,
          HOLD_EXPIRED,
          LEDGER_CREATED,
          ASSET_REGISTERED,
          ACCOUNT_CREATED,
          ACCOUNT_UPDATED,
          ACCOUNT_FROZEN,
          ACCOUNT_UNFROZEN,
          ACCOUNT_CLOSED,
          ACCOUNT_REOPENED,
          PAYLOAD_NOT_SET -> {}
    }
    if (isEnd(event)) {
      findings.require(
          unbalanced.values().stream().allMatch(sum -> sum.signum() == 0),
          Rule.BOOKS,
          at(event),
          () -> "Command %s leaves %s.".formatted(event.getCommandId(), unbalanced));
      unbalanced.clear();
    }
  }

  private void sum(Money amount, int sign) {
    unbalanced.merge(
        amount.getCurrencyCode(),
        BigInteger.valueOf(amount.getMinorUnits()).multiply(BigInteger.valueOf(sign)),
        BigInteger::add);
  }

  private static boolean isEnd(Event event) {
    return event.getTransactionIndex() == event.getTransactionSize() - 1;
  }

  private static String at(Event event) {
    return "position " + event.getPosition();
  }
}
