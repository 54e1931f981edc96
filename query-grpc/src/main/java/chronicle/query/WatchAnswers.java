package chronicle.query;

import static chronicle.error.v1.ErrorReason.POSITION_UNKNOWN;

import chronicle.query.v1.WatchAccountRequest;
import chronicle.query.v1.WatchAccountResponse;
import chronicle.query.v1.WatchLedgerRequest;
import chronicle.query.v1.WatchLedgerResponse;
import chronicle.runtime.Failure;
import io.grpc.stub.ServerCallStreamObserver;

/** Starts watches, from where they are to begin. */
final class WatchAnswers {
  private final Watches watches;
  private final WatchQueries queries;
  private final AccountQueries accounts;
  private final StateQueries states;
  private final Moments moments;
  private final Freshness freshness;
  private final LedgerClient ledgers;
  private final Lags lags;

  WatchAnswers(
      Watches watches, ReadModel model, Freshness freshness, LedgerClient ledgers, Lags lags) {
    this.watches = watches;
    this.queries = new WatchQueries(model);
    this.accounts = new AccountQueries(model);
    this.states = new StateQueries(model);
    this.moments = new Moments(model);
    this.freshness = freshness;
    this.ledgers = ledgers;
    this.lags = lags;
  }

  void account(
      String ledger,
      WatchAccountRequest request,
      ServerCallStreamObserver<WatchAccountResponse> observer) {
    var id = request.getAccount();
    var after = begin(ledger, request.hasAfterPosition(), request.getAfterPosition());
    var found = freshness.read(ledger, Wait.none(), () -> accounts.one(ledger, id));
    if (found.page().items().isEmpty()) {
      throw QueryService.accountNotFound(ledger, id);
    }
    var watch =
        new AccountWatch(
            ledger, id, queries, states, freshness, lags, after, !request.hasAfterPosition());
    watches.start(ledger, observer, watch);
  }

  void ledger(
      String ledger,
      WatchLedgerRequest request,
      ServerCallStreamObserver<WatchLedgerResponse> observer) {
    var after = begin(ledger, request.hasAfterPosition(), request.getAfterPosition());
    watches.start(ledger, observer, new LedgerWatch(ledger, queries, freshness, lags, after));
  }

  private long begin(String ledger, boolean given, long asked) {
    var stands = freshness.read(ledger, Wait.none(), () -> moments.now(ledger)).position();
    if (!given) {
      return stands;
    }
    if (asked > stands && asked > ledgers.head(ledger)) {
      throw Failure.of(POSITION_UNKNOWN, "The log does not reach position " + asked)
          .with("ledger", ledger)
          .with("position", Long.toString(stands));
    }
    return asked;
  }
}
