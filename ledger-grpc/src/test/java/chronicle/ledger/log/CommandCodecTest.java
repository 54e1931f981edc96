package chronicle.ledger.log;

import static org.assertj.core.api.Assertions.assertThat;

import chronicle.ledger.domain.AccountId;
import chronicle.ledger.domain.Command;
import chronicle.ledger.domain.CommandId;
import chronicle.ledger.domain.Details;
import chronicle.ledger.domain.LedgerId;
import chronicle.ledger.domain.Money;
import chronicle.ledger.domain.Refusal;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class CommandCodecTest {
  private static final AccountId ALICE = AccountId.of("alice");
  private static final Instant NOON = Instant.parse("2026-11-23T12:00:00.000001Z");

  @Test
  @DisplayName("G3: two commands are the same whatever their ids, traces and order of metadata")
  void equalCommandsDoNotDiffer() {
    var details =
        new Details("r", Map.of("a", "1", "b", "2"), Optional.of(NOON), OptionalLong.of(7));
    var command = new Command.Deposit(ALICE, new Money("USD", 5), details);

    assertThat(
            difference(
                command, new Request(new CommandId("other"), "anonymous", "trace", true, command)))
        .isEmpty();
  }

  @Test
  @DisplayName("G3: the first field that differs is named in the client's words")
  void theDifferingFieldIsNamed() {
    var five = deposit("alice", 5, Details.NONE);

    assertThat(difference(five, deposit("alice", 6, Details.NONE))).contains("amount.minor_units");
    assertThat(difference(five, deposit("bob", 5, Details.NONE))).contains("account");
    assertThat(difference(five, new Command.Withdraw(ALICE, new Money("USD", 5), Details.NONE)))
        .contains("method");
    assertThat(difference(five, deposit("alice", 5, referenced("r")))).contains("reference");
    assertThat(difference(five, deposit("alice", 5, at(NOON)))).contains("effective_time");
    assertThat(
            difference(
                deposit("alice", 5, at(NOON)), deposit("alice", 5, at(NOON.plusNanos(1_000)))))
        .contains("effective_time");
    assertThat(difference(five, new Request(new CommandId("id"), "mallory", "", false, five)))
        .contains("actor");
  }

  @Test
  void aRefusalIsReadAsItWasWritten() {
    var refusal = new Refusal(Refusal.Reason.INSUFFICIENT_FUNDS, "No.", Map.of("available", "3"));

    assertThat(CommandCodec.decodeRefusal(CommandCodec.encode(refusal))).isEqualTo(refusal);
  }

  private static Optional<String> difference(Command recorded, Command asked) {
    return difference(recorded, new Request(new CommandId("id"), "anonymous", "", false, asked));
  }

  private static Optional<String> difference(Command recorded, Request asked) {
    var request = new Request(new CommandId("id"), "anonymous", "", false, recorded);
    return CommandCodec.differingField(
        CommandCodec.encode(LedgerId.MAIN, request), CommandCodec.encode(LedgerId.MAIN, asked));
  }

  private static Command deposit(String account, long minor, Details details) {
    return new Command.Deposit(AccountId.of(account), new Money("USD", minor), details);
  }

  private static Details referenced(String reference) {
    return new Details(reference, Map.of(), Optional.empty(), OptionalLong.empty());
  }

  private static Details at(Instant time) {
    return new Details("", Map.of(), Optional.of(time), OptionalLong.empty());
  }
}
