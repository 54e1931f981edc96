package chronicle.query;

import chronicle.query.v1.GetTrialBalanceRequest;
import chronicle.query.v1.TrialBalance;
import java.util.List;

/** Answers the sums of all balances. */
final class TrialBalanceAnswers {
  private final TrialBalances balances;
  private final TimeTravel travel;
  private final Freshness freshness;
  private final FixedAnswers cache;
  private final Lags lags;

  TrialBalanceAnswers(
      TrialBalances balances,
      TimeTravel travel,
      Freshness freshness,
      FixedAnswers cache,
      Lags lags) {
    this.balances = balances;
    this.travel = travel;
    this.freshness = freshness;
    this.cache = cache;
    this.lags = lags;
  }

  TrialBalance get(String ledger, GetTrialBalanceRequest request) {
    var wait = Wait.of(request.getMinPosition(), request.hasMaxWait(), request.getMaxWait());
    var asOf =
        AsOf.of(request.hasAt(), request.getAt(), request.hasAtPosition(), request.getAtPosition());
    return switch (asOf) {
      case AsOf.Now() -> {
        var sums = freshness.read(ledger, wait, () -> balances.now(ledger));
        yield answer(ledger, sums.checkpoint(), fixed(sums, sums.checkpoint()));
      }
      case AsOf.Position _, AsOf.Time _ -> {
        var moment = travel.resolve(ledger, asOf, wait);
        var key = AnswerKey.of("trial-balance", ledger, moment, List.of());
        var kept = cache.find(key, TrialBalance.parser());
        yield answer(
            ledger, moment.checkpoint(), kept.orElseGet(() -> read(ledger, moment, wait, key)));
      }
    };
  }

  private TrialBalance read(String ledger, Moment moment, Wait wait, AnswerKey key) {
    var sums =
        freshness.read(ledger, wait.atLeast(moment.position()), () -> balances.at(ledger, moment));
    var answer = fixed(sums, moment.position());
    if (sums.origin().equals(moment.origin())) {
      cache.keep(key, answer);
    }
    return answer;
  }

  private static TrialBalance fixed(TrialBalances.Sums sums, long readPosition) {
    return TrialBalance.newBuilder().addAllRows(sums.rows()).setReadPosition(readPosition).build();
  }

  private TrialBalance answer(String ledger, long checkpoint, TrialBalance fixed) {
    var answer = fixed.toBuilder();
    lags.behind(ledger, checkpoint).ifPresent(answer::setLag);
    return answer.build();
  }
}
