package chronicle.chaos;

import static chronicle.chaos.Client.euros;
import static chronicle.chaos.Client.fresh;
import static chronicle.chaos.RunningMesh.FIRST;
import static chronicle.chaos.RunningMesh.GATEWAY;
import static chronicle.chaos.RunningMesh.SECOND;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import chronicle.ledger.v1.AccountState;
import chronicle.ledger.v1.CloseAccountRequest;
import chronicle.ledger.v1.CommandOutcome;
import chronicle.ledger.v1.CommandReceipt;
import chronicle.ledger.v1.CommandRequest;
import chronicle.ledger.v1.CreateAccountRequest;
import chronicle.ledger.v1.CreateTransactionRequest;
import chronicle.ledger.v1.DepositRequest;
import chronicle.ledger.v1.ExecuteBatchRequest;
import chronicle.ledger.v1.FreezeAccountRequest;
import chronicle.ledger.v1.GetLedgerRequest;
import chronicle.ledger.v1.PostTransactionRequest;
import chronicle.ledger.v1.Posting;
import chronicle.ledger.v1.RegisterAssetRequest;
import chronicle.ledger.v1.ReopenAccountRequest;
import chronicle.ledger.v1.ReverseTransactionRequest;
import chronicle.ledger.v1.UnfreezeAccountRequest;
import chronicle.ledger.v1.UpdateAccountRequest;
import chronicle.ledger.v1.VoidTransactionRequest;
import chronicle.ledger.v1.WithdrawRequest;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Timestamp;
import com.google.rpc.ErrorInfo;
import io.grpc.Metadata;
import io.grpc.protobuf.StatusProto;
import io.grpc.stub.MetadataUtils;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** Every command as a client sends it, through the gateway and to two ledgers, and read back. */
final class CommandsIT {
  @Test
  @DisplayName("G5 G7: a pending transaction is held, posted in part, reversed, and read as such")
  void moneyIsHeldPostedAndReversed() {
    var alice = GATEWAY.open(100);
    var bob = GATEWAY.open(0);
    var id = fresh("hold");

    FIRST.ledger().createTransaction(pending(id, posting(alice, bob, 60), posting(alice, "", 10)));
    assertBalances(alice, 100, 30);
    var posted =
        SECOND
            .ledger()
            .postTransaction(
                PostTransactionRequest.newBuilder()
                    .setTransaction(id)
                    .addAmounts(euros(50))
                    .addAmounts(euros(0))
                    .build());
    assertThat(posted.getTransactionId()).isEqualTo(id);
    assertThat(posted.getEventsList())
        .extracting(event -> event.getType())
        .containsExactly("HoldPosted", "MoneyTransferredIn", "HoldVoided");
    assertBalances(alice, 50, 50);
    assertBalances(bob, 50, 50);

    var reversal =
        GATEWAY
            .ledger()
            .reverseTransaction(ReverseTransactionRequest.newBuilder().setTransaction(id).build());
    assertBalances(alice, 100, 100);
    assertThat(GATEWAY.balance(bob, reversal.getPosition()).getPosted()).isEqualTo(euros(0));
    assertThat(
            reason(() ->
                FIRST
                    .ledger()
                    .voidTransaction(
                        VoidTransactionRequest.newBuilder().setTransaction(id).build())))
        .isEqualTo("TRANSACTION_ALREADY_POSTED");
  }

  @Test
  @DisplayName("G7: a pending transaction ends when its time is up, though nobody touches it")
  void aHoldExpiresByItself() {
    var alice = GATEWAY.open(100);
    var soon = Instant.now().plusSeconds(1);
    var request =
        pending(fresh("expiring"), posting(alice, "", 40)).toBuilder()
            .setExpireTime(Timestamp.newBuilder().setSeconds(soon.getEpochSecond() + 1));

    var receipt = GATEWAY.ledger().createTransaction(request.build());

    assertThat(GATEWAY.stateAt(alice, receipt.getPosition()).getHeld()).isEqualTo(euros(40));
    Awaitility.await()
        .atMost(Client.ANSWER_MAX.multipliedBy(2))
        .untilAsserted(() -> assertBalances(alice, 100, 100));
    assertThat(GATEWAY.eventsAfter(receipt.getPosition()))
        .filteredOn(event -> event.getAccount().equals(alice))
        .singleElement()
        .matches(event -> event.hasHoldExpired() && event.getActor().equals("~ledger"));
  }

  @Test
  void anAccountIsFrozenUpdatedClosedAndReopened() {
    var alice = GATEWAY.open(10);
    var ledger = GATEWAY.ledger();

    ledger.freezeAccount(FreezeAccountRequest.newBuilder().setAccount(alice).build());
    assertThat(GATEWAY.state(alice).getStatus()).isEqualTo(AccountState.Status.FROZEN);
    assertThat(reason(() -> GATEWAY.withdraw(alice, 1))).isEqualTo("ACCOUNT_FROZEN");
    ledger.unfreezeAccount(UnfreezeAccountRequest.newBuilder().setAccount(alice).build());

    ledger.updateAccount(
        UpdateAccountRequest.newBuilder()
            .setAccount(alice)
            .setOverdraftLimit(euros(5))
            .setBalanceMax(euros(1_000))
            .build());
    assertBalances(alice, 10, 15);
    ledger.updateAccount(
        UpdateAccountRequest.newBuilder()
            .setAccount(alice)
            .setUpdateMask(FieldMask.newBuilder().addPaths("balance_max"))
            .build());
    assertThat(GATEWAY.state(alice).hasBalanceMax()).isFalse();
    assertThat(GATEWAY.state(alice).getOverdraftLimit()).isEqualTo(euros(5));

    var close = CloseAccountRequest.newBuilder().setAccount(alice).build();
    assertThat(reason(() -> ledger.closeAccount(close))).isEqualTo("ACCOUNT_NOT_EMPTY");
    GATEWAY.withdraw(alice, 10);
    var closed = ledger.closeAccount(close);
    assertThat(GATEWAY.state(alice).getStatus()).isEqualTo(AccountState.Status.CLOSED);
    assertThat(reason(() -> GATEWAY.deposit(alice, 1, fresh("late")))).isEqualTo("ACCOUNT_CLOSED");
    assertThat(GATEWAY.balance(alice, closed.getPosition()).getPosted()).isEqualTo(euros(0));
    ledger.reopenAccount(ReopenAccountRequest.newBuilder().setAccount(alice).build());
    assertThat(GATEWAY.state(alice).getStatus()).isEqualTo(AccountState.Status.ACTIVE);
  }

  @Test
  void anAssetIsRegisteredAndUsed() {
    var code = "A" + Long.toString(System.nanoTime(), 36).toUpperCase(Locale.ROOT);
    var asset = code.substring(0, Math.min(12, code.length()));
    GATEWAY
        .ledger()
        .registerAsset(
            RegisterAssetRequest.newBuilder().setCurrencyCode(asset).setScale(8).build());

    SECOND
        .ledger()
        .createAccount(
            CreateAccountRequest.newBuilder()
                .setAccount(fresh("asset"))
                .setCurrencyCode(asset)
                .build());

    assertThat(GATEWAY.ledger().getLedger(GetLedgerRequest.getDefaultInstance()).getAssetsList())
        .anyMatch(it -> it.getCurrencyCode().equals(asset) && it.getScale() == 8);
  }

  @Test
  @DisplayName("validate_only tells the balances before and after, and changes nothing")
  void aCommandIsOnlyValidated() {
    var alice = GATEWAY.open(10);
    var before = GATEWAY.state(alice);
    var request = WithdrawRequest.newBuilder().setAccount(alice).setValidateOnly(true);

    var validated = GATEWAY.ledger().withdraw(request.setAmount(euros(4)).build());

    assertThat(validated.getStatus()).isEqualTo(CommandReceipt.Status.VALIDATED);
    assertThat(validated.getBalancesBefore(0).getPosted()).isEqualTo(euros(10));
    assertThat(validated.getBalances(0).getPosted()).isEqualTo(euros(6));
    assertThat(reason(() -> GATEWAY.ledger().withdraw(request.setAmount(euros(11)).build())))
        .isEqualTo("INSUFFICIENT_FUNDS");
    assertThat(GATEWAY.state(alice).getAccountVersion()).isEqualTo(before.getAccountVersion());
  }

  @Test
  @DisplayName("G3 G5: an atomic batch happens whole or not at all, and once")
  void aBatchIsAtomic() {
    var alice = GATEWAY.open(10);
    var bob = GATEWAY.open(0);
    var bad = batch(true, fresh("batch"), deposit(alice, 5, ""), withdraw(bob, 1));
    var good = batch(true, fresh("batch"), deposit(bob, 5, ""), withdraw(bob, 5));

    var refused = catchThrowable(() -> FIRST.ledger().executeBatch(bad));
    assertThat(Refusals.info(refused).getReason()).isEqualTo("INSUFFICIENT_FUNDS");
    assertThat(Refusals.info(refused).getMetadataMap()).containsEntry("command_index", "1");
    assertBalances(alice, 10, 10);

    var first = FIRST.ledger().executeBatch(good);
    var second = SECOND.ledger().executeBatch(good);
    assertThat(first.getOutcomesList()).allMatch(outcome -> !outcome.getReceipt().getReplayed());
    assertThat(second.getOutcomesList()).allMatch(outcome -> outcome.getReceipt().getReplayed());
    var position = first.getOutcomes(1).getReceipt().getPosition();
    assertThat(first.getOutcomes(0).getReceipt().getPosition()).isEqualTo(position);
    assertThat(GATEWAY.balance(bob, position).getPosted()).isEqualTo(euros(0));
  }

  @Test
  @DisplayName("G3: in an independent batch each command has its own outcome, in order")
  void aBatchIsIndependent() {
    var alice = GATEWAY.open(10);
    var id = fresh("twice");

    var outcomes =
        GATEWAY
            .ledger()
            .executeBatch(
                batch(
                    false,
                    "",
                    deposit(alice, 5, id),
                    withdraw(alice, 99),
                    deposit(alice, 5, id),
                    deposit(alice, 6, id)))
            .getOutcomesList();

    assertThat(outcomes.get(0).getReceipt().getReplayed()).isFalse();
    assertThat(reason(outcomes.get(1))).isEqualTo("INSUFFICIENT_FUNDS");
    assertThat(outcomes.get(2).getReceipt().getReplayed()).isTrue();
    assertThat(reason(outcomes.get(3))).isEqualTo("COMMAND_ID_REUSED");
    assertBalances(alice, 15, 15);
  }

  @Test
  @DisplayName("G3: a stream answers in order, and goes on elsewhere by its command ids")
  void aStreamIsAnsweredInOrderAndResumed() {
    var alice = GATEWAY.open(0);
    var ids = fresh("stream");
    List<CommandRequest> commands =
        IntStream.range(0, 3_000)
            .mapToObj(
                i -> i % 10 == 9 ? withdraw(alice, 1_000_000) : deposit(alice, 1, ids + "-" + i))
            .toList();

    var first = Streams.send(FIRST, commands.subList(0, 2_000));
    var second = Streams.send(SECOND, commands);

    assertThat(first).hasSize(2_000);
    assertThat(second).hasSize(3_000);
    for (int i = 0; i < commands.size(); i++) {
      if (i % 10 == 9) {
        assertThat(reason(second.get(i))).isEqualTo("INSUFFICIENT_FUNDS");
      } else {
        assertThat(second.get(i).getCommandId()).isEqualTo(ids + "-" + i);
        assertThat(second.get(i).getReceipt().getReplayed()).isEqualTo(i < 2_000);
      }
    }
    assertBalances(alice, 2_700, 2_700);
  }

  @Test
  @DisplayName("G13: a malformed command ends no stream, and is answered in its place")
  void aMalformedCommandEndsNoStream() {
    var alice = GATEWAY.open(0);

    var outcomes =
        Streams.send(
            GATEWAY,
            List.of(
                deposit(alice, 1, ""),
                deposit("no spaces", 1, "mine"),
                CommandRequest.getDefaultInstance(),
                deposit(alice, 1, "")));

    assertThat(outcomes.get(0).hasReceipt()).isTrue();
    assertThat(reason(outcomes.get(1))).isEqualTo("INVALID_REQUEST");
    assertThat(outcomes.get(1).getCommandId()).isEqualTo("mine");
    assertThat(reason(outcomes.get(2))).isEqualTo("INVALID_REQUEST");
    assertThat(outcomes.get(3).hasReceipt()).isTrue();
  }

  @Test
  @DisplayName("G13: the header that names one command is refused where there are many")
  void theIdempotencyKeyIsForOneCommand() {
    var headers = new Metadata();
    headers.put(Metadata.Key.of("idempotency-key", Metadata.ASCII_STRING_MARSHALLER), fresh("key"));
    var ledger =
        GATEWAY.ledger().withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));

    assertThat(reason(() -> ledger.executeBatch(batch(false, "", deposit("a", 1, "")))))
        .isEqualTo("INVALID_REQUEST");
  }

  private static void assertBalances(String account, long posted, long available) {
    var state = GATEWAY.state(account);
    assertThat(state.getPosted()).isEqualTo(euros(posted));
    assertThat(state.getAvailable()).isEqualTo(euros(available));
  }

  private static String reason(ThrowingCallable call) {
    return Refusals.info(catchThrowable(call)).getReason();
  }

  private static String reason(CommandOutcome outcome) {
    assertThat(outcome.getError().getDetailsList())
        .filteredOn(detail -> detail.is(ErrorInfo.class))
        .hasSize(1);
    return Refusals.info(StatusProto.toStatusRuntimeException(outcome.getError())).getReason();
  }

  private static CreateTransactionRequest pending(String id, Posting... postings) {
    return CreateTransactionRequest.newBuilder()
        .setCommandId(id)
        .setPending(true)
        .addAllPostings(List.of(postings))
        .build();
  }

  private static Posting posting(String source, String destination, long minorUnits) {
    return Posting.newBuilder()
        .setSourceAccount(source)
        .setDestinationAccount(destination)
        .setAmount(euros(minorUnits))
        .build();
  }

  private static ExecuteBatchRequest batch(boolean atomic, String id, CommandRequest... commands) {
    return ExecuteBatchRequest.newBuilder()
        .setAtomic(atomic)
        .setCommandId(id)
        .addAllCommands(List.of(commands))
        .build();
  }

  private static CommandRequest deposit(String account, long minorUnits, String id) {
    return CommandRequest.newBuilder()
        .setDeposit(
            DepositRequest.newBuilder()
                .setAccount(account)
                .setAmount(euros(minorUnits))
                .setCommandId(id))
        .build();
  }

  private static CommandRequest withdraw(String account, long minorUnits) {
    return CommandRequest.newBuilder()
        .setWithdraw(WithdrawRequest.newBuilder().setAccount(account).setAmount(euros(minorUnits)))
        .build();
  }
}
