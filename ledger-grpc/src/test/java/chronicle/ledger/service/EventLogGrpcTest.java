package chronicle.ledger.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import chronicle.error.v1.ErrorReason;
import chronicle.event.v1.Event;
import chronicle.event.v1.MoneyDeposited;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.log.EncodedEvent;
import chronicle.ledger.log.UnreadableEventException;
import chronicle.runtime.Failure;
import chronicle.type.v1.Money;
import io.grpc.stub.StreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class EventLogGrpcTest {
  private static final Event OLD_DEPOSIT =
      Event.newBuilder()
          .setLedger("main")
          .setPosition(7)
          .setSchemaVersion(1)
          .setMoneyDeposited(
              MoneyDeposited.newBuilder().setAmount(Money.newBuilder().setMinorUnits(5)))
          .build();

  @Test
  void anOldEventIsReadInTheNewestVersionOfItsType() {
    Event read = EventLogGrpc.event(LedgerId.MAIN, encoded(OLD_DEPOSIT));

    assertThat(read.getSchemaVersion()).isEqualTo(2);
    assertThat(read.getMoneyDeposited().getAmount().getCurrencyCode()).isEqualTo("USD");
  }

  @Test
  @DisplayName("G13: an event whose bytes are damaged is named by its position")
  void damagedBytesAreNamedByTheirPosition() {
    var damaged = new EncodedEvent(7, "MoneyDeposited", new byte[] {-1, 1});

    assertThatThrownBy(() -> EventLogGrpc.event(LedgerId.MAIN, damaged))
        .isInstanceOf(UnreadableEventException.class)
        .hasMessageContaining("event 7 of ledger main");
  }

  @Test
  @DisplayName(
      "G13: a call that meets an unreadable event is answered LEDGER_STOPPED, and told where")
  void anEventThatIsNotKnownEndsTheCall() {
    Event newer = OLD_DEPOSIT.toBuilder().setSchemaVersion(99).build();
    var unreadable =
        catchThrowableOfType(
            UnreadableEventException.class,
            () -> EventLogGrpc.event(LedgerId.MAIN, encoded(newer)));
    var observer = new Errors();

    Call.fail(observer, unreadable);

    assertThat(observer.errors)
        .singleElement()
        .isInstanceOfSatisfying(
            Failure.class,
            failure -> {
              assertThat(failure.reason()).isEqualTo(ErrorReason.LEDGER_STOPPED);
              assertThat(failure)
                  .hasMessageContaining("event 7 of ledger main")
                  .hasCause(unreadable);
            });
  }

  private static EncodedEvent encoded(Event event) {
    return new EncodedEvent(event.getPosition(), "MoneyDeposited", event.toByteArray());
  }

  private static final class Errors implements StreamObserver<Event> {
    final List<Throwable> errors = new ArrayList<>();

    @Override
    public void onNext(Event event) {
      throw new AssertionError(event);
    }

    @Override
    public void onError(Throwable error) {
      errors.add(error);
    }

    @Override
    public void onCompleted() {
      throw new AssertionError();
    }
  }
}
