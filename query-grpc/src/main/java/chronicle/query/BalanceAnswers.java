package chronicle.query;

import static chronicle.error.v1.ErrorReason.POSITION_UNKNOWN;
import static chronicle.query.Columns.money;

import chronicle.ledger.v1.AccountState;
import chronicle.ledger.v1.GetAccountStateRequest;
import chronicle.query.v1.Balance;
import chronicle.query.v1.BatchGetBalancesRequest;
import chronicle.query.v1.BatchGetBalancesResponse;
import chronicle.query.v1.GetBalanceRequest;
import chronicle.runtime.Failure;
import com.google.protobuf.Timestamp;
import java.time.Instant;
import java.util.Optional;

/**
 * Answers balances from where they are asked for: the read model now or as of a moment, or the log.
 */
final class BalanceAnswers {
  private final BalanceReader reader;
  private final BalanceQueries queries;
  private final EffectiveBalances effective;
  private final TimeTravel travel;
  private final Freshness freshness;
  private final LedgerClient ledgers;
  private final Lags lags;

  BalanceAnswers(
      BalanceReader reader,
      BalanceQueries queries,
      EffectiveBalances effective,
      TimeTravel travel,
      Freshness freshness,
      LedgerClient ledgers,
      Lags lags) {
    this.reader = reader;
    this.queries = queries;
    this.effective = effective;
    this.travel = travel;
    this.freshness = freshness;
    this.ledgers = ledgers;
    this.lags = lags;
  }

  Balance get(String ledger, GetBalanceRequest request) {
    if (request.hasEffectiveAt()) {
      return effective.get(ledger, request);
    }
    return switch (request.getSource()) {
      case SOURCE_UNSPECIFIED, READ_MODEL -> fromReadModel(ledger, request);
      case EVENT_STORE -> fromLog(ledger, request);
      case UNRECOGNIZED -> throw Failure.invalid("source", "must be a source");
    };
  }

  BatchGetBalancesResponse batchGet(String ledger, BatchGetBalancesRequest request) {
    if (request.hasEffectiveAt()) {
      return effective.batchGet(ledger, request);
    }
    var ids = request.getAccountsList();
    var wait = Wait.of(request.getMinPosition(), request.hasMaxWait(), request.getMaxWait());
    TimeTravel.BalancesAt then = (position, _) -> queries.atPosition(ledger, position, ids);
    var balances =
        switch (request.getAsOfCase()) {
          case ASOF_NOT_SET -> freshness.read(ledger, wait, () -> queries.now(ledger, ids));
          case AT_POSITION -> travel.atPosition(ledger, request.getAtPosition(), then, wait);
          case AT -> travel.atTime(ledger, Times.parse("at", request.getAt()), then, wait);
        };
    var asOf =
        request.hasAt()
            ? Optional.of(Times.parse("at", request.getAt()))
            : Optional.<Instant>empty();
    var response = BatchGetBalancesResponse.newBuilder().setReadPosition(balances.readPosition());
    for (var i = 0; i < ids.size(); i++) {
      var id = ids.get(i);
      balances
          .accounts()
          .get(i)
          .ifPresentOrElse(
              account -> response.addBalances(balance(account, balances, asOf)),
              () -> response.addAccountsNotFound(id));
    }
    lags.behind(ledger, balances.checkpoint()).ifPresent(response::setLag);
    return response.build();
  }

  private Balance fromReadModel(String ledger, GetBalanceRequest request) {
    var id = request.getAccount();
    var wait = Wait.of(request.getMinPosition(), request.hasMaxWait(), request.getMaxWait());
    TimeTravel.BalancesAt then =
        (position, known) ->
            ReadModel.await(
                reader.at(
                    ledger, new PastBalance(id, position, known.map(Place::micros).orElse(null))));
    return switch (request.getAsOfCase()) {
      case ASOF_NOT_SET ->
          only(
              ledger,
              id,
              freshness.read(ledger, wait, () -> ReadModel.await(reader.now(ledger, id))),
              Optional.empty());
      case AT_POSITION ->
          only(
              ledger,
              id,
              travel.atPosition(ledger, request.getAtPosition(), then, wait),
              Optional.empty());
      case AT -> {
        var at = Times.parse("at", request.getAt());
        yield only(ledger, id, travel.atTime(ledger, at, then, wait), Optional.of(at));
      }
    };
  }

  /** The answer of what was read of this one account. */
  Balance only(String ledger, String account, Balances balances, Optional<Instant> asOf) {
    var found =
        balances
            .accounts()
            .getFirst()
            .orElseThrow(() -> QueryService.accountNotFound(ledger, account));
    var balance = balance(found, balances, asOf);
    lags.behind(ledger, balances.checkpoint()).ifPresent(balance::setLag);
    return balance.build();
  }

  private static Balance.Builder balance(
      AccountBalance account, Balances balances, Optional<Instant> asOf) {
    return Balance.newBuilder()
        .setAccount(account.account())
        .setPosted(money(account.currency(), account.posted()))
        .setHeld(money(account.currency(), account.held()))
        .setAvailable(money(account.currency(), account.available()))
        .setAccountVersion(account.version())
        .setPosition(account.position())
        .setReadPosition(balances.readPosition())
        .setAsOf(Times.timestamp(asOf.orElse(account.recordTime())));
  }

  private Balance fromLog(String ledger, GetBalanceRequest request) {
    var asked =
        GetAccountStateRequest.newBuilder().setLedger(ledger).setAccount(request.getAccount());
    switch (request.getAsOfCase()) {
      case ASOF_NOT_SET -> {}
      case AT_POSITION -> asked.setAtPosition(request.getAtPosition());
      case AT -> asked.setAt(Times.timestamp(Times.parse("at", request.getAt())));
    }
    var state = ledgers.accountState(asked.build());
    // The answer holds for the head, or is settled for ever: only a position that is not in the log
    // is more than it reflects.
    if (request.getAsOfCase() == GetBalanceRequest.AsOfCase.ASOF_NOT_SET
        && state.getReadPosition() < request.getMinPosition()) {
      throw Failure.of(POSITION_UNKNOWN, "The log ends at position " + state.getReadPosition())
          .with("ledger", ledger)
          .with("position", Long.toString(state.getReadPosition()));
    }
    return balance(state, asked.hasAt() ? asked.getAt() : state.getUpdateTime());
  }

  private static Balance balance(AccountState state, Timestamp asOf) {
    return Balance.newBuilder()
        .setAccount(state.getAccount())
        .setPosted(state.getPosted())
        .setHeld(state.getHeld())
        .setAvailable(state.getAvailable())
        .setAccountVersion(state.getAccountVersion())
        .setPosition(state.getPosition())
        .setReadPosition(state.getReadPosition())
        .setAsOf(asOf)
        .build();
  }
}
