package chronicle.query;

import chronicle.query.v1.Account;
import chronicle.query.v1.AccountSummary;
import chronicle.query.v1.GetAccountRequest;
import chronicle.query.v1.GetAccountSummaryRequest;
import chronicle.query.v1.ListAccountsRequest;
import chronicle.query.v1.ListAccountsResponse;
import java.util.List;

/** Answers questions about accounts from the read model. */
final class AccountAnswers {
  private final AccountQueries queries;
  private final FixedStates states;
  private final TimeTravel travel;
  private final Freshness freshness;
  private final Lags lags;
  private final PageTokens tokens;

  AccountAnswers(
      AccountQueries queries,
      FixedStates states,
      TimeTravel travel,
      Freshness freshness,
      Lags lags,
      PageTokens tokens) {
    this.queries = queries;
    this.states = states;
    this.travel = travel;
    this.freshness = freshness;
    this.lags = lags;
    this.tokens = tokens;
  }

  Account get(String ledger, GetAccountRequest request) {
    var asOf =
        AsOf.of(request.hasAt(), request.getAt(), request.hasAtPosition(), request.getAtPosition());
    var wait = Wait.of(request.getMinPosition(), request.hasMaxWait(), request.getMaxWait());
    return asOf instanceof AsOf.Now() && !request.hasEffectiveAt()
        ? now(ledger, request.getAccount(), wait)
        : then(ledger, request, asOf, wait);
  }

  private Account now(String ledger, String id, Wait wait) {
    var found = freshness.read(ledger, wait, () -> queries.one(ledger, id));
    if (found.page().items().isEmpty()) {
      throw QueryService.accountNotFound(ledger, id);
    }
    var account = found.page().items().getFirst().toBuilder();
    lags.behind(ledger, found.checkpoint()).ifPresent(account::setLag);
    return account.build();
  }

  private Account then(String ledger, GetAccountRequest request, AsOf asOf, Wait wait) {
    var id = request.getAccount();
    var effective = Times.parse("effective_at", request.hasEffectiveAt(), request.getEffectiveAt());
    var moment = travel.resolve(ledger, asOf, wait);
    var found =
        effective.isPresent()
            ? states.at(ledger, asOf, moment, effective.get(), List.of(id), wait)
            : states.asKnown(ledger, moment, List.of(id), wait);
    var state = found.accounts().getFirst();
    var account =
        state.orElseThrow(() -> QueryService.accountNotFound(ledger, id)).account().toBuilder();
    lags.behind(ledger, found.checkpoint()).ifPresent(account::setLag);
    return account.build();
  }

  ListAccountsResponse list(String ledger, ListAccountsRequest request) {
    var size = QueryService.pageSize(request.getPageSize());
    var list = PageTokens.list(ledger, request);
    var after = tokens.cursor(list, request.getPageToken()).orElse("");
    var filter = AccountFilter.of(request);
    var wait = Wait.of(request.getMinPosition(), request.hasMaxWait(), request.getMaxWait());
    var found = freshness.read(ledger, wait, () -> queries.page(ledger, filter, after, size));
    var response =
        ListAccountsResponse.newBuilder()
            .setReadPosition(found.checkpoint())
            .addAllAccounts(found.page().items());
    found.page().next().ifPresent(next -> response.setNextPageToken(tokens.token(list, next)));
    lags.behind(ledger, found.checkpoint()).ifPresent(response::setLag);
    return response.build();
  }

  AccountSummary summary(String ledger, GetAccountSummaryRequest request) {
    var id = request.getAccount();
    var wait = Wait.of(request.getMinPosition(), request.hasMaxWait(), request.getMaxWait());
    var found = freshness.read(ledger, wait, () -> queries.summary(ledger, id));
    var summary =
        found.summary().orElseThrow(() -> QueryService.accountNotFound(ledger, id)).toBuilder();
    lags.behind(ledger, found.checkpoint()).ifPresent(summary::setLag);
    return summary.build();
  }
}
