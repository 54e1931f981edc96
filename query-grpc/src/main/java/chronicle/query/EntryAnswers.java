package chronicle.query;

import chronicle.query.v1.ListEntriesRequest;
import chronicle.query.v1.ListEntriesResponse;

/** Answers lists of entries, all pages of which show the log as of the first one. */
final class EntryAnswers {
  private final EntryQueries queries;
  private final TimeTravel travel;
  private final Freshness freshness;
  private final Lags lags;
  private final PageTokens tokens;

  EntryAnswers(
      EntryQueries queries, TimeTravel travel, Freshness freshness, Lags lags, PageTokens tokens) {
    this.queries = queries;
    this.travel = travel;
    this.freshness = freshness;
    this.lags = lags;
    this.tokens = tokens;
  }

  ListEntriesResponse list(String ledger, ListEntriesRequest request) {
    var id = request.getAccount();
    var size = QueryService.pageSize(request.getPageSize());
    var list = PageTokens.list(ledger, request);
    var cursor = tokens.cursor(list, request.getPageToken()).map(EntryCursor::parse);
    if (cursor.isPresent() && cursor.get().readPosition() < request.getMinPosition()) {
      throw PageTokens.invalid();
    }
    var filter = Filter.of(request);
    var asked = Wait.of(request.getMinPosition(), request.hasMaxWait(), request.getMaxWait());
    var from = cursor.orElseGet(() -> first(ledger, request, filter, asked));
    // A read model that is being filled anew does not answer a later page before it has all of it.
    var wait = asked.atLeast(from.readPosition());
    var found = freshness.read(ledger, wait, () -> queries.page(ledger, id, filter, from, size));
    if (!found.accountFound()) {
      throw QueryService.accountNotFound(ledger, id);
    }
    var response =
        ListEntriesResponse.newBuilder()
            .setReadPosition(from.readPosition())
            .addAllEntries(found.page().items());
    found
        .page()
        .next()
        .ifPresent(next -> response.setNextPageToken(tokens.token(list, next.toString())));
    lags.behind(ledger, found.checkpoint()).ifPresent(response::setLag);
    return response.build();
  }

  private EntryCursor first(String ledger, ListEntriesRequest request, Filter filter, Wait wait) {
    var asOf =
        AsOf.of(request.hasAt(), request.getAt(), request.hasAtPosition(), request.getAtPosition());
    var first = EntryCursor.first(travel.resolve(ledger, asOf, wait));
    return filter.until().map(first::before).orElse(first);
  }
}
