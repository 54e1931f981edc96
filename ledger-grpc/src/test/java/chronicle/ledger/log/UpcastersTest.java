package chronicle.ledger.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import chronicle.event.v1.AccountCreated;
import chronicle.event.v1.BalancesAfter;
import chronicle.event.v1.Event;
import chronicle.event.v1.Event.PayloadCase;
import chronicle.event.v1.MoneyDeposited;
import chronicle.ledger.domain.LedgerId;
import chronicle.type.v1.Money;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class UpcastersTest {
  private static final Event OLD_DEPOSIT =
      event("alice", 2)
          .setSchemaVersion(1)
          .setMoneyDeposited(
              MoneyDeposited.newBuilder().setAmount(Money.newBuilder().setMinorUnits(7)))
          .setBalancesAfter(
              BalancesAfter.newBuilder().setPostedMinorUnits(7).setAvailableMinorUnits(7))
          .build();

  static Stream<FieldDescriptor> types() {
    return Event.getDescriptor().getOneofs().getFirst().getFields().stream();
  }

  @ParameterizedTest
  @MethodSource("types")
  void everyVersionOfEveryTypeLeadsToTheNewest(FieldDescriptor type) {
    int newest = Upcasters.newestVersion(PayloadCase.forNumber(type.getNumber()));

    assertThat(newest).isPositive();
    for (int version = 1; version <= newest; version++) {
      Event event = event("alice", 2).setSchemaVersion(version).setField(type, empty(type)).build();
      assertThat(Upcasters.upcast(event).getSchemaVersion()).isEqualTo(newest);
    }
  }

  @ParameterizedTest
  @MethodSource("types")
  void aVersionThatIsNotKnownStopsTheReader(FieldDescriptor type) {
    int newest = Upcasters.newestVersion(PayloadCase.forNumber(type.getNumber()));

    for (int version : new int[] {-1, 0, newest + 1, Integer.MAX_VALUE}) {
      Event event = event("alice", 2).setSchemaVersion(version).setField(type, empty(type)).build();
      assertThatExceptionOfType(UnreadableEventException.class)
          .isThrownBy(() -> Upcasters.upcast(event))
          .withMessageContaining("event 2 of ledger main")
          .withMessageContaining("schema version " + version);
    }
  }

  @Test
  void aTypeThatIsNotKnownStopsTheReader() {
    assertThatExceptionOfType(UnreadableEventException.class)
        .isThrownBy(() -> Upcasters.upcast(event("alice", 2).setSchemaVersion(1).build()))
        .withMessageContaining("event 2 of ledger main");
  }

  @Test
  void aCurrentEventIsReturnedAsItIs() {
    Event current = Upcasters.upcast(OLD_DEPOSIT);

    assertThat(Upcasters.upcast(current)).isSameAs(current);
  }

  @Test
  void aDepositOfVersionOneWasInDollarsAndSoWereItsBalances() {
    Event current = Upcasters.upcast(OLD_DEPOSIT);

    assertThat(current.getMoneyDeposited().getAmount()).isEqualTo(Messages.money("USD", 7));
    assertThat(current.getBalancesAfter().getCurrencyCode()).isEqualTo("USD");
    assertThat(current.getSchemaVersion()).isEqualTo(2);
  }

  @Test
  void aCurrencyThatIsWrittenStandsWhateverTheVersion() {
    Event euros =
        OLD_DEPOSIT.toBuilder()
            .setMoneyDeposited(MoneyDeposited.newBuilder().setAmount(Messages.money("EUR", 7)))
            .build();

    assertThat(Upcasters.upcast(euros).getMoneyDeposited()).isEqualTo(euros.getMoneyDeposited());
  }

  @Test
  @DisplayName("G10: old deposits fold into an account in dollars, and into no other")
  void oldDepositsFold() {
    assertThat(fold("USD", OLD_DEPOSIT).state().version()).isEqualTo(2);
    assertThatIllegalStateException().isThrownBy(() -> fold("EUR", OLD_DEPOSIT));
  }

  @Test
  void anOldDepositThatLacksItsBalancesStopsTheFold() {
    assertThatIllegalStateException()
        .isThrownBy(() -> fold("USD", OLD_DEPOSIT.toBuilder().clearBalancesAfter().build()));
  }

  private static AccountAt fold(String currency, Event deposit) {
    Event created =
        event("alice", 1)
            .setSchemaVersion(1)
            .setAccountCreated(AccountCreated.newBuilder().setCurrencyCode(currency))
            .setBalancesAfter(BalancesAfter.newBuilder().setCurrencyCode(currency))
            .build();
    return AccountAt.fold(
        Stream.of(created, deposit)
            .map(
                event -> EventCodec.decode(LedgerId.MAIN, event.getPosition(), event.toByteArray()))
            .toList());
  }

  private static Object empty(FieldDescriptor type) {
    return Event.newBuilder().newBuilderForField(type).build();
  }

  private static Event.Builder event(String account, long position) {
    return Event.newBuilder()
        .setLedger("main")
        .setPosition(position)
        .setAccount(account)
        .setAccountVersion(position)
        .setCommandId("command")
        .setTransactionSize(1);
  }
}
