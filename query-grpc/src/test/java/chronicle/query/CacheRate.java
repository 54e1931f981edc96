package chronicle.query;

import chronicle.mesh.RedisServer;
import chronicle.query.v1.GetAccountRequest;
import chronicle.query.v1.GetBalanceRequest;
import chronicle.query.v1.GetTrialBalanceRequest;
import chronicle.query.v1.QueryServiceGrpc;
import chronicle.query.v1.QueryServiceGrpc.QueryServiceBlockingStub;
import com.google.protobuf.Message;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.function.BiFunction;
import java.util.stream.IntStream;

/**
 * Measures how long reads of the past take over a connection, without a cache, and with one that
 * has the answer, in turns: of an account of a million entries, nine of ten backdated, and of a
 * ledger of so many accounts. A program, for there is nothing to assert.
 */
final class CacheRate {
  private static final int ENTRIES = 1_000_000;
  private static final int ACCOUNTS = 10_000;
  private static final int ROUNDS = 25;
  private static final int QUESTIONS = 40;

  private static final String MANY_ACCOUNTS =
      """
      INSERT INTO accounts
      SELECT generation, ledger_id, 'a' || n, currency_code, status, posted, held, available, overdraft_limit, balance_max,
        account_version, position, create_time, create_position, update_time, reference, metadata, total_deposits,
        total_withdrawals, transaction_count
      FROM accounts, generate_series(1, :accounts) n WHERE account_id = 'a';
      INSERT INTO entries
      SELECT generation, ledger_id, position, 'a' || n, account_version, event_type, currency_code, amount, posted_after,
        held_after, available_after, command_id, transaction_id, transaction_index, transaction_size, counterparty_account,
        record_time, effective_time, reference, metadata
      FROM entries, generate_series(1, :accounts) n WHERE position = 2;
      ANALYZE;
      """;

  private CacheRate() {}

  static void main() {
    try (var fixture = new QueryFixture();
        var redis = RedisServer.scratch()) {
      redis.start();
      LongAccount.write(fixture.rows, ENTRIES);
      fixture.rows.execute(MANY_ACCOUNTS.replace(":accounts", Integer.toString(ACCOUNTS)));
      try (var server = fixture.cached(redis.url())) {
        var channel = QueryFixture.connect(server);
        measure(fixture, QueryServiceGrpc.newBlockingStub(channel));
        channel.shutdownNow();
      }
    }
  }

  private static void measure(QueryFixture fixture, QueryServiceBlockingStub cached) {
    compare("balance as of a position", fixture.queries, cached, CacheRate::known);
    compare("account as of a position", fixture.queries, cached, CacheRate::account);
    compare("balance on both axes", fixture.queries, cached, CacheRate::effective);
    compare("trial balance as of a position", fixture.queries, cached, CacheRate::trialBalance);
  }

  /** All of a round's questions are asked of the one, then of the other. */
  private static void compare(
      String what,
      QueryServiceBlockingStub plain,
      QueryServiceBlockingStub cached,
      BiFunction<QueryServiceBlockingStub, Integer, Message> question) {
    for (var round = 0; round < ROUNDS; round++) {
      var _ = ask(plain, question);
      var _ = ask(cached, question);
    }
    var without = new double[ROUNDS][];
    var with = new double[ROUNDS][];
    for (var round = 0; round < ROUNDS; round++) {
      without[round] = ask(plain, question);
      with[round] = ask(cached, question);
    }
    System.out.printf("%-32s without %s, with %s%n", what, summary(without), summary(with));
  }

  private static double[] ask(
      QueryServiceBlockingStub queries,
      BiFunction<QueryServiceBlockingStub, Integer, Message> question) {
    return IntStream.range(0, QUESTIONS)
        .mapToDouble(i -> {
          var start = System.nanoTime();
          var _ = question.apply(queries, i);
          return (System.nanoTime() - start) / 1e6;
        })
        .toArray();
  }

  private static String summary(double[][] rounds) {
    var millis = List.of(rounds).stream().flatMapToDouble(Arrays::stream).sorted().toArray();
    return "p50 %.2f ms, p99 %.2f ms"
        .formatted(millis[millis.length / 2], millis[millis.length * 99 / 100]);
  }

  private static Message known(QueryServiceBlockingStub queries, int i) {
    return queries.getBalance(balance(i).build());
  }

  private static Message effective(QueryServiceBlockingStub queries, int i) {
    return queries.getBalance(balance(i).setEffectiveAt(Times.timestamp(time(i))).build());
  }

  private static Message account(QueryServiceBlockingStub queries, int i) {
    return queries.getAccount(
        GetAccountRequest.newBuilder()
            .setLedger(LongAccount.LEDGER)
            .setAccount(LongAccount.ACCOUNT)
            .setAtPosition(position(i))
            .build());
  }

  private static Message trialBalance(QueryServiceBlockingStub queries, int i) {
    return queries.getTrialBalance(
        GetTrialBalanceRequest.newBuilder()
            .setLedger(LongAccount.LEDGER)
            .setAtPosition(position(i))
            .build());
  }

  private static GetBalanceRequest.Builder balance(int i) {
    return GetBalanceRequest.newBuilder()
        .setLedger(LongAccount.LEDGER)
        .setAccount(LongAccount.ACCOUNT)
        .setAtPosition(position(i));
  }

  private static long position(int i) {
    return ENTRIES / 2 + i * 1_009L;
  }

  private static Instant time(int i) {
    return LongAccount.recordTime(position(i) - 250_000);
  }
}
