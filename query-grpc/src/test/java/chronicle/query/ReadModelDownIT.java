package chronicle.query;

import static chronicle.query.QueryFixture.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chronicle.mesh.EmbeddedPostgres;
import chronicle.query.v1.BatchGetBalancesRequest;
import chronicle.query.v1.GetAccountRequest;
import chronicle.query.v1.GetBalanceRequest;
import chronicle.query.v1.ListEntriesRequest;
import chronicle.query.v1.QueryServiceGrpc;
import chronicle.query.v1.QueryServiceGrpc.QueryServiceBlockingStub;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

final class ReadModelDownIT {
  private static final Duration RECOVERY_MAX = Duration.ofSeconds(30);

  private final EmbeddedPostgres postgres = EmbeddedPostgres.scratch();
  private QueryFixture fixture;
  private QueryServer server;
  private ManagedChannel channel;
  private QueryServiceBlockingStub queries;
  private History history;

  @BeforeEach
  void start() {
    fixture = new QueryFixture();
    history = fixture.history("main");
    history.open("a");
    history.deposit("a", 5);
    server = fixture.serve(postgres.jdbcUrl("readmodel"));
    channel = QueryFixture.connect(server);
    queries = QueryServiceGrpc.newBlockingStub(channel);
  }

  @AfterEach
  void stop() {
    channel.shutdownNow();
    server.close();
    fixture.close();
    postgres.close();
  }

  @Test
  @Tag("G13")
  void itAnswersAsSoonAsServerDatabaseAndTablesAreThereWithoutARestart() {
    assertUnavailable();
    postgres.start();
    assertUnavailable();
    var url = postgres.createDatabase("readmodel");
    assertUnavailable();
    try (var rows = new Rows(url)) {
      rows.migrate();
      rows.project(history);
    }
    awaitAnswers();

    postgres.kill();
    assertUnavailable();
    await().atMost(RECOVERY_MAX).until(() -> health() == ServingStatus.NOT_SERVING);
    postgres.start();
    awaitAnswers();
  }

  @Test
  @Tag("G8")
  void aReadThatWaitsOutlivesARestartOfTheReadModel()
      throws InterruptedException, ExecutionException, java.util.concurrent.TimeoutException {
    postgres.start();
    var url = postgres.createDatabase("readmodel");
    try (var rows = new Rows(url)) {
      rows.migrate();
      rows.project(history);
    }
    awaitAnswers();
    var position = history.deposit("a", 7);
    try (var clients = Executors.newVirtualThreadPerTaskExecutor()) {
      var asked =
          GetBalanceRequest.newBuilder()
              .setAccount("a")
              .setMinPosition(position)
              .setMaxWait(com.google.protobuf.Duration.newBuilder().setSeconds(30))
              .build();
      var balance = clients.submit(() -> queries.getBalance(asked));
      await().until(() -> fixture.metric("chronicle_query_waiters ") == 1);

      postgres.restart();
      try (var rows = new Rows(url)) {
        rows.project(history);
      }

      assertThat(balance.get(30, TimeUnit.SECONDS).getPosted().getMinorUnits()).isEqualTo(12);
    }
  }

  private void assertUnavailable() {
    assertUnavailable(() -> queries.getBalance(balance()));
    assertUnavailable(
        () -> queries.getAccount(GetAccountRequest.newBuilder().setAccount("a").build()));
    assertUnavailable(() ->
        queries.batchGetBalances(
            BatchGetBalancesRequest.newBuilder().addAccounts("a").setAtPosition(1).build()));
    assertUnavailable(
        () -> queries.listEntries(ListEntriesRequest.newBuilder().setAccount("a").build()));
  }

  private static void assertUnavailable(ThrowingCallable call) {
    var refusal = refusal(call);
    assertThat(refusal.reason()).isEqualTo("READ_MODEL_UNAVAILABLE");
    assertThat(refusal.retryInfo()).isTrue();
  }

  private void awaitAnswers() {
    await()
        .atMost(RECOVERY_MAX)
        .ignoreExceptions()
        .untilAsserted(() ->
            assertThat(queries.getBalance(balance()).getPosted().getMinorUnits()).isEqualTo(5));
    await().atMost(RECOVERY_MAX).until(() -> health() == ServingStatus.SERVING);
  }

  private ServingStatus health() {
    return HealthGrpc.newBlockingStub(channel)
        .check(HealthCheckRequest.getDefaultInstance())
        .getStatus();
  }

  private static GetBalanceRequest balance() {
    return GetBalanceRequest.newBuilder().setAccount("a").build();
  }
}
