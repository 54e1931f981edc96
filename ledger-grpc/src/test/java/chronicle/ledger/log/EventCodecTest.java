package chronicle.ledger.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import chronicle.event.v1.MoneyDeposited;
import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.Details;
import chronicle.ledger.domain.Event;
import chronicle.ledger.domain.Event.Limits;
import chronicle.ledger.domain.Freeze;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.domain.Money;
import chronicle.ledger.log.RecordedEvent.Balances;
import com.google.protobuf.InvalidProtocolBufferException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

final class EventCodecTest {
  private static final Money FIVE = new Money("USD", 5);
  private static final AccountId BOB = AccountId.of("bob");
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00.000001Z");

  static Stream<Event> events() {
    return Stream.of(
        new Event.AccountCreated("USD", Limits.NONE),
        new Event.AccountCreated("USD", new Limits(7, OptionalLong.of(0))),
        new Event.AccountUpdated(new Limits(7, OptionalLong.of(9)), true, false),
        new Event.AccountUpdated(Limits.NONE, false, true),
        new Event.AccountFrozen(Freeze.DEBITS),
        new Event.AccountFrozen(Freeze.CREDITS),
        new Event.AccountFrozen(Freeze.ALL),
        new Event.AccountUnfrozen(),
        new Event.AccountClosed(),
        new Event.AccountReopened(),
        new Event.MoneyDeposited(FIVE),
        new Event.MoneyWithdrawn(FIVE),
        new Event.MoneyTransferredOut(FIVE, BOB),
        new Event.MoneyTransferredIn(FIVE, BOB),
        new Event.FundsHeld(FIVE, Optional.of(BOB), Optional.of(NOON), 3),
        new Event.FundsHeld(FIVE, Optional.empty(), Optional.empty(), 0),
        new Event.HoldPosted(new Money("USD", 3), FIVE, Optional.of(BOB), 3),
        new Event.HoldPosted(FIVE, FIVE, Optional.empty(), 0),
        new Event.HoldVoided(FIVE, 2),
        new Event.HoldExpired(FIVE, 1));
  }

  @ParameterizedTest
  @MethodSource("events")
  void anEventIsReadAsItWasWritten(Event event) {
    var recorded = recorded(AccountId.of("alice"), new Balances("USD", -3, 2, 1), event);

    assertThat(decode(EventCodec.encode(LedgerId.MAIN, recorded))).isEqualTo(recorded);
  }

  @Test
  void anEventOfTheLedgerItselfHasNoAccountAndNoBalances() {
    for (Event event :
        List.of(new Event.LedgerCreated("an-incarnation"), new Event.AssetRegistered("GOLD", 4))) {
      var recorded = recorded(AccountId.LEDGER, Balances.NONE, event);

      assertThat(decode(EventCodec.encode(LedgerId.MAIN, recorded))).isEqualTo(recorded);
    }
  }

  @Test
  void theTraceContextIsFoundWithoutDecodingTheRest() {
    var recorded = recorded(BOB, new Balances("USD", 5, 0, 5), new Event.MoneyDeposited(FIVE));

    assertThat(EventCodec.traceparent(EventCodec.encode(LedgerId.MAIN, recorded)))
        .isEqualTo("00-trace");
  }

  @Test
  void anUnknownTypeOrVersionOrPlaceStopsItsReaderAndNamesThePosition()
      throws InvalidProtocolBufferException {
    var good =
        chronicle.event.v1.Event.parseFrom(
            EventCodec.encode(
                    LedgerId.MAIN,
                    recorded(BOB, new Balances("USD", 5, 0, 5), new Event.MoneyDeposited(FIVE)))
                .bytes());

    assertUnreadable(good.toBuilder().clearPayload().build());
    assertUnreadable(good.toBuilder().setSchemaVersion(99).build());
    assertUnreadable(
        good.toBuilder().setMoneyDeposited(MoneyDeposited.getDefaultInstance()).build());
    assertUnreadable(good.toBuilder().setPosition(43).build());
    assertUnreadable(good.toBuilder().setLedger("other").build());
  }

  private static void assertUnreadable(chronicle.event.v1.Event event) {
    assertThatExceptionOfType(UnreadableEventException.class)
        .isThrownBy(() -> EventCodec.decode(LedgerId.MAIN, 42, event.toByteArray()))
        .withMessageContaining("event 42 of ledger main");
  }

  private static RecordedEvent decode(EncodedEvent encoded) {
    return EventCodec.decode(LedgerId.MAIN, encoded.position(), encoded.bytes());
  }

  private static RecordedEvent recorded(AccountId account, Balances balances, Event event) {
    var details = new Details("ref", Map.of("k", "v"), Optional.empty(), OptionalLong.empty());
    var cause =
        new Cause(
            new CommandId("cmd"),
            "transaction",
            "reversed",
            2,
            NOON,
            Instant.parse("2020-01-01T00:00:00Z"),
            "anonymous",
            "00-trace",
            details);
    return new RecordedEvent(42, account, 3, 1, cause, balances, event);
  }
}
