package chronicle.query;

import chronicle.query.v1.Balance;
import chronicle.query.v1.BatchGetBalancesRequest;
import chronicle.query.v1.BatchGetBalancesResponse;
import chronicle.query.v1.GetBalanceRequest;
import chronicle.query.v1.Source;
import chronicle.runtime.Failure;
import java.time.Instant;
import java.util.List;

/** Answers balances as effective at a business time, as known at a moment. */
final class EffectiveBalances {
  private final FixedStates states;
  private final TimeTravel travel;
  private final Lags lags;

  EffectiveBalances(FixedStates states, TimeTravel travel, Lags lags) {
    this.states = states;
    this.travel = travel;
    this.lags = lags;
  }

  Balance get(String ledger, GetBalanceRequest request) {
    if (request.getSource() == Source.EVENT_STORE) {
      throw Failure.invalid("effective_at", "is for the read model alone");
    }
    var id = request.getAccount();
    var asOf =
        AsOf.of(request.hasAt(), request.getAt(), request.hasAtPosition(), request.getAtPosition());
    var effective = Times.parse("effective_at", request.getEffectiveAt());
    var wait = Wait.of(request.getMinPosition(), request.hasMaxWait(), request.getMaxWait());
    var moment = travel.resolve(ledger, asOf, wait);
    var found = states.at(ledger, asOf, moment, effective, List.of(id), wait);
    var state =
        found.accounts().getFirst().orElseThrow(() -> QueryService.accountNotFound(ledger, id));
    var balance = balance(state, asOf, effective);
    lags.behind(ledger, found.checkpoint()).ifPresent(balance::setLag);
    return balance.build();
  }

  BatchGetBalancesResponse batchGet(String ledger, BatchGetBalancesRequest request) {
    var ids = request.getAccountsList();
    var asOf =
        AsOf.of(request.hasAt(), request.getAt(), request.hasAtPosition(), request.getAtPosition());
    var effective = Times.parse("effective_at", request.getEffectiveAt());
    var wait = Wait.of(request.getMinPosition(), request.hasMaxWait(), request.getMaxWait());
    var moment = travel.resolve(ledger, asOf, wait);
    var found = states.at(ledger, asOf, moment, effective, ids, wait);
    var response = BatchGetBalancesResponse.newBuilder().setReadPosition(moment.position());
    for (var i = 0; i < ids.size(); i++) {
      var id = ids.get(i);
      found
          .accounts()
          .get(i)
          .ifPresentOrElse(
              state -> response.addBalances(balance(state, asOf, effective)),
              () -> response.addAccountsNotFound(id));
    }
    lags.behind(ledger, found.checkpoint()).ifPresent(response::setLag);
    return response.build();
  }

  private static Balance.Builder balance(AccountState state, AsOf asOf, Instant effective) {
    var account = state.account();
    var time = asOf instanceof AsOf.Time(var asked) ? asked : state.recordTime();
    return Balance.newBuilder()
        .setAccount(account.getAccount())
        .setPosted(account.getPosted())
        .setHeld(account.getHeld())
        .setAvailable(account.getAvailable())
        .setAccountVersion(account.getAccountVersion())
        .setPosition(account.getPosition())
        .setReadPosition(account.getReadPosition())
        .setAsOf(Times.timestamp(time))
        .setEffectiveAt(Times.timestamp(effective));
  }
}
