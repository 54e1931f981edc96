package chronicle.projector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import chronicle.event.v1.Event;
import chronicle.event.v1.HoldVoided;
import chronicle.event.v1.MoneyDeposited;
import chronicle.projector.History.Movement;
import chronicle.type.v1.Money;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnknownFieldSet;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class FoldTest {
  private final History history = new History();

  @Test
  void aDepositIsBookedAgainstTheExternalAccountOfItsCurrency() {
    history.open("alice", "USD", 0);
    history.deposit("alice", 1050);

    var rows = fold(history.events());

    assertThat(rows.entries())
        .filteredOn(entry -> entry.position() == 3)
        .flatExtracting(entry -> List.of(entry, entry.otherSide().orElseThrow()))
        .extracting(Entry::accountId, Entry::amount, Entry::postedAfter, Entry::counterpartyAccount)
        .containsExactly(
            tuple("alice", 1050L, BigInteger.valueOf(1050), "external:USD"),
            tuple("external:USD", -1050L, BigInteger.valueOf(-1050), "alice"));
    assertThat(rows.accounts().keySet()).containsExactly("alice", "external:USD");
  }

  @Test
  void everyPositionHasAnEntry() {
    history.registerAsset("GOLD", 4);
    history.open("alice", "GOLD", 5);

    var rows = fold(history.events());

    assertThat(rows.entries())
        .extracting(Entry::position, Entry::accountId, Entry::eventType, Entry::currencyCode)
        .containsExactly(
            tuple(1L, "", "LedgerCreated", ""),
            tuple(2L, "", "AssetRegistered", "GOLD"),
            tuple(3L, "alice", "AccountCreated", "GOLD"));
  }

  @Test
  void sumsOfExternalAccountsMayLeave64Bits() {
    history.open("alice", "USD", 0);
    history.open("bob", "USD", 0);
    history.deposit("alice", Long.MAX_VALUE);
    history.deposit("bob", Long.MAX_VALUE);

    var external =
        Fold.fold(History.LEDGER, 0, Stored.NOTHING, history.events()).accounts().values().stream()
            .filter(account -> Account.isExternal(account.accountId()))
            .findFirst()
            .orElseThrow();

    assertThat(external.accountId()).isEqualTo("external:USD");
    assertThat(external.posted()).isEqualTo("-18446744073709551614");
  }

  @Test
  void versionOneOfMoneyDepositedMeantDollars() {
    history.open("alice", "USD", 0);
    history.deposit("alice", 7);
    var old = changed(3, FoldTest::withoutCurrency);

    assertThat(fold(old)).isEqualTo(fold(history.events()));
    assertThat(Fold.touched(old)).contains("external:USD");
  }

  @Test
  void onlyVersionOneMayLeaveTheCurrencyOut() {
    history.open("alice", "USD", 0);
    history.deposit("alice", 7);

    assertRefused(3, "is in ,", event -> withoutCurrency(event).setSchemaVersion(2));
    assertRefused(
        3,
        "should have 7, 0, 7 USD",
        event -> event.setBalancesAfter(event.getBalancesAfter().toBuilder().clearCurrencyCode()));
  }

  @Test
  void anEventWithoutBalancesIsRefused() {
    history.open("alice", "USD", 0);
    history.deposit("alice", 7);

    assertRefused(3, "posted 0", event -> withoutCurrency(event).clearBalancesAfter());
  }

  @Test
  @DisplayName("G7: an event of a type yet unknown is refused, and its position named")
  void anUnknownEventIsRefused() {
    history.open("alice", "USD", 0);
    history.deposit("alice", 7);

    assertRefused(3, "type is unknown", FoldTest::ofUnknownType);
  }

  @Test
  void anUnknownSchemaVersionIsRefused() {
    history.open("alice", "USD", 0);
    history.deposit("alice", 7);

    assertRefused(2, "schema_version", event -> event.setSchemaVersion(2));
    assertRefused(3, "schema_version", event -> event.setSchemaVersion(3));
    assertRefused(3, "schema_version", event -> event.setSchemaVersion(0));
  }

  @Test
  void whatDoesNotFollowFromTheEventsBeforeIsRefused() {
    history.open("alice", "USD", 0);
    history.deposit("alice", 7);

    assertRefused(3, "version 3", event -> event.setAccountVersion(3));
    assertRefused(3, "never opened", event -> event.setAccount("bob"));
    assertRefused(
        3,
        "posted 8",
        event ->
            event.setBalancesAfter(event.getBalancesAfter().toBuilder().setPostedMinorUnits(8)));
    assertRefused(
        3,
        "held 1",
        event -> event.setBalancesAfter(event.getBalancesAfter().toBuilder().setHeldMinorUnits(1)));
    assertRefused(
        3,
        "available 0",
        event ->
            event.setBalancesAfter(event.getBalancesAfter().toBuilder().setAvailableMinorUnits(0)));
    assertRefused(3, "ledger other", event -> event.setLedger("other"));
    assertRefused(
        3,
        "is in EUR",
        event ->
            event.setMoneyDeposited(
                MoneyDeposited.newBuilder()
                    .setAmount(Money.newBuilder().setCurrencyCode("EUR").setMinorUnits(7))));
    assertRefused(3, "event 1 of 1", event -> event.setTransactionIndex(1));
    assertRefused(
        3,
        "not positive",
        event ->
            event.setMoneyDeposited(
                MoneyDeposited.newBuilder()
                    .setAmount(Money.newBuilder().setCurrencyCode("USD").setMinorUnits(0))));
  }

  @Test
  void aPendingTransactionHoldsMoneyUntilItIsPosted() {
    history.open("alice", "USD", 0);
    history.open("bob", "USD", 0);
    history.deposit("alice", 100);
    history.hold(List.of(new Movement("alice", "bob", 40), new Movement("alice", "", 10)));
    var id = history.lastId();

    var pending = fold(history.events());
    history.postHold(id);
    var posted = fold(history.events());

    assertThat(transaction(pending, id).status()).isEqualTo(Transaction.Status.PENDING);
    assertThat(pending.holds().values())
        .extracting(Hold::amount, Hold::destinationAccount, Hold::end)
        .containsExactly(
            tuple(40L, "bob", Optional.empty()), tuple(10L, "external:USD", Optional.empty()));
    assertThat(transaction(posted, id))
        .extracting(Transaction::status, Transaction::end, Transaction::lastPosition)
        .containsExactly(Transaction.Status.POSTED, Optional.of(7L), 6L);
    assertThat(posted.holds().values())
        .extracting(hold -> hold.end().orElseThrow().posted())
        .containsExactly(40L, 10L);
  }

  @Test
  void aTransactionKnowsItsReversalAndTheReversalWhatItReverses() {
    history.open("alice", "USD", 0);
    history.deposit("alice", 100);
    var id = history.lastId();
    history.reverse(id);

    var rows = fold(history.events());

    assertThat(transaction(rows, id).reversal())
        .contains(new Transaction.Reversal(history.lastId(), 4));
    assertThat(transaction(rows, history.lastId()).reverses()).contains(id);
  }

  @Test
  void aHoldIsNotReleasedBeforeItIsHeld() {
    history.open("alice", "USD", 0);
    history.deposit("alice", 100);
    history.hold("alice", 10);
    var held = history.events().getLast();
    history.backdate(60);
    history.voidHold(history.lastId());

    var hold = fold(history.events()).holds().values().iterator().next();

    assertThat(hold.end().orElseThrow().effectiveTime())
        .isEqualTo(EventFields.instant(held.getEffectiveTime()));
  }

  @Test
  @DisplayName("G5: what does not follow from the transaction before is refused")
  void aTransactionIsMadeOnceAndEndsOnce() {
    history.open("alice", "USD", 0);
    history.deposit("alice", 100);
    history.hold(List.of(new Movement("alice", "", 40), new Movement("alice", "", 10)));
    history.voidHold(history.lastId());

    assertRefused(4, "again", event -> event.setTransactionId("command-3"));
    assertRefused(3, "no transaction", event -> event.setTransactionId(""));
    assertRefused(6, "nothing is held", event -> event.setTransactionId("other"));
    assertRefused(6, "nothing is held", event -> event.setHoldVoided(voided(2, 40)));
    assertRefused(6, "ends a hold of 40", event -> event.setHoldVoided(voided(0, 41)));
    assertRefused(7, "nothing is held", event -> event.setHoldVoided(voided(0, 40)));
    assertRefused(3, "never made", event -> event.setReversesTransactionId("command-9"));
    assertRefused(
        5,
        "holds posting 0 again",
        event -> event.setFundsHeld(event.getFundsHeld().toBuilder().setPostingIndex(0)));
    assertThatThrownBy(() -> fold(cut(6)))
        .isInstanceOf(Unprojectable.class)
        .hasMessageContaining("half ended");
  }

  @Test
  void whatTakesEffectAfterItWasRecordedIsRefused() {
    history.open("alice", "USD", 0);

    assertRefused(
        2,
        "takes effect",
        event ->
            event.setEffectiveTime(
                event.getRecordTime().toBuilder()
                    .setSeconds(event.getRecordTime().getSeconds() + 1)));
  }

  @Test
  void anUpdateSaysWhatItChangesAndNothingElse() {
    history.open("alice", "USD", 0);
    history.update("alice", "new", Map.of("k", "v"));

    assertThat(fold(history.events()).changes().getLast())
        .extracting(
            AccountChange::position,
            AccountChange::status,
            AccountChange::limits,
            AccountChange::reference,
            AccountChange::metadata)
        .containsExactly(
            3L,
            Optional.empty(),
            Optional.of(Account.Limits.NONE),
            Optional.of("new"),
            Optional.of(Map.of("k", "v")));
  }

  @Test
  @DisplayName("G6: a command that leaves its postings unbalanced is refused")
  void anUnbalancedCommandIsRefused() {
    history.open("alice", "USD", 0);
    history.open("bob", "USD", 0);
    history.deposit("alice", 7);
    history.transfer("alice", "bob", 5);

    assertRefused(
        6,
        "unbalanced",
        event ->
            event
                .setMoneyTransferredIn(
                    event.getMoneyTransferredIn().toBuilder()
                        .setAmount(Money.newBuilder().setCurrencyCode("USD").setMinorUnits(4)))
                .setBalancesAfter(
                    event.getBalancesAfter().toBuilder()
                        .setPostedMinorUnits(4)
                        .setAvailableMinorUnits(4)));
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 5, 8, 13, 21, 34, 55, 89})
  @DisplayName(
      "G6, G7: however a log is cut into batches, the rows are the same and the books balance after each")
  void batchesMakeTheSameRowsAndBalanceTheBooks(long seed) {
    var events = History.random(seed, 500).events();
    var whole = fold(events);

    var random = new Random(seed);
    var accounts = new HashMap<String, Account>();
    var entries = new ArrayList<Entry>();
    var changes = new ArrayList<AccountChange>();
    var transactions = new HashMap<String, Transaction>();
    var holds = new HashMap<Hold.Key, Hold>();
    var backdated = new ArrayList<Backdated>();
    var totals = new HashMap<String, Backdated.Total>();
    for (var from = 0; from < events.size(); ) {
      var to = endOfCommand(events, Math.min(events.size(), from + 1 + random.nextInt(40)));
      var before = new Stored(accounts, transactions, holds, totals);
      var rows = Fold.fold(History.LEDGER, from, before, events.subList(from, to));
      accounts.putAll(rows.accounts());
      entries.addAll(rows.entries());
      changes.addAll(rows.changes());
      transactions.putAll(rows.transactions());
      holds.putAll(rows.holds());
      backdated.addAll(rows.backdated());
      rows.backdated().forEach(change -> totals.put(change.accountId(), change.total()));
      from = to;
      assertThat(sums(accounts)).allSatisfy((_, sum) -> assertThat(sum).isZero());
    }

    assertThat(accounts).isEqualTo(whole.accounts());
    assertThat(entries).isEqualTo(whole.entries());
    assertThat(changes).isEqualTo(whole.changes());
    assertThat(transactions).isEqualTo(whole.transactions());
    assertThat(holds).isEqualTo(whole.holds());
    assertThat(backdated).isNotEmpty().isEqualTo(whole.backdated());
  }

  @Test
  @DisplayName("G5: a batch that ends within a command is refused")
  void aBatchThatCutsACommandIsRefused() {
    history.open("alice", "USD", 0);
    history.open("bob", "USD", 0);
    history.deposit("alice", 7);
    history.transfer("alice", "bob", 5);

    assertThatThrownBy(() -> fold(history.events().subList(0, 5)))
        .isInstanceOf(Unprojectable.class)
        .hasMessageContaining("position 5");
  }

  private static Event.Builder withoutCurrency(Event.Builder event) {
    return event
        .setSchemaVersion(1)
        .setMoneyDeposited(
            MoneyDeposited.newBuilder().setAmount(Money.newBuilder().setMinorUnits(7)))
        .setBalancesAfter(event.getBalancesAfter().toBuilder().clearCurrencyCode());
  }

  static Event.Builder ofUnknownType(Event.Builder event) {
    return event
        .clearPayload()
        .setUnknownFields(
            UnknownFieldSet.newBuilder()
                .addField(
                    90,
                    UnknownFieldSet.Field.newBuilder().addLengthDelimited(ByteString.EMPTY).build())
                .build());
  }

  private static Transaction transaction(Rows rows, String id) {
    return Optional.ofNullable(rows.transactions().get(id)).orElseThrow();
  }

  private static HoldVoided voided(int postingIndex, long amount) {
    return HoldVoided.newBuilder()
        .setPostingIndex(postingIndex)
        .setAmount(Money.newBuilder().setCurrencyCode("USD").setMinorUnits(amount))
        .build();
  }

  /** The events up to a position, which is made the last of its command. */
  private List<Event> cut(int position) {
    var events = new ArrayList<>(history.events().subList(0, position));
    events.set(position - 1, events.get(position - 1).toBuilder().setTransactionSize(1).build());
    return events;
  }

  private void assertRefused(int position, String reason, UnaryOperator<Event.Builder> change) {
    var events = changed(position, change);
    assertThatThrownBy(() -> fold(events))
        .isInstanceOf(Unprojectable.class)
        .hasMessageContaining("position " + position)
        .hasMessageContaining(reason);
  }

  private List<Event> changed(int position, UnaryOperator<Event.Builder> change) {
    var events = new ArrayList<>(history.events());
    events.set(position - 1, change.apply(events.get(position - 1).toBuilder()).build());
    return events;
  }

  private static Rows fold(List<Event> events) {
    return Fold.fold(History.LEDGER, 0, Stored.NOTHING, events);
  }

  private static int endOfCommand(List<Event> events, int to) {
    var last = events.get(to - 1);
    return to + last.getTransactionSize() - 1 - last.getTransactionIndex();
  }

  private static Map<String, BigInteger> sums(Map<String, Account> accounts) {
    var sums = new HashMap<String, BigInteger>();
    accounts
        .values()
        .forEach(account -> sums.merge(account.currencyCode(), account.posted(), BigInteger::add));
    return sums;
  }
}
