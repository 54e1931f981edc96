package chronicle.chaos;

import static chronicle.chaos.Client.euros;
import static chronicle.chaos.RunningMesh.GATEWAY;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import chronicle.event.v1.AccountFrozen.Scope;
import chronicle.ledger.v1.AccountState;
import chronicle.ledger.v1.CloseAccountRequest;
import chronicle.ledger.v1.CommandRequest;
import chronicle.ledger.v1.CreateAccountRequest;
import chronicle.ledger.v1.CreateLedgerRequest;
import chronicle.ledger.v1.CreateTransactionRequest;
import chronicle.ledger.v1.DepositRequest;
import chronicle.ledger.v1.ExecuteBatchRequest;
import chronicle.ledger.v1.FreezeAccountRequest;
import chronicle.ledger.v1.GetAccountStateRequest;
import chronicle.ledger.v1.GetLedgerRequest;
import chronicle.ledger.v1.PostTransactionRequest;
import chronicle.ledger.v1.Posting;
import chronicle.ledger.v1.ReopenAccountRequest;
import chronicle.ledger.v1.ReverseTransactionRequest;
import chronicle.ledger.v1.TransferRequest;
import chronicle.ledger.v1.UnfreezeAccountRequest;
import chronicle.ledger.v1.UpdateAccountRequest;
import chronicle.ledger.v1.VoidTransactionRequest;
import chronicle.query.v1.Account;
import chronicle.query.v1.GetAccountRequest;
import chronicle.query.v1.GetTransactionRequest;
import chronicle.query.v1.GetTrialBalanceRequest;
import chronicle.query.v1.ListEntriesRequest;
import chronicle.query.v1.ListHoldsRequest;
import chronicle.query.v1.Transaction;
import chronicle.query.v1.Transaction.Status;
import chronicle.query.v1.WatchLedgerRequest;
import com.google.protobuf.Timestamp;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A ledger in which every kind of event happened, as the log and as the read model tell it. */
final class ReadSideIT {
  private static final String LEDGER = Client.fresh("read");
  private static final List<String> ACCOUNTS = List.of("alice", "bob", "carol");
  private static long head;

  @BeforeAll
  static void letEverythingHappen() {
    var ledger = GATEWAY.ledger();
    ledger.createLedger(CreateLedgerRequest.newBuilder().setLedger(LEDGER).build());
    ACCOUNTS.forEach(ReadSideIT::open);
    deposit("salary", 10_000, Optional.empty());
    deposit("late", 500, Optional.of(Instant.now().minus(Duration.ofDays(1))));
    hold("order", Optional.empty());
    post("order", 300, 0);
    hold("void-me", Optional.empty());
    ledger.voidTransaction(
        VoidTransactionRequest.newBuilder().setLedger(LEDGER).setTransaction("void-me").build());
    hold("expire-me", Optional.of(Instant.now().plusMillis(1_500)));
    ledger.reverseTransaction(
        ReverseTransactionRequest.newBuilder()
            .setLedger(LEDGER)
            .setTransaction("late")
            .setCommandId("late-back")
            .build());
    changeAccounts();
    batch();
    head = position();
    // A ledger that the projector has not seen yet has no read model to wait for.
    await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptionsMatching(e -> Refusals.info(e).getReason().equals("PROJECTION_BEHIND"))
        .until(() -> transaction("expire-me").getStatus() == Status.EXPIRED);
    head = position();
  }

  private static long position() {
    return GATEWAY
        .ledger()
        .getLedger(GetLedgerRequest.newBuilder().setLedger(LEDGER).build())
        .getPosition();
  }

  @Test
  @DisplayName(
      "G7, G10: at every position the read model and a fold of the log say the same of every account")
  void theReadModelEqualsTheLogAtEveryPosition() {
    for (var position = 1L; position <= head; position++) {
      for (var account : ACCOUNTS) {
        assertThat(ofReadModel(account, position))
            .as("%s at %d", account, position)
            .isEqualTo(ofLog(account, position));
      }
    }
  }

  @Test
  @DisplayName("G6: the trial balance is zero at every position")
  void theBooksBalanceAtEveryPosition() {
    for (var position = 1L; position <= head; position++) {
      var balance =
          GATEWAY
              .query()
              .getTrialBalance(
                  GetTrialBalanceRequest.newBuilder()
                      .setLedger(LEDGER)
                      .setAtPosition(position)
                      .setMinPosition(head)
                      .build());
      assertThat(balance.getRowsList())
          .allSatisfy(row -> assertThat(row.getDifference().getMinorUnits()).isEqualTo("0"));
    }
  }

  @Test
  void transactionsSayWhatBecameOfThem() {
    var order = transaction("order");

    assertThat(order.getStatus()).isEqualTo(Status.POSTED);
    assertThat(order.getPostingsList())
        .extracting(
            posting -> posting.getDestinationAccount(),
            posting -> posting.getAmount().getMinorUnits(),
            posting -> posting.getPosted().getMinorUnits())
        .containsExactly(tuple("bob", 400L, 300L), tuple("external:EUR", 50L, 0L));
    assertThat(transaction("void-me").getStatus()).isEqualTo(Status.VOIDED);
    assertThat(transaction("expire-me").getEnd().getCommandId()).isEqualTo("~expire-me");
    assertThat(transaction("late").getReversedByTransactionId()).isEqualTo("late-back");
    assertThat(transaction("late-back").getReversesTransactionId()).isEqualTo("late");
  }

  @Test
  void anAccountsHoldsAndEntriesAreListed() {
    var holds =
        GATEWAY
            .query()
            .listHolds(
                ListHoldsRequest.newBuilder()
                    .setLedger(LEDGER)
                    .setAccount("alice")
                    .setMinPosition(head)
                    .build());
    var entries =
        GATEWAY
            .query()
            .listEntries(
                ListEntriesRequest.newBuilder()
                    .setLedger(LEDGER)
                    .setAccount("alice")
                    .addTypes("MoneyDeposited")
                    .setMinPosition(head)
                    .build());

    assertThat(holds.getHoldsList()).isEmpty();
    assertThat(entries.getEntriesList())
        .extracting(entry -> entry.getAmount().getMinorUnits())
        .containsExactly(500L, 10_000L);
  }

  @Test
  @DisplayName("G7: a watch through the gateway tells the whole log from the first event on")
  void aWatchTellsTheWholeLog() {
    var frames =
        GATEWAY
            .query()
            .watchLedger(
                WatchLedgerRequest.newBuilder().setLedger(LEDGER).setAfterPosition(0).build());
    var told = 0;
    var last = 0L;
    while (last < head) {
      var frame = frames.next();
      told += frame.getEntriesCount();
      last = frame.getReadPosition();
    }

    assertThat(told).isEqualTo((int) head - 1);
  }

  private static void open(String account) {
    GATEWAY
        .ledger()
        .createAccount(
            CreateAccountRequest.newBuilder()
                .setLedger(LEDGER)
                .setAccount(account)
                .setCurrencyCode("EUR")
                .build());
  }

  private static void deposit(String id, long minorUnits, Optional<Instant> effective) {
    var request =
        DepositRequest.newBuilder()
            .setLedger(LEDGER)
            .setAccount("alice")
            .setAmount(euros(minorUnits))
            .setCommandId(id);
    effective.ifPresent(time -> request.setEffectiveTime(timestamp(time)));
    GATEWAY.ledger().deposit(request.build());
  }

  private static void hold(String id, Optional<Instant> expires) {
    var request =
        CreateTransactionRequest.newBuilder()
            .setLedger(LEDGER)
            .setCommandId(id)
            .setPending(true)
            .addPostings(
                Posting.newBuilder()
                    .setSourceAccount("alice")
                    .setDestinationAccount("bob")
                    .setAmount(euros(400)))
            .addPostings(Posting.newBuilder().setSourceAccount("alice").setAmount(euros(50)));
    expires.ifPresent(time -> request.setExpireTime(timestamp(time)));
    GATEWAY.ledger().createTransaction(request.build());
  }

  private static void post(String id, long first, long second) {
    GATEWAY
        .ledger()
        .postTransaction(
            PostTransactionRequest.newBuilder()
                .setLedger(LEDGER)
                .setTransaction(id)
                .addAmounts(euros(first))
                .addAmounts(euros(second))
                .setCommandId(id + "-posted")
                .build());
  }

  private static void changeAccounts() {
    var ledger = GATEWAY.ledger();
    ledger.freezeAccount(
        FreezeAccountRequest.newBuilder()
            .setLedger(LEDGER)
            .setAccount("bob")
            .setScope(Scope.DEBITS)
            .build());
    ledger.unfreezeAccount(
        UnfreezeAccountRequest.newBuilder().setLedger(LEDGER).setAccount("bob").build());
    ledger.updateAccount(
        UpdateAccountRequest.newBuilder()
            .setLedger(LEDGER)
            .setAccount("bob")
            .setOverdraftLimit(euros(700))
            .setBalanceMax(euros(1_000_000))
            .setReference("renamed")
            .build());
    ledger.closeAccount(
        CloseAccountRequest.newBuilder().setLedger(LEDGER).setAccount("carol").build());
    ledger.reopenAccount(
        ReopenAccountRequest.newBuilder().setLedger(LEDGER).setAccount("carol").build());
  }

  private static void batch() {
    GATEWAY
        .ledger()
        .executeBatch(
            ExecuteBatchRequest.newBuilder()
                .setLedger(LEDGER)
                .setAtomic(true)
                .setCommandId("batch")
                .addCommands(transfer("bob", "carol", 90))
                .addCommands(transfer("carol", "bob", 40))
                .build());
  }

  private static CommandRequest transfer(String source, String destination, long minorUnits) {
    return CommandRequest.newBuilder()
        .setTransfer(
            TransferRequest.newBuilder()
                .setSourceAccount(source)
                .setDestinationAccount(destination)
                .setAmount(euros(minorUnits)))
        .build();
  }

  private static Transaction transaction(String id) {
    return GATEWAY
        .query()
        .getTransaction(
            GetTransactionRequest.newBuilder()
                .setLedger(LEDGER)
                .setTransaction(id)
                .setMinPosition(head)
                .build());
  }

  /** What the log says, in the words of the read model; empty before the account was opened. */
  private static Optional<Account> ofLog(String account, long position) {
    try {
      var request =
          GetAccountStateRequest.newBuilder()
              .setLedger(LEDGER)
              .setAccount(account)
              .setAtPosition(position);
      return Optional.of(account(GATEWAY.ledger().getAccountState(request.build())));
    } catch (StatusRuntimeException e) {
      assertThat(Refusals.info(e).getReason()).isEqualTo("ACCOUNT_NOT_FOUND");
      return Optional.empty();
    }
  }

  private static Account account(AccountState state) {
    var account =
        Account.newBuilder()
            .setAccount(state.getAccount())
            .setStatus(Account.Status.valueOf(state.getStatus().name()))
            .setFrozen(state.getFrozen())
            .setPosted(state.getPosted())
            .setHeld(state.getHeld())
            .setAvailable(state.getAvailable())
            .setOverdraftLimit(state.getOverdraftLimit())
            .setAccountVersion(state.getAccountVersion())
            .setPosition(state.getPosition())
            .setReadPosition(state.getReadPosition())
            .setUpdateTime(state.getUpdateTime());
    if (state.hasBalanceMax()) {
      account.setBalanceMax(state.getBalanceMax());
    }
    return account.build();
  }

  private static Optional<Account> ofReadModel(String account, long position) {
    try {
      var request =
          GetAccountRequest.newBuilder()
              .setLedger(LEDGER)
              .setAccount(account)
              .setAtPosition(position);
      var answer = GATEWAY.query().getAccount(request.build()).toBuilder();
      return Optional.of(
          answer.clearLag().clearCreateTime().clearReference().clearMetadata().build());
    } catch (StatusRuntimeException e) {
      assertThat(Refusals.info(e).getReason()).isEqualTo("ACCOUNT_NOT_FOUND");
      return Optional.empty();
    }
  }

  private static Timestamp timestamp(Instant time) {
    return Timestamp.newBuilder()
        .setSeconds(time.getEpochSecond())
        .setNanos(time.getNano())
        .build();
  }
}
