package chronicle.query;

import chronicle.query.v1.QueryServiceGrpc;
import chronicle.runtime.Database;
import chronicle.runtime.GrpcServer;
import chronicle.runtime.Telemetry;
import java.util.List;

/** The running query service; it starts and recovers whether or not what it depends on is up. */
final class QueryServer implements AutoCloseable {
  private static final int BALANCE_STATEMENTS_MAX = 2;

  private final Database database;
  private final LedgerClient ledgers;
  private final Freshness freshness;
  private final ProjectionListener listener;
  private final Lags lags;
  private final Watches watches;
  private final BalanceReader reader;
  private final BalanceCalls balanceCalls;
  private final FixedAnswers cache;
  private final GrpcServer server;
  private final HealthCheck health;

  private QueryServer(QuerySettings settings, Telemetry telemetry) {
    database = Database.open(settings.readModel(), telemetry);
    ledgers = LedgerClient.to(settings.ledgerTarget());
    freshness = new Freshness(ledgers, telemetry);
    var model = new ReadModel(database, settings.readModel().connectionsMax());
    listener = ProjectionListener.start(settings.readModel().url(), model, freshness);
    var queries = new BalanceQueries(model);
    reader = BalanceReader.start(queries, BALANCE_STATEMENTS_MAX);
    lags = Lags.start(ledgers);
    watches = new Watches(freshness);
    var travel = new TimeTravel(new Moments(model), ledgers, freshness);
    cache = FixedAnswers.open(settings.redisUrl(), new Seal(settings.pageTokenKey()), telemetry);
    var states = new FixedStates(new StateQueries(model), freshness, cache);
    var tokens = new PageTokens(settings.pageTokenKey());
    var balances =
        new BalanceAnswers(
            reader,
            queries,
            new EffectiveBalances(states, travel, lags),
            travel,
            freshness,
            ledgers,
            lags);
    balanceCalls = new BalanceCalls(balances, reader, travel);
    var service =
        new QueryService(
            balanceCalls,
            balances,
            new AccountAnswers(new AccountQueries(model), states, travel, freshness, lags, tokens),
            new EntryAnswers(new EntryQueries(model), travel, freshness, lags, tokens),
            new HoldAnswers(new HoldQueries(model), travel, freshness, lags, tokens),
            new TransactionAnswers(new TransactionQueries(model), travel, freshness, lags, tokens),
            new TrialBalanceAnswers(new TrialBalances(model), travel, freshness, cache, lags),
            new StatementAnswers(model, travel, freshness, ledgers),
            new WatchAnswers(watches, model, freshness, ledgers, lags),
            new EventStatuses(model, ledgers, lags));
    var getBalance = QueryServiceGrpc.getGetBalanceMethod();
    var grpc = settings.grpc().validatedByHandlers(getBalance).neverBlocking(getBalance);
    server = GrpcServer.start(grpc, telemetry, List.of(service));
    health = HealthCheck.start(model, server);
  }

  /** Serves at once; throws where the port is taken. */
  static QueryServer start(QuerySettings settings, Telemetry telemetry) {
    return new QueryServer(settings, telemetry);
  }

  int port() {
    return server.port();
  }

  /** Lets open calls finish, then ends what they needed. */
  @Override
  public void close() {
    health.close();
    watches.close();
    server.close();
    balanceCalls.close();
    reader.close();
    cache.close();
    lags.close();
    listener.close();
    freshness.close();
    ledgers.close();
    database.close();
  }
}
