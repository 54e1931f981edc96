package chronicle.query;

import static chronicle.error.v1.ErrorReason.TRANSACTION_NOT_FOUND;

import chronicle.query.v1.GetTransactionRequest;
import chronicle.query.v1.ListTransactionsRequest;
import chronicle.query.v1.ListTransactionsResponse;
import chronicle.query.v1.Transaction;
import chronicle.runtime.Failure;

/** Answers questions about transactions, all pages of a list as of the first one. */
final class TransactionAnswers {
  private final TransactionQueries queries;
  private final TimeTravel travel;
  private final Freshness freshness;
  private final Lags lags;
  private final PageTokens tokens;

  TransactionAnswers(
      TransactionQueries queries,
      TimeTravel travel,
      Freshness freshness,
      Lags lags,
      PageTokens tokens) {
    this.queries = queries;
    this.travel = travel;
    this.freshness = freshness;
    this.lags = lags;
    this.tokens = tokens;
  }

  Transaction get(String ledger, GetTransactionRequest request) {
    var id = request.getTransaction();
    var asOf =
        AsOf.of(request.hasAt(), request.getAt(), request.hasAtPosition(), request.getAtPosition());
    var wait = Wait.of(request.getMinPosition(), request.hasMaxWait(), request.getMaxWait());
    var position = travel.resolve(ledger, asOf, wait).position();
    var found =
        freshness.read(ledger, wait.atLeast(position), () -> queries.one(ledger, id, position));
    if (found.page().items().isEmpty()) {
      throw Failure.of(TRANSACTION_NOT_FOUND, "There is no transaction " + id)
          .with("ledger", ledger)
          .with("transaction", id);
    }
    var transaction = found.page().items().getFirst().toBuilder();
    lags.behind(ledger, found.checkpoint()).ifPresent(transaction::setLag);
    return transaction.build();
  }

  ListTransactionsResponse list(String ledger, ListTransactionsRequest request) {
    var size = QueryService.pageSize(request.getPageSize());
    var list = PageTokens.list(ledger, request);
    var cursor = tokens.cursor(list, request.getPageToken()).map(PositionCursor::parse);
    if (cursor.isPresent() && cursor.get().readPosition() < request.getMinPosition()) {
      throw PageTokens.invalid();
    }
    var filter = Filter.of(request);
    var asked = Wait.of(request.getMinPosition(), request.hasMaxWait(), request.getMaxWait());
    var from = cursor.orElseGet(() -> first(ledger, request, asked));
    var wait = asked.atLeast(from.readPosition());
    var found = freshness.read(ledger, wait, () -> queries.page(ledger, filter, from, size));
    var response =
        ListTransactionsResponse.newBuilder()
            .setReadPosition(from.readPosition())
            .addAllTransactions(found.page().items());
    found
        .page()
        .next()
        .ifPresent(next -> response.setNextPageToken(tokens.token(list, next.toString())));
    lags.behind(ledger, found.checkpoint()).ifPresent(response::setLag);
    return response.build();
  }

  private PositionCursor first(String ledger, ListTransactionsRequest request, Wait wait) {
    var asOf =
        AsOf.of(request.hasAt(), request.getAt(), request.hasAtPosition(), request.getAtPosition());
    return PositionCursor.first(travel.resolve(ledger, asOf, wait));
  }
}
