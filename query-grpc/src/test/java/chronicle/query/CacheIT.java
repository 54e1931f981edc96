package chronicle.query;

import static chronicle.query.QueryFixture.refusal;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chronicle.mesh.RedisServer;
import chronicle.query.v1.BatchGetBalancesRequest;
import chronicle.query.v1.GetAccountRequest;
import chronicle.query.v1.GetBalanceRequest;
import chronicle.query.v1.GetTrialBalanceRequest;
import chronicle.query.v1.QueryServiceGrpc;
import chronicle.query.v1.QueryServiceGrpc.QueryServiceBlockingStub;
import com.google.protobuf.ByteString;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import io.grpc.ManagedChannel;
import io.lettuce.core.RedisClient;
import io.lettuce.core.api.StatefulRedisConnection;
import io.lettuce.core.api.sync.RedisCommands;
import io.lettuce.core.codec.ByteArrayCodec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

/** A query service with a cache, whatever happens to it, beside one without. */
final class CacheIT {
  private static final AtomicInteger LEDGERS = new AtomicInteger();
  private static final List<String> ACCOUNTS = List.of("a", "b");

  private static RedisServer redis;
  private static RedisClient client;
  private static StatefulRedisConnection<byte[], byte[]> connection;
  private static QueryFixture fixture;
  private static QueryServer server;
  private static ManagedChannel channel;
  private static QueryServiceBlockingStub cached;

  private final List<Long> positions = new ArrayList<>();
  private History history;

  @BeforeAll
  static void start() {
    redis = RedisServer.scratch();
    redis.start();
    client = RedisClient.create(redis.url());
    connection = client.connect(ByteArrayCodec.INSTANCE);
    fixture = new QueryFixture();
    server = fixture.cached(redis.url());
    channel = QueryFixture.connect(server);
    cached = QueryServiceGrpc.newBlockingStub(channel);
  }

  @AfterAll
  static void stop() {
    channel.shutdownNow();
    server.close();
    fixture.close();
    client.shutdown();
    redis.close();
  }

  @BeforeEach
  void letSomethingHappen() {
    history = fixture.history("cached-" + LEDGERS.incrementAndGet());
    history.open("a");
    history.open("b");
    positions.add(history.head());
    for (var i = 1; i <= 4; i++) {
      history.tick(1_000);
      history.backdate(Duration.ofMillis(i % 2 == 0 ? 500 : 0));
      history.deposit(ACCOUNTS.get(i % 2), 100 + i);
      positions.add(history.head());
    }
    history.tick(1_000);
    history.deposit("a", 1);
    fixture.rows.project(history);
    redis.wipe();
  }

  @AfterEach
  void redisRunsAgain() {
    if (redis.isAlive()) {
      redis.resume();
    } else {
      redis.start();
    }
  }

  @Test
  @DisplayName("G10: an answer from the cache is, byte for byte, the answer that was kept")
  void aHitIsByteEqualToTheMiss() {
    var missed = answers(cached);
    fill();

    assertThat(answers(cached)).isEqualTo(missed).isEqualTo(answers(fixture.queries));
  }

  @Test
  @DisplayName("G10: answers kept are those of the position, not of what was known later")
  void whatHappensLaterChangesNoAnswerKept() {
    var before = answers(fixture.queries);
    fill();

    history.backdate(Duration.ofSeconds(3));
    history.deposit("a", 1_000);
    fixture.rows.project(history);

    assertThat(answers(fixture.queries)).isEqualTo(before);
    assertThat(answers(cached)).isEqualTo(before);
  }

  @Test
  @DisplayName("G8: a cache that is wiped again and again changes no answer")
  void wipedBetweenAnyTwoReads() {
    var expected = answers(fixture.queries);
    fill();

    for (var i = 0; i < questions().size(); i++) {
      redis.wipe();
      assertThat(bytes(questions().get(i), cached)).isEqualTo(expected.get(i));
    }
  }

  @Test
  @DisplayName("G8: a cache that is killed changes no answer, and is used again once it is back")
  void killed() {
    var expected = answers(fixture.queries);
    fill();

    redis.kill();
    assertThat(answers(cached)).isEqualTo(expected);
    redis.start();

    fill();
    assertThat(answers(cached)).isEqualTo(expected);
  }

  @Test
  @DisplayName("G8: a cache that is frozen changes no answer, and is used again once it goes on")
  void paused() {
    var expected = answers(fixture.queries);
    fill();

    redis.pause();
    assertThat(answers(cached)).isEqualTo(expected);
    redis.resume();

    fill();
    assertThat(answers(cached)).isEqualTo(expected);
  }

  @Test
  @DisplayName("G8: a query service serves before its cache is there, and uses it from then on")
  void absentAtTheStart() {
    var late = RedisServer.scratch();
    try (late;
        var another = fixture.cached(late.url())) {
      var through = QueryFixture.connect(another);
      var queries = QueryServiceGrpc.newBlockingStub(through);
      assertThat(answers(queries)).isEqualTo(answers(fixture.queries));

      late.start();

      awaitHits(questions(), queries);
      through.shutdownNow();
    }
  }

  @Test
  @DisplayName("G8: garbage under every key changes no answer, and is replaced")
  void garbage() {
    var expected = answers(fixture.queries);
    var random = new SplittableRandom(7);
    List<UnaryOperator<byte[]>> garbage =
        List.of(
            _ -> new byte[0],
            _ -> new byte[] {1},
            value -> random(random, value.length),
            value -> random(random, 1_000_000),
            value -> flipped(value, random.nextInt(value.length * Byte.SIZE)),
            value -> Arrays.copyOf(value, value.length - 1));
    for (var kind : garbage) {
      fill();
      kept().forEach((key, value) -> redis().set(key(key), kind.apply(value)));

      assertAnswers(expected);
    }

    fill();
    assertThat(count("bad")).isPositive();
    assertAnswers(expected);
  }

  @Test
  @DisplayName("G8: keys of another type change no answer")
  void keysOfAnotherType() {
    var expected = answers(fixture.queries);
    fill();
    for (var key : kept().keySet()) {
      redis().del(key(key));
      redis().rpush(key(key), new byte[] {1});
    }

    assertAnswers(expected);
  }

  @Test
  @DisplayName("G8: values moved under other keys change no answer")
  void movedValues() {
    var expected = answers(fixture.queries);
    fill();
    var values = List.copyOf(kept().values());
    for (var shift = 1; shift < values.size(); shift++) {
      var keys = List.copyOf(kept().keySet());
      for (var i = 0; i < keys.size(); i++) {
        redis().set(key(keys.get(i)), values.get((i + shift) % values.size()));
      }

      assertAnswers(expected);
    }
  }

  @Test
  @DisplayName("G8: a value that comes back long after it was forgotten changes no answer")
  void anOldValueReplayed() {
    var expected = answers(fixture.queries);
    fill();
    var old = kept();
    redis.wipe();
    history.backdate(Duration.ofSeconds(2));
    history.deposit("b", 5_000);
    fixture.rows.project(history);

    old.forEach((key, value) -> redis().set(key(key), value));

    assertThat(answers(fixture.queries)).isEqualTo(expected);
    assertAnswers(expected);
  }

  @Test
  @DisplayName("G8: a ledger made anew under an old name gets none of the old one's answers")
  void anotherIncarnation() {
    fill();
    fixture.rows.execute(
        "UPDATE projection_checkpoint SET incarnation = 'another' WHERE ledger_id = '%s'"
            .formatted(history.ledger()));
    changeTheRows();

    assertAnswers(answers(fixture.queries));
  }

  @Test
  @DisplayName("G8: rows made anew are read, not what was kept of those before")
  void anotherFold() {
    fill();
    fixture.rows.execute(
        "UPDATE projection_checkpoint SET fold_version = fold_version + 1 WHERE ledger_id = '%s'"
            .formatted(history.ledger()));
    changeTheRows();

    assertAnswers(answers(fixture.queries));
  }

  @Test
  @DisplayName("G10: what is current, or refused, is never kept")
  void whatMayChangeIsNeverKept() {
    var now = balance().setEffectiveAt(Times.timestamp(history.clock())).build();
    var missing = balance().setAccount("nobody").setAtPosition(positions.getFirst());
    missing.setEffectiveAt(Times.timestamp(history.clock()));
    for (var i = 0; i < 3; i++) {
      var _ = cached.getBalance(now);
      var _ = cached.getBalance(balance().build());
      var _ = cached.getTrialBalance(trialBalance().build());
      assertThat(refusal(() -> cached.getBalance(missing.build())).reason())
          .isEqualTo("ACCOUNT_NOT_FOUND");
    }
    // What is kept of this shows that what was asked to be kept before has arrived.
    awaitHits(questions().subList(0, 1), cached);

    assertThat(kept()).hasSize(1);
  }

  @Test
  @DisplayName("G8: an answer that is kept is as fresh as is asked for, or refused")
  void freshnessIsCheckedAsWithoutACache() {
    fill();
    var asked = balance().setAtPosition(positions.getFirst());
    asked
        .setEffectiveAt(Times.timestamp(history.clock()))
        .setMaxWait(com.google.protobuf.Duration.getDefaultInstance());
    var deposited = history.deposit("a", 3);

    assertThat(refusal(() -> cached.getBalance(asked.setMinPosition(deposited).build())).reason())
        .isEqualTo("PROJECTION_BEHIND");
    assertThat(
            refusal(() -> cached.getBalance(asked.setAtPosition(deposited + 1).build())).reason())
        .isEqualTo("POSITION_UNKNOWN");
  }

  /** Every kind of answer that is kept, as of several moments. */
  private List<Question> questions() {
    var questions = new ArrayList<Question>();
    var effective = Times.timestamp(history.clock().minusMillis(2_200));
    for (var position : positions) {
      var at = time(position);
      var balance = balance().setEffectiveAt(effective);
      var batch =
          BatchGetBalancesRequest.newBuilder()
              .setLedger(history.ledger())
              .addAllAccounts(ACCOUNTS)
              .setEffectiveAt(effective);
      var account =
          GetAccountRequest.newBuilder()
              .setLedger(history.ledger())
              .setAccount("b")
              .setEffectiveAt(effective)
              .setAtPosition(position);
      questions.add(new Question(q -> q.getBalance(balance.setAtPosition(position).build())));
      questions.add(new Question(q -> q.batchGetBalances(batch.setAtPosition(position).build())));
      questions.add(new Question(q -> q.getAccount(account.build())));
      questions.add(
          new Question(q -> q.getTrialBalance(trialBalance().setAtPosition(position).build())));
      questions.add(
          new Question(q -> q.getBalance(balance().setEffectiveAt(effective).setAt(at).build())));
      questions.add(new Question(q -> q.getTrialBalance(trialBalance().setAt(at).build())));
    }
    return questions;
  }

  private record Question(Function<QueryServiceBlockingStub, Message> ask) {}

  private List<ByteString> answers(QueryServiceBlockingStub queries) {
    return questions().stream().map(question -> bytes(question, queries)).toList();
  }

  /**
   * Asks until the cache had a say in every answer; one that is slow is left alone for a second.
   */
  private void assertAnswers(List<ByteString> expected) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> {
          var errors = count("error");
          assertThat(answers(cached)).isEqualTo(expected);
          return count("error") == errors;
        });
  }

  private static ByteString bytes(Question question, QueryServiceBlockingStub queries) {
    return question.ask().apply(queries).toByteString();
  }

  /** Asks everything until all of it comes from the cache. */
  private void fill() {
    awaitHits(questions(), cached);
  }

  private static void awaitHits(List<Question> questions, QueryServiceBlockingStub queries) {
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> {
          var before = count("hit");
          questions.forEach(question -> bytes(question, queries));
          return count("hit") - before == questions.size();
        });
  }

  private static double count(String result) {
    return fixture.count("chronicle_cache_requests_total{result=\"%s\"} ".formatted(result));
  }

  /** As a projector with another fold would, or another ledger. */
  private void changeTheRows() {
    for (var change :
        List.of(
            "UPDATE entries SET posted_after = posted_after + 7, available_after = available_after + 7",
            "UPDATE backdated SET posted = posted + 3, posted_total = posted_total + 3")) {
      fixture.rows.execute(
          "%s WHERE generation = (SELECT generation FROM projection_checkpoint WHERE ledger_id = '%s')"
              .formatted(change, history.ledger()));
    }
  }

  private GetBalanceRequest.Builder balance() {
    return GetBalanceRequest.newBuilder().setLedger(history.ledger()).setAccount("a");
  }

  private GetTrialBalanceRequest.Builder trialBalance() {
    return GetTrialBalanceRequest.newBuilder().setLedger(history.ledger());
  }

  private Timestamp time(long position) {
    return Times.timestamp(history.fact(position).recordTime());
  }

  private static RedisCommands<byte[], byte[]> redis() {
    return connection.sync();
  }

  private static Map<String, byte[]> kept() {
    return redis().keys("*").stream()
        .collect(Collectors.toMap(key -> new String(key, UTF_8), redis()::get));
  }

  private static byte[] key(String name) {
    return name.getBytes(UTF_8);
  }

  private static byte[] random(SplittableRandom random, int length) {
    var bytes = new byte[length];
    random.nextBytes(bytes);
    return bytes;
  }

  private static byte[] flipped(byte[] value, int bit) {
    var flipped = value.clone();
    flipped[bit / Byte.SIZE] ^= (byte) (1 << bit % Byte.SIZE);
    return flipped;
  }
}
