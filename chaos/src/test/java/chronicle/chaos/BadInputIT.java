package chronicle.chaos;

import static chronicle.chaos.Client.euros;
import static chronicle.chaos.RunningMesh.FIRST;
import static chronicle.chaos.RunningMesh.GATEWAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import chronicle.ledger.v1.CreateTransactionRequest;
import chronicle.ledger.v1.DepositRequest;
import chronicle.ledger.v1.LedgerServiceGrpc;
import chronicle.ledger.v1.Posting;
import chronicle.type.v1.Money;
import com.google.protobuf.ByteString;
import com.google.protobuf.Timestamp;
import com.google.protobuf.UnknownFieldSet;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What clients get wrong is refused precisely, and leaves no trace in the log. */
final class BadInputIT {
  private static String account = "";

  /** A deposit with one thing wrong, and what must come of it. */
  record Mistake(
      String what, String reason, Status.Code code, UnaryOperator<DepositRequest.Builder> mistake) {
    @Override
    public String toString() {
      return what;
    }
  }

  static Stream<Mistake> mistakes() {
    return Stream.of(
        new Mistake(
            "UNKNOWN_ACCOUNT",
            "ACCOUNT_NOT_FOUND",
            Status.Code.NOT_FOUND,
            it -> it.setAccount("nobody")),
        new Mistake(
            "UNKNOWN_LEDGER",
            "LEDGER_NOT_FOUND",
            Status.Code.NOT_FOUND,
            it -> it.setLedger("nowhere")),
        new Mistake(
            "WRONG_CURRENCY",
            "CURRENCY_MISMATCH",
            Status.Code.INVALID_ARGUMENT,
            it -> it.setAmount(Money.newBuilder().setCurrencyCode("USD").setMinorUnits(1))),
        new Mistake(
            "NO_AMOUNT",
            "INVALID_REQUEST",
            Status.Code.INVALID_ARGUMENT,
            DepositRequest.Builder::clearAmount),
        new Mistake(
            "ZERO", "INVALID_REQUEST", Status.Code.INVALID_ARGUMENT, it -> it.setAmount(euros(0))),
        new Mistake(
            "NEGATIVE",
            "INVALID_REQUEST",
            Status.Code.INVALID_ARGUMENT,
            it -> it.setAmount(euros(-1))),
        new Mistake(
            "OVERFLOWING",
            "AMOUNT_OVERFLOW",
            Status.Code.INVALID_ARGUMENT,
            it -> it.setAmount(euros(Long.MAX_VALUE))),
        new Mistake(
            "MALFORMED_ACCOUNT",
            "INVALID_REQUEST",
            Status.Code.INVALID_ARGUMENT,
            it -> it.setAccount("no spaces")),
        new Mistake(
            "MALFORMED_COMMAND_ID",
            "INVALID_REQUEST",
            Status.Code.INVALID_ARGUMENT,
            it -> it.setCommandId("~mine")),
        new Mistake(
            "LONG_REFERENCE",
            "INVALID_REQUEST",
            Status.Code.INVALID_ARGUMENT,
            it -> it.setReference("x".repeat(257))),
        new Mistake(
            "NUL", "INVALID_REQUEST", Status.Code.INVALID_ARGUMENT, it -> it.setReference("\0")),
        new Mistake(
            "OLD_VERSION",
            "VERSION_CONFLICT",
            Status.Code.ABORTED,
            it -> it.setExpectedVersion(1)));
  }

  @BeforeAll
  static void openAccount() {
    account = GATEWAY.open(1);
  }

  @Test
  @DisplayName("G13: a time beyond all calendars is refused, and its field named")
  void timeOutOfRangeIsRefused() {
    var request =
        CreateTransactionRequest.newBuilder()
            .addPostings(Posting.newBuilder().setSourceAccount(account).setAmount(euros(1)).build())
            .setPending(true)
            .setExpireTime(Timestamp.newBuilder().setSeconds(Long.MAX_VALUE))
            .build();

    var refused =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> GATEWAY.ledger().createTransaction(request));

    assertThat(Refusals.info(refused).getReason()).isEqualTo("INVALID_REQUEST");
    assertThat(refused.getStatus().getDescription()).startsWith("expire_time");
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  @DisplayName("G13: each mistake has its reason, through the gateway and directly")
  void mistakeIsRefusedForItsReason(Mistake mistake) {
    var head = FIRST.head();

    for (var client : new Client[] {GATEWAY, FIRST}) {
      var request = mistake.mistake.apply(deposit()).build();
      var refused =
          catchThrowableOfType(
              StatusRuntimeException.class, () -> client.ledger().deposit(request));
      assertThat(Refusals.info(refused).getReason()).isEqualTo(mistake.reason);
      assertThat(refused.getStatus().getCode()).isEqualTo(mistake.code);
    }

    assertThat(FIRST.head()).isEqualTo(head);
  }

  @Test
  @DisplayName("G3: another command under a used id is refused, and the field named")
  void reusedCommandIdNamesTheField() {
    var id = Client.fresh("id");
    GATEWAY.deposit(account, 1, id);
    var head = FIRST.head();

    var refused =
        catchThrowableOfType(StatusRuntimeException.class, () -> GATEWAY.deposit(account, 2, id));

    assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.ALREADY_EXISTS);
    assertThat(Refusals.info(refused).getReason()).isEqualTo("COMMAND_ID_REUSED");
    assertThat(Refusals.info(refused).getMetadataMap())
        .containsEntry("field", "amount.minor_units");
    assertThat(FIRST.head()).isEqualTo(head);
  }

  @Test
  @DisplayName("G13: bytes that are no UTF-8 are INVALID_REQUEST")
  void badUtf8IsInvalid() {
    var account = UnknownFieldSet.Field.newBuilder();
    account.addLengthDelimited(ByteString.copyFrom(new byte[] {(byte) 0xff, (byte) 0xfe}));
    var message = UnknownFieldSet.newBuilder().addField(2, account.build()).build();

    assertThat(refusalOf(message.toByteArray())).isEqualTo("INVALID_REQUEST");
  }

  @ParameterizedTest
  @ValueSource(strings = {"\n", "\n\5abc", "not protobuf at all"})
  @DisplayName("G13: bytes that are no message are INVALID_REQUEST")
  void malformedMessageIsInvalid(String bytes) {
    assertThat(refusalOf(bytes.getBytes(StandardCharsets.ISO_8859_1))).isEqualTo("INVALID_REQUEST");
  }

  @Test
  @DisplayName("G13: an oversized message is RESOURCE_EXHAUSTED")
  void oversizedMessageIsRefused() {
    for (var client : new Client[] {GATEWAY, FIRST}) {
      var request = deposit().setReference("x".repeat(8 << 20)).build();
      var refused =
          catchThrowableOfType(
              StatusRuntimeException.class, () -> client.ledger().deposit(request));
      assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.RESOURCE_EXHAUSTED);
    }
  }

  @Test
  @DisplayName("G3: an expired deadline says so, and the same id finds out what happened")
  void expiredDeadlineLeavesACommandThatCanBeRepeated() {
    var id = Client.fresh("late");
    var before = FIRST.state(account).getPosted().getMinorUnits();
    var refused =
        catchThrowableOfType(
            StatusRuntimeException.class,
            () -> FIRST.deposit(account, 1, id, Duration.ofMillis(1)));

    FIRST.deposit(account, 1, id);

    assertThat(FIRST.state(account).getPosted().getMinorUnits()).isEqualTo(before + 1);
    if (refused != null) {
      // Ours, if there was time to say that it was not executed, or the client's own.
      assertThat(refused.getStatus().getCode())
          .isIn(Status.Code.UNAVAILABLE, Status.Code.DEADLINE_EXCEEDED);
    }
  }

  private static DepositRequest.Builder deposit() {
    return DepositRequest.newBuilder().setAccount(account).setAmount(euros(1));
  }

  private static String refusalOf(byte[] message) {
    var head = FIRST.head();
    var reasons =
        Stream.of(GATEWAY, FIRST)
            .map(client ->
                catchThrowableOfType(
                    StatusRuntimeException.class,
                    () ->
                        RawCalls.call(
                            client.channel(), LedgerServiceGrpc.getDepositMethod(), message)))
            .map(refused -> Refusals.info(refused).getReason())
            .distinct()
            .toList();
    assertThat(FIRST.head()).isEqualTo(head);
    assertThat(reasons).hasSize(1);
    return reasons.getFirst();
  }
}
