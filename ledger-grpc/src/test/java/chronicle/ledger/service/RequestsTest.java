package chronicle.ledger.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import chronicle.ledger.log.Request;
import chronicle.ledger.v1.CommandRequest;
import chronicle.ledger.v1.CreateTransactionRequest;
import chronicle.ledger.v1.DepositRequest;
import chronicle.ledger.v1.ExecuteBatchRequest;
import chronicle.ledger.v1.Posting;
import chronicle.runtime.Failure;
import chronicle.type.v1.Money;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

final class RequestsTest {
  private final Requests requests = new Requests();

  @Test
  @DisplayName("G3: the commands of a batch get ids that a repeat of the batch gives them again")
  void idsAreMadeOfTheBatchs() {
    var message = batch(true, "b", deposit(""), deposit("mine"), deposit(""));

    assertThat(ids(requests.together(message))).containsExactly("b.0", "mine", "b.2");
    assertThat(ids(requests.together(message))).containsExactly("b.0", "mine", "b.2");
  }

  @Test
  void aBatchWithoutAnIdGetsOne() {
    var together = requests.together(batch(false, "", deposit(""), deposit("")));

    assertThat(ids(together)).containsExactly(together.id() + ".0", together.id() + ".1");
  }

  @Test
  @DisplayName("G13: what is wrong with one command of a batch is named by its place")
  void faultsAreNamedByTheirPlace() {
    assertThat(field(batch(false, "", deposit(""), CommandRequest.getDefaultInstance())))
        .startsWith("commands[1]");
    assertThat(field(batch(false, "", deposit("~x")))).isEqualTo("commands[0].command_id");
    assertThat(field(batch(false, "", onLedger("other")))).isEqualTo("commands[0].ledger");
    assertThat(
            field(
                batch(
                    false,
                    "",
                    CommandRequest.newBuilder()
                        .setDeposit(DepositRequest.newBuilder().setAccount("a"))
                        .build())))
        .isEqualTo("commands[0].deposit.amount.minor_units");
  }

  @Test
  @DisplayName("G13: an atomic batch knows each of its ids once")
  void idsOfAnAtomicBatchAreDistinct() {
    assertThat(field(batch(true, "b", deposit("x"), deposit("x"))))
        .isEqualTo("commands[1].command_id");
    assertThat(field(batch(true, "b", deposit("b")))).isEqualTo("commands[0].command_id");
    assertThat(field(batch(true, "b".repeat(63), deposit("")))).isEqualTo("commands[0].command_id");
    assertThat(ids(requests.together(batch(false, "", deposit("x"), deposit("x")))))
        .containsExactly("x", "x");
  }

  @Test
  @DisplayName("G13: a batch is bounded, in commands and in postings")
  void batchesAreBounded() {
    assertThat(field(batch(true, "b"))).isEqualTo("commands");
    assertThat(
            field(
                ExecuteBatchRequest.newBuilder()
                    .addAllCommands(Collections.nCopies(1_001, deposit("")))
                    .build()))
        .isEqualTo("commands");
    assertThat(
            field(
                ExecuteBatchRequest.newBuilder()
                    .addAllCommands(Collections.nCopies(11, postings(500)))
                    .build()))
        .isEqualTo("commands");
  }

  @Test
  void onlyAnAtomicBatchIsValidatedAsAWhole() {
    assertThat(field(batch(false, "", deposit("")).toBuilder().setValidateOnly(true).build()))
        .isEqualTo("validate_only");
    assertThat(field(batch(true, "", validated()))).isEqualTo("commands[0].validate_only");
    assertThat(
            requests
                .together(batch(true, "", deposit("")).toBuilder().setValidateOnly(true).build())
                .atomic()
                .validateOnly())
        .isTrue();
  }

  private String field(ExecuteBatchRequest message) {
    return catchThrowableOfType(Failure.class, () -> requests.together(message))
        .violations()
        .getFirst()
        .field();
  }

  private static List<String> ids(Requests.Together together) {
    return together.requests().stream().map(Request::id).map(Object::toString).toList();
  }

  private static ExecuteBatchRequest batch(boolean atomic, String id, CommandRequest... commands) {
    return ExecuteBatchRequest.newBuilder()
        .setAtomic(atomic)
        .setCommandId(id)
        .addAllCommands(List.of(commands))
        .build();
  }

  private static CommandRequest deposit(String id) {
    return CommandRequest.newBuilder().setDeposit(request().setCommandId(id)).build();
  }

  private static CommandRequest onLedger(String ledger) {
    return CommandRequest.newBuilder().setDeposit(request().setLedger(ledger)).build();
  }

  private static CommandRequest validated() {
    return CommandRequest.newBuilder().setDeposit(request().setValidateOnly(true)).build();
  }

  private static DepositRequest.Builder request() {
    return DepositRequest.newBuilder().setAccount("alice").setAmount(usd());
  }

  private static CommandRequest postings(int count) {
    var posting = Posting.newBuilder().setDestinationAccount("alice").setAmount(usd()).build();
    return CommandRequest.newBuilder()
        .setCreateTransaction(
            CreateTransactionRequest.newBuilder()
                .addAllPostings(Collections.nCopies(count, posting)))
        .build();
  }

  private static Money usd() {
    return Money.newBuilder().setCurrencyCode("USD").setMinorUnits(1).build();
  }
}
