package chronicle.query;

import static chronicle.error.v1.ErrorReason.ACCOUNT_NOT_FOUND;

import chronicle.query.v1.Account;
import chronicle.query.v1.AccountSummary;
import chronicle.query.v1.Balance;
import chronicle.query.v1.BatchGetBalancesRequest;
import chronicle.query.v1.BatchGetBalancesResponse;
import chronicle.query.v1.DownloadStatementRequest;
import chronicle.query.v1.EventStatus;
import chronicle.query.v1.GenerateStatementRequest;
import chronicle.query.v1.GenerateStatementResponse;
import chronicle.query.v1.GetAccountRequest;
import chronicle.query.v1.GetAccountSummaryRequest;
import chronicle.query.v1.GetBalanceRequest;
import chronicle.query.v1.GetEventStatusRequest;
import chronicle.query.v1.GetTransactionRequest;
import chronicle.query.v1.GetTrialBalanceRequest;
import chronicle.query.v1.ListAccountsRequest;
import chronicle.query.v1.ListAccountsResponse;
import chronicle.query.v1.ListEntriesRequest;
import chronicle.query.v1.ListEntriesResponse;
import chronicle.query.v1.ListHoldsRequest;
import chronicle.query.v1.ListHoldsResponse;
import chronicle.query.v1.ListTransactionsRequest;
import chronicle.query.v1.ListTransactionsResponse;
import chronicle.query.v1.QueryServiceGrpc;
import chronicle.query.v1.Transaction;
import chronicle.query.v1.TrialBalance;
import chronicle.query.v1.WatchAccountRequest;
import chronicle.query.v1.WatchAccountResponse;
import chronicle.query.v1.WatchLedgerRequest;
import chronicle.query.v1.WatchLedgerResponse;
import chronicle.runtime.Failure;
import com.google.api.HttpBody;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;

/**
 * The gRPC edge: parse, ask, reply. Calls may block, each on a thread of its own, but for {@link
 * #getBalance}, which runs on the event loop.
 */
final class QueryService extends QueryServiceGrpc.QueryServiceImplBase {
  private static final String LEDGER_DEFAULT = "main";
  private static final int PAGE_SIZE_DEFAULT = 100;

  private final BalanceCalls balanceCalls;
  private final BalanceAnswers balances;
  private final AccountAnswers accounts;
  private final EntryAnswers entries;
  private final HoldAnswers holds;
  private final TransactionAnswers transactions;
  private final TrialBalanceAnswers trialBalances;
  private final StatementAnswers statements;
  private final WatchAnswers watches;
  private final EventStatuses events;

  QueryService(
      BalanceCalls balanceCalls,
      BalanceAnswers balances,
      AccountAnswers accounts,
      EntryAnswers entries,
      HoldAnswers holds,
      TransactionAnswers transactions,
      TrialBalanceAnswers trialBalances,
      StatementAnswers statements,
      WatchAnswers watches,
      EventStatuses events) {
    this.balanceCalls = balanceCalls;
    this.balances = balances;
    this.accounts = accounts;
    this.entries = entries;
    this.holds = holds;
    this.transactions = transactions;
    this.trialBalances = trialBalances;
    this.statements = statements;
    this.watches = watches;
    this.events = events;
  }

  @Override
  public void getBalance(GetBalanceRequest request, StreamObserver<Balance> observer) {
    BalanceRules.check(request);
    balanceCalls.get(ledger(request.getLedger()), request, observer);
  }

  @Override
  public void batchGetBalances(
      BatchGetBalancesRequest request, StreamObserver<BatchGetBalancesResponse> observer) {
    reply(balances.batchGet(ledger(request.getLedger()), request), observer);
  }

  @Override
  public void getAccount(GetAccountRequest request, StreamObserver<Account> observer) {
    reply(accounts.get(ledger(request.getLedger()), request), observer);
  }

  @Override
  public void listAccounts(
      ListAccountsRequest request, StreamObserver<ListAccountsResponse> observer) {
    reply(accounts.list(ledger(request.getLedger()), request), observer);
  }

  @Override
  public void getAccountSummary(
      GetAccountSummaryRequest request, StreamObserver<AccountSummary> observer) {
    reply(accounts.summary(ledger(request.getLedger()), request), observer);
  }

  @Override
  public void listEntries(
      ListEntriesRequest request, StreamObserver<ListEntriesResponse> observer) {
    reply(entries.list(ledger(request.getLedger()), request), observer);
  }

  @Override
  public void listHolds(ListHoldsRequest request, StreamObserver<ListHoldsResponse> observer) {
    reply(holds.list(ledger(request.getLedger()), request), observer);
  }

  @Override
  public void getTransaction(GetTransactionRequest request, StreamObserver<Transaction> observer) {
    reply(transactions.get(ledger(request.getLedger()), request), observer);
  }

  @Override
  public void listTransactions(
      ListTransactionsRequest request, StreamObserver<ListTransactionsResponse> observer) {
    reply(transactions.list(ledger(request.getLedger()), request), observer);
  }

  @Override
  public void getTrialBalance(
      GetTrialBalanceRequest request, StreamObserver<TrialBalance> observer) {
    reply(trialBalances.get(ledger(request.getLedger()), request), observer);
  }

  @Override
  public void generateStatement(
      GenerateStatementRequest request, StreamObserver<GenerateStatementResponse> observer) {
    var streamed = (ServerCallStreamObserver<GenerateStatementResponse>) observer;
    statements.generate(ledger(request.getLedger()), request, streamed);
  }

  @Override
  public void downloadStatement(
      DownloadStatementRequest request, StreamObserver<HttpBody> observer) {
    var streamed = (ServerCallStreamObserver<HttpBody>) observer;
    statements.download(ledger(request.getLedger()), request, streamed);
  }

  @Override
  public void watchAccount(
      WatchAccountRequest request, StreamObserver<WatchAccountResponse> observer) {
    var streamed = (ServerCallStreamObserver<WatchAccountResponse>) observer;
    watches.account(ledger(request.getLedger()), request, streamed);
  }

  @Override
  public void watchLedger(
      WatchLedgerRequest request, StreamObserver<WatchLedgerResponse> observer) {
    var streamed = (ServerCallStreamObserver<WatchLedgerResponse>) observer;
    watches.ledger(ledger(request.getLedger()), request, streamed);
  }

  @Override
  public void getEventStatus(GetEventStatusRequest request, StreamObserver<EventStatus> observer) {
    reply(events.get(request), observer);
  }

  static Failure accountNotFound(String ledger, String account) {
    return Failure.of(ACCOUNT_NOT_FOUND, "There is no account " + account)
        .with("ledger", ledger)
        .with("account", account);
  }

  private static String ledger(String asked) {
    return asked.isEmpty() ? LEDGER_DEFAULT : asked;
  }

  static int pageSize(int asked) {
    return asked == 0 ? PAGE_SIZE_DEFAULT : asked;
  }

  private static <T> void reply(T answer, StreamObserver<T> observer) {
    observer.onNext(answer);
    observer.onCompleted();
  }
}
