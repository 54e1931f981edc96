package chronicle.query;

import static chronicle.error.v1.ErrorReason.ACCOUNT_NOT_FOUND;
import static chronicle.error.v1.ErrorReason.EVENT_NOT_FOUND;

import chronicle.query.v1.Account;
import chronicle.query.v1.AccountSummary;
import chronicle.query.v1.Balance;
import chronicle.query.v1.BatchGetBalancesRequest;
import chronicle.query.v1.BatchGetBalancesResponse;
import chronicle.query.v1.EventStatus;
import chronicle.query.v1.GetAccountRequest;
import chronicle.query.v1.GetAccountSummaryRequest;
import chronicle.query.v1.GetBalanceRequest;
import chronicle.query.v1.GetEventStatusRequest;
import chronicle.query.v1.ListAccountsRequest;
import chronicle.query.v1.ListAccountsResponse;
import chronicle.query.v1.ListEntriesRequest;
import chronicle.query.v1.ListEntriesResponse;
import chronicle.query.v1.QueryServiceGrpc;
import chronicle.runtime.Failure;
import io.grpc.stub.StreamObserver;
import java.util.List;

/** The gRPC edge: parse, ask, reply. Its calls block, so each has a thread of its own. */
final class QueryService extends QueryServiceGrpc.QueryServiceImplBase {
  private static final String LEDGER_DEFAULT = "main";
  private static final int PAGE_SIZE_DEFAULT = 100;

  private final ReadModel model;
  private final BalanceAnswers balances;
  private final AccountQueries accounts;
  private final EntryQueries entries;
  private final Freshness freshness;
  private final LedgerClient ledgers;
  private final PageTokens tokens;

  QueryService(
      ReadModel model,
      BalanceAnswers balances,
      AccountQueries accounts,
      EntryQueries entries,
      Freshness freshness,
      LedgerClient ledgers,
      PageTokens tokens) {
    this.model = model;
    this.balances = balances;
    this.accounts = accounts;
    this.entries = entries;
    this.freshness = freshness;
    this.ledgers = ledgers;
    this.tokens = tokens;
  }

  @Override
  public void getBalance(GetBalanceRequest request, StreamObserver<Balance> observer) {
    reply(balances.get(ledger(request.getLedger()), request), observer);
  }

  @Override
  public void batchGetBalances(
      BatchGetBalancesRequest request, StreamObserver<BatchGetBalancesResponse> observer) {
    reply(balances.batchGet(ledger(request.getLedger()), request), observer);
  }

  @Override
  public void getAccount(GetAccountRequest request, StreamObserver<Account> observer) {
    var ledger = ledger(request.getLedger());
    var id = request.getAccount();
    var wait = Wait.of(request.getMinPosition(), request.hasMaxWait(), request.getMaxWait());
    var page = freshness.read(ledger, wait, () -> accounts.one(ledger, id));
    if (page.accounts().isEmpty()) {
      throw accountNotFound(ledger, id);
    }
    reply(page.accounts().getFirst(), observer);
  }

  @Override
  public void listAccounts(
      ListAccountsRequest request, StreamObserver<ListAccountsResponse> observer) {
    var ledger = ledger(request.getLedger());
    var size = pageSize(request.getPageSize());
    var list = "ListAccounts " + ledger;
    var after = tokens.cursor(list, request.getPageToken()).orElse("");
    var wait = Wait.of(request.getMinPosition(), request.hasMaxWait(), request.getMaxWait());
    var page = freshness.read(ledger, wait, () -> accounts.page(ledger, after, size + 1));
    var response = ListAccountsResponse.newBuilder().setReadPosition(page.checkpoint());
    response.addAllAccounts(first(page.accounts(), size));
    if (page.accounts().size() > size) {
      response.setNextPageToken(tokens.token(list, page.accounts().get(size - 1).getAccount()));
    }
    reply(response.build(), observer);
  }

  @Override
  public void getAccountSummary(
      GetAccountSummaryRequest request, StreamObserver<AccountSummary> observer) {
    var ledger = ledger(request.getLedger());
    var id = request.getAccount();
    var wait = Wait.of(request.getMinPosition(), request.hasMaxWait(), request.getMaxWait());
    var found = freshness.read(ledger, wait, () -> accounts.summary(ledger, id));
    reply(found.summary().orElseThrow(() -> accountNotFound(ledger, id)), observer);
  }

  @Override
  public void listEntries(
      ListEntriesRequest request, StreamObserver<ListEntriesResponse> observer) {
    var ledger = ledger(request.getLedger());
    var id = request.getAccount();
    var size = pageSize(request.getPageSize());
    var list = "ListEntries " + ledger + " " + id;
    var cursor = tokens.cursor(list, request.getPageToken()).map(EntryCursor::parse);
    if (cursor.isPresent() && cursor.get().readPosition() < request.getMinPosition()) {
      throw PageTokens.invalid();
    }
    var from = cursor.orElse(EntryCursor.FIRST);
    // A read model that is being filled anew does not answer a later page before it has all of it.
    var wait =
        Wait.of(request.getMinPosition(), request.hasMaxWait(), request.getMaxWait())
            .atLeast(from.readPosition());
    var page = freshness.read(ledger, wait, () -> entries.page(ledger, id, from, size + 1));
    if (!page.accountFound()) {
      throw accountNotFound(ledger, id);
    }
    var readPosition = cursor.map(EntryCursor::readPosition).orElse(page.checkpoint());
    var response = ListEntriesResponse.newBuilder().setReadPosition(readPosition);
    response.addAllEntries(first(page.entries(), size));
    if (page.entries().size() > size) {
      var next = EntryCursor.after(readPosition, page.entries().get(size - 1));
      response.setNextPageToken(tokens.token(list, next.toString()));
    }
    reply(response.build(), observer);
  }

  @Override
  public void getEventStatus(GetEventStatusRequest request, StreamObserver<EventStatus> observer) {
    var event = EventId.parse(request.getEventId());
    if (!request.getLedger().isEmpty() && !request.getLedger().equals(event.ledger())) {
      throw Failure.invalid("event_id", "is not an event of ledger " + request.getLedger());
    }
    var checkpoint = model.checkpoint(event.ledger());
    var materialized = checkpoint.isPresent() && event.position() <= checkpoint.get();
    if (!materialized && event.position() > ledgers.head(event.ledger())) {
      throw Failure.of(EVENT_NOT_FOUND, "There is no event " + request.getEventId() + " yet")
          .with("event_id", request.getEventId());
    }
    reply(
        EventStatus.newBuilder()
            .setEventId(request.getEventId())
            .setMaterialized(materialized)
            .setPosition(event.position())
            .setReadPosition(checkpoint.orElse(0L))
            .build(),
        observer);
  }

  static Failure accountNotFound(String ledger, String account) {
    return Failure.of(ACCOUNT_NOT_FOUND, "There is no account " + account)
        .with("ledger", ledger)
        .with("account", account);
  }

  private static String ledger(String asked) {
    return asked.isEmpty() ? LEDGER_DEFAULT : asked;
  }

  private static int pageSize(int asked) {
    return asked == 0 ? PAGE_SIZE_DEFAULT : asked;
  }

  private static <T> List<T> first(List<T> all, int max) {
    return all.subList(0, Math.min(all.size(), max));
  }

  private static <T> void reply(T answer, StreamObserver<T> observer) {
    observer.onNext(answer);
    observer.onCompleted();
  }

  /** An event's id, {@code <ledger>-<position>}. */
  private record EventId(String ledger, long position) {
    static EventId parse(String id) {
      var dash = id.lastIndexOf('-');
      return new EventId(id.substring(0, dash), position(id.substring(dash + 1)));
    }

    /** A number beyond 64 bits is, like the greatest one, beyond every log. */
    private static long position(String digits) {
      try {
        return Long.parseLong(digits);
      } catch (NumberFormatException _) {
        return Long.MAX_VALUE;
      }
    }
  }
}
