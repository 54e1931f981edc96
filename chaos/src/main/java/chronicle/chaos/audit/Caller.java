package chronicle.chaos.audit;

import chronicle.ledger.v1.CommandOutcome;
import chronicle.ledger.v1.CommandReceipt;
import chronicle.ledger.v1.CommandRequest;
import chronicle.ledger.v1.CreateLedgerRequest;
import chronicle.ledger.v1.ExecuteBatchRequest;
import chronicle.ledger.v1.GetAccountStateRequest;
import chronicle.ledger.v1.LedgerServiceGrpc;
import chronicle.ledger.v1.LedgerServiceGrpc.LedgerServiceBlockingStub;
import chronicle.query.v1.BatchGetBalancesRequest;
import chronicle.query.v1.GetAccountRequest;
import chronicle.query.v1.GetBalanceRequest;
import chronicle.query.v1.GetTransactionRequest;
import chronicle.query.v1.GetTrialBalanceRequest;
import chronicle.query.v1.ListAccountsRequest;
import chronicle.query.v1.ListEntriesRequest;
import chronicle.query.v1.ListEntriesResponse;
import chronicle.query.v1.ListTransactionsRequest;
import chronicle.query.v1.ListTransactionsResponse;
import chronicle.query.v1.QueryServiceGrpc;
import chronicle.query.v1.QueryServiceGrpc.QueryServiceBlockingStub;
import com.google.protobuf.Message;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/** One client that calls through one address at a time, and records each call. */
final class Caller {
  private static final int PAGES_MAX = 10_000;

  private final History history;
  private final int client;
  private final Duration deadline;

  Caller(History history, int client, Duration deadline) {
    this.history = history;
    this.client = client;
    this.deadline = deadline;
  }

  /** Makes the call and returns what came of it; a command alone, a batch as one call. */
  Outcome call(ManagedChannel channel, Message request) {
    long start = history.now();
    var outcome = outcome(() -> answer(channel, request));
    history.add(new Call(client, channel.authority(), start, history.now(), request, outcome));
    return outcome;
  }

  /** Sends the commands as one independent batch; each has its outcome, in order. */
  List<Outcome> independent(ManagedChannel channel, String ledger, List<CommandRequest> commands) {
    var request = ExecuteBatchRequest.newBuilder().setLedger(ledger).addAllCommands(commands);
    long start = history.now();
    List<Outcome> outcomes;
    try {
      outcomes =
          ledger(channel).executeBatch(request.build()).getOutcomesList().stream()
              .map(Caller::outcome)
              .toList();
    } catch (StatusRuntimeException e) {
      var outcome = Outcome.of(e);
      outcomes = commands.stream().map(_ -> outcome).toList();
    }
    long end = history.now();
    for (int i = 0; i < commands.size(); i++) {
      history.add(
          new Call(client, channel.authority(), start, end, commands.get(i), outcomes.get(i)));
    }
    return outcomes;
  }

  /** Sends the commands through a stream, without waiting in between; each has its outcome. */
  List<Outcome> stream(ManagedChannel channel, List<CommandRequest> commands) {
    return new CommandStream(history, client, deadline).send(channel, commands);
  }

  static Outcome outcome(CommandOutcome outcome) {
    return outcome.hasReceipt()
        ? new Outcome.Answered(outcome.getReceipt())
        : Outcome.of(outcome.getError());
  }

  private static Outcome outcome(Supplier<Message> answer) {
    try {
      return new Outcome.Answered(answer.get());
    } catch (StatusRuntimeException e) {
      return Outcome.of(e);
    }
  }

  private Message answer(ManagedChannel channel, Message request) {
    return switch (request) {
      case CommandRequest command -> execute(ledger(channel), command);
      case ExecuteBatchRequest batch -> ledger(channel).executeBatch(batch);
      case CreateLedgerRequest create -> ledger(channel).createLedger(create);
      case GetAccountStateRequest read -> ledger(channel).getAccountState(read);
      case GetAccountRequest read -> query(channel).getAccount(read);
      case GetBalanceRequest read -> query(channel).getBalance(read);
      case BatchGetBalancesRequest read -> query(channel).batchGetBalances(read);
      case GetTransactionRequest read -> query(channel).getTransaction(read);
      case GetTrialBalanceRequest read -> query(channel).getTrialBalance(read);
      case ListAccountsRequest read -> query(channel).listAccounts(read);
      case ListEntriesRequest read -> allPages(channel, read);
      case ListTransactionsRequest read -> allPages(channel, read);
      default -> throw new IllegalArgumentException("no call of " + request.getClass());
    };
  }

  private static CommandReceipt execute(LedgerServiceBlockingStub ledger, CommandRequest command) {
    return switch (command.getCommandCase()) {
      case CREATE_ACCOUNT -> ledger.createAccount(command.getCreateAccount());
      case DEPOSIT -> ledger.deposit(command.getDeposit());
      case WITHDRAW -> ledger.withdraw(command.getWithdraw());
      case TRANSFER -> ledger.transfer(command.getTransfer());
      case REGISTER_ASSET -> ledger.registerAsset(command.getRegisterAsset());
      case UPDATE_ACCOUNT -> ledger.updateAccount(command.getUpdateAccount());
      case FREEZE_ACCOUNT -> ledger.freezeAccount(command.getFreezeAccount());
      case UNFREEZE_ACCOUNT -> ledger.unfreezeAccount(command.getUnfreezeAccount());
      case CLOSE_ACCOUNT -> ledger.closeAccount(command.getCloseAccount());
      case REOPEN_ACCOUNT -> ledger.reopenAccount(command.getReopenAccount());
      case CREATE_TRANSACTION -> ledger.createTransaction(command.getCreateTransaction());
      case POST_TRANSACTION -> ledger.postTransaction(command.getPostTransaction());
      case VOID_TRANSACTION -> ledger.voidTransaction(command.getVoidTransaction());
      case REVERSE_TRANSACTION -> ledger.reverseTransaction(command.getReverseTransaction());
      case COMMAND_NOT_SET -> throw new IllegalArgumentException("no command");
    };
  }

  /** All pages as one answer, as of the first page's position. */
  private Message allPages(ManagedChannel channel, ListEntriesRequest request) {
    var first = query(channel).listEntries(request);
    var all = first.toBuilder().clearNextPageToken();
    var token = first.getNextPageToken();
    for (int page = 1; !token.isEmpty() && page < PAGES_MAX; page++) {
      ListEntriesResponse next =
          query(channel).listEntries(request.toBuilder().setPageToken(token).build());
      all.addAllEntries(next.getEntriesList());
      token = next.getNextPageToken();
    }
    return all.build();
  }

  private Message allPages(ManagedChannel channel, ListTransactionsRequest request) {
    var first = query(channel).listTransactions(request);
    var all = first.toBuilder().clearNextPageToken();
    var token = first.getNextPageToken();
    for (int page = 1; !token.isEmpty() && page < PAGES_MAX; page++) {
      ListTransactionsResponse next =
          query(channel).listTransactions(request.toBuilder().setPageToken(token).build());
      all.addAllTransactions(next.getTransactionsList());
      token = next.getNextPageToken();
    }
    return all.build();
  }

  private LedgerServiceBlockingStub ledger(ManagedChannel channel) {
    return LedgerServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
  }

  private QueryServiceBlockingStub query(ManagedChannel channel) {
    return QueryServiceGrpc.newBlockingStub(channel)
        .withDeadlineAfter(deadline.toMillis(), TimeUnit.MILLISECONDS);
  }
}
