package chronicle.query;

import chronicle.query.v1.ListHoldsRequest;
import chronicle.query.v1.ListHoldsResponse;

/** Answers what is held, all pages of a list as of the first one. */
final class HoldAnswers {
  private final HoldQueries queries;
  private final TimeTravel travel;
  private final Freshness freshness;
  private final Lags lags;
  private final PageTokens tokens;

  HoldAnswers(
      HoldQueries queries, TimeTravel travel, Freshness freshness, Lags lags, PageTokens tokens) {
    this.queries = queries;
    this.travel = travel;
    this.freshness = freshness;
    this.lags = lags;
    this.tokens = tokens;
  }

  ListHoldsResponse list(String ledger, ListHoldsRequest request) {
    var id = request.getAccount();
    var size = QueryService.pageSize(request.getPageSize());
    var list = PageTokens.list(ledger, request);
    var cursor = tokens.cursor(list, request.getPageToken()).map(PositionCursor::parse);
    if (cursor.isPresent() && cursor.get().readPosition() < request.getMinPosition()) {
      throw PageTokens.invalid();
    }
    var effective = Times.parse("effective_at", request.hasEffectiveAt(), request.getEffectiveAt());
    var asked = Wait.of(request.getMinPosition(), request.hasMaxWait(), request.getMaxWait());
    var from = cursor.orElseGet(() -> first(ledger, request, asked));
    var wait = asked.atLeast(from.readPosition());
    var found = freshness.read(ledger, wait, () -> queries.page(ledger, id, effective, from, size));
    if (!found.accountFound()) {
      throw QueryService.accountNotFound(ledger, id);
    }
    var response =
        ListHoldsResponse.newBuilder()
            .setReadPosition(from.readPosition())
            .addAllHolds(found.page().items());
    found
        .page()
        .next()
        .ifPresent(next -> response.setNextPageToken(tokens.token(list, next.toString())));
    lags.behind(ledger, found.checkpoint()).ifPresent(response::setLag);
    return response.build();
  }

  private PositionCursor first(String ledger, ListHoldsRequest request, Wait wait) {
    var asOf =
        AsOf.of(request.hasAt(), request.getAt(), request.hasAtPosition(), request.getAtPosition());
    return PositionCursor.first(travel.resolve(ledger, asOf, wait));
  }
}
