package chronicle.chaos;

import static chronicle.chaos.RunningMesh.GATEWAY;
import static chronicle.chaos.RunningMesh.MESH;
import static chronicle.chaos.RunningMesh.TRACES;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import chronicle.ledger.v1.DepositRequest;
import chronicle.ledger.v1.LedgerServiceGrpc;
import chronicle.mesh.JavaService;
import io.grpc.Metadata;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.reflection.v1.ServiceResponse;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What whoever runs it relies on: health, reflection, metrics, traces. */
final class OperationsIT {
  private static final Duration EXPORT_MAX = Duration.ofSeconds(20);
  private static final Metadata.Key<String> TRACEPARENT =
      Metadata.Key.of("traceparent", Metadata.ASCII_STRING_MARSHALLER);

  static Stream<JavaService> servers() {
    return Stream.of(MESH.ledgers(), MESH.projectors(), MESH.queries()).flatMap(List::stream);
  }

  // JUnit would stop the servers: they are AutoCloseable.
  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("servers")
  @DisplayName("Each server says that it serves")
  void serverIsHealthy(JavaService server) {
    var client = new Client(server.target());

    var answer =
        HealthGrpc.newBlockingStub(client.channel())
            .withDeadlineAfter(10, TimeUnit.SECONDS)
            .check(HealthCheckRequest.getDefaultInstance());

    assertThat(answer.getStatus()).isEqualTo(ServingStatus.SERVING);
    client.close();
  }

  // JUnit would stop the servers: they are AutoCloseable.
  @ParameterizedTest(autoCloseArguments = false)
  @MethodSource("servers")
  @DisplayName("Each server lists its services by reflection v1")
  void serverReflects(JavaService server) throws Exception {
    var client = new Client(server.target());
    var answer = new CompletableFuture<ServerReflectionResponse>();

    var requests =
        ServerReflectionGrpc.newStub(client.channel()).serverReflectionInfo(new First<>(answer));
    requests.onNext(ServerReflectionRequest.newBuilder().setListServices("").build());
    requests.onCompleted();

    assertThat(answer.get(10, TimeUnit.SECONDS).getListServicesResponse().getServiceList())
        .extracting(ServiceResponse::getName)
        .anyMatch(name -> name.startsWith("chronicle."))
        .contains(
            "grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection");
    client.close();
  }

  @Test
  @DisplayName("Reflection through the gateway knows every service, and the details of errors")
  void gatewayReflects() throws Exception {
    for (var symbol :
        List.of(
            "chronicle.ledger.v1.LedgerService",
            "chronicle.query.v1.QueryService",
            "chronicle.projection.v1.ProjectionService",
            "google.rpc.ErrorInfo")) {
      var client = new Client(MESH.gateway().target());
      var answer = new CompletableFuture<ServerReflectionResponse>();

      var requests =
          ServerReflectionGrpc.newStub(client.channel()).serverReflectionInfo(new First<>(answer));
      requests.onNext(ServerReflectionRequest.newBuilder().setFileContainingSymbol(symbol).build());
      requests.onCompleted();

      assertThat(answer.get(10, TimeUnit.SECONDS).hasFileDescriptorResponse()).as(symbol).isTrue();
      client.close();
    }
  }

  @Test
  @DisplayName("Prometheus finds the names that dashboards and alerts rest on")
  void metricsHaveTheirNames() throws Exception {
    var account = GATEWAY.open(1);
    GATEWAY.balance(account, GATEWAY.head());

    var ledger = metrics(MESH.ledgers().getFirst()) + metrics(MESH.ledgers().getLast());
    assertThat(ledger)
        .contains(
            "chronicle_events_written_total",
            "chronicle_event_write_duration_seconds",
            "chronicle_batch_commands",
            "chronicle_queue_depth",
            "chronicle_relay_position");
    assertThat(metrics(MESH.projectors().getFirst()))
        .contains("chronicle_read_lag_seconds", "chronicle_projection_position");
  }

  @Test
  @DisplayName("One trace runs from the gateway through the ledger to the projection")
  void oneTraceRunsThroughAll() {
    var account = GATEWAY.open(0);
    var traceId = "%016x%016x".formatted(ThreadLocalRandom.current().nextLong() | 1, 1L);
    var headers = new Metadata();
    headers.put(TRACEPARENT, "00-%s-00000000000000ab-01".formatted(traceId));

    LedgerServiceGrpc.newBlockingStub(GATEWAY.channel())
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers))
        .deposit(
            DepositRequest.newBuilder().setAccount(account).setAmount(Client.euros(1)).build());

    await()
        .atMost(EXPORT_MAX)
        .untilAsserted(() -> {
          assertThat(TRACES.has("ledger-grpc", traceId)).as("ledger").isTrue();
          assertThat(TRACES.has("projector", traceId)).as("projector").isTrue();
        });
  }

  private static String metrics(JavaService server) throws IOException, InterruptedException {
    try (var http = HttpClient.newHttpClient()) {
      return http.send(
              HttpRequest.newBuilder(URI.create(server.metricsUrl())).build(),
              BodyHandlers.ofString())
          .body();
    }
  }

  private record First<T>(CompletableFuture<T> value) implements StreamObserver<T> {
    @Override
    public void onNext(T answer) {
      value.complete(answer);
    }

    @Override
    public void onError(Throwable thrown) {
      value.completeExceptionally(thrown);
    }

    @Override
    public void onCompleted() {}
  }
}
