package chronicle.query;

import chronicle.query.v1.GetTrialBalanceRequest;
import chronicle.query.v1.TrialBalance;

/** Answers the sums of all balances. */
final class TrialBalanceAnswers {
  private final TrialBalances balances;
  private final TimeTravel travel;
  private final Freshness freshness;
  private final Lags lags;

  TrialBalanceAnswers(TrialBalances balances, TimeTravel travel, Freshness freshness, Lags lags) {
    this.balances = balances;
    this.travel = travel;
    this.freshness = freshness;
    this.lags = lags;
  }

  TrialBalance get(String ledger, GetTrialBalanceRequest request) {
    var wait = Wait.of(request.getMinPosition(), request.hasMaxWait(), request.getMaxWait());
    var asOf =
        AsOf.of(request.hasAt(), request.getAt(), request.hasAtPosition(), request.getAtPosition());
    return switch (asOf) {
      case AsOf.Now() -> {
        var sums = freshness.read(ledger, wait, () -> balances.now(ledger));
        yield answer(ledger, sums, sums.checkpoint());
      }
      case AsOf.Position _, AsOf.Time _ -> {
        var moment = travel.resolve(ledger, asOf, wait);
        var sums =
            freshness.read(
                ledger, wait.atLeast(moment.position()), () -> balances.at(ledger, moment));
        yield answer(ledger, sums, moment.position());
      }
    };
  }

  private TrialBalance answer(String ledger, TrialBalances.Sums sums, long readPosition) {
    var answer = TrialBalance.newBuilder().addAllRows(sums.rows()).setReadPosition(readPosition);
    lags.behind(ledger, sums.checkpoint()).ifPresent(answer::setLag);
    return answer.build();
  }
}
